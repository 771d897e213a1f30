/** Processors that take time: utilization, saturation, pipelines, closed loops and the queue of the textbook. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { counted, timed, waitForCount, waitForTime } from "./batching.ts";
import { coordinatedOmission, egress, egresses, scalability, thinkers, thinkTime } from "./bounds.ts";
import { agrees } from "./comparison.ts";
import {
  closedLoop,
  handlings,
  littleCells,
  littlesLaw,
  loops,
  meanWaits,
  pipelines,
  pipelining,
  priceOfLies,
  saturation,
  shares,
  timeOfCommand,
  waitInQueue,
} from "./load.ts";
import { longArguments } from "./long-arguments.ts";
import { queues, waitInRandomQueue } from "./queue.ts";
import { twoVisits, visits } from "./two-visits.ts";

const some = [1, 3, 4, 5, 7]; // of the sizes: npm run oracles has them all
const cells = handlings.flatMap(one =>
  one.sizes
    .filter(n => some.includes(n))
    .flatMap(n => one.batches.map(batch => ({ name: one.protocol.name, node: one.node, n, batch, one }))),
);

describe("a node spends on a command what its messages take", () => {
  test.each(cells)("$name, $node, n=$n, batch $batch", ({ one, n, batch }) => {
    expect(timeOfCommand(one, n, batch)).toSatisfy(agrees);
  });
});

describe("as many commands a second as the busiest node has time for", () => {
  const leading = cells.filter(({ node }) => node === "the leader");
  test.each(leading)("$name, n=$n, batch $batch", ({ one, n, batch }) => {
    expect(saturation(one, n, batch)).toSatisfy(agrees);
  });
});

test("PBFT with n=4 does three sevenths of what Raft does with n=3", () => {
  expect(priceOfLies()).toSatisfy(agrees);
});

describe("a window of w instances, where computing is free: w b/(2d)", () => {
  const windows = [raft, multiPaxos].flatMap(protocol =>
    pipelines.flatMap(window => [1, 8].map(batch => [protocol.name, window, batch, protocol] as const)),
  );
  test.each(windows)("%s, w=%i, batch %i", (_name, window, batch, protocol) => {
    expect(pipelining(protocol, window, batch)).toSatisfy(agrees);
  });
});

describe("a closed loop", () => {
  test.each(loops)(
    "$clients clients of one server: all that it can do, or all that they ask",
    ({ clients }) => {
      expect(closedLoop(clients)).toSatisfy(agrees);
    },
  );

  test.each(littleCells)("$protocol.name, n=$n, $clients clients: N = X R (Little's law)", cell => {
    expect(littlesLaw(cell)).toSatisfy(agrees);
  });
});

describe("a closed loop of clients that think", () => {
  test.each(thinkers.slice(0, 4))(
    "$clients of them: N/(R0+Z), or all that the server can do",
    ({ clients }) => {
      expect(thinkTime(clients)).toSatisfy(agrees);
    },
  );
});

describe("the leader's link", () => {
  test.each(egresses)("$protocol.name, n=9: B/((n-1) s), and the answer", one => {
    expect(egress(one, 9)).toSatisfy(agrees);
  });
});

test("a client that waits for its answer hides a stall, and arrivals that do not wait tell of it", () => {
  expect(coordinatedOmission().filter(one => !agrees(one))).toEqual([]);
});

test("a fit to the universal scalability law gives back its numbers", () => {
  expect(scalability().filter(one => !agrees(one))).toEqual([]);
});

describe("the wait for a batch", () => {
  const ofRaft = ({ protocol }: { readonly protocol: AnyProtocol }) => protocol === raft;
  test.each(counted.filter(ofRaft))("of $batch: (b-1)/(2λ), and twice that for the first", one => {
    expect(waitForCount(one, 4).filter(compared => !agrees(compared))).toEqual([]);
  });

  test.each(timed.filter(ofRaft))("for $delayMs ms: half of it, and as much again for the first", one => {
    expect(waitForTime(one, 4)).toSatisfy(agrees);
  });
});

describe("the wait for a server whose time varies (Pollaczek and Khinchine)", () => {
  test("and is exponential: ρS/(1-ρ), and its quantiles", () => {
    expect(waitInRandomQueue(queues[0]!, 8).filter(one => !agrees(one))).toEqual([]);
  });
});

test("PBFT with long arguments takes (91 + 24) / 91 times as long as a server alone, in the end", () => {
  expect(longArguments().filter(one => !agrees(one))).toEqual([]);
});

describe("a command waits twice for the leader's processor", () => {
  const busiest = visits.filter(({ n, share }) => n === 9 && share === 0.8);
  test.each(busiest)("$protocol.name, n=9, busy for 0.8 of the time: by hand", one => {
    const { measured, expected } = twoVisits(one, 2000);
    expect(measured).toBe(expected);
  });
});

describe("the wait for a server of constant service time", () => {
  test.each(shares.slice(0, 2))(
    "that is busy for a share of $share, with Poisson arrivals (M/D/1)",
    ({ share }) => {
      const compared = waitInQueue(share, 16);
      expect(compared.tolerance).toBeLessThan(0.06 * compared.expected);
      expect(compared).toSatisfy(agrees);
    },
  );

  test("is nothing where arrivals are even", () => {
    expect(meanWaits("{ mode: open, rate: 8000/s, arrivals: constant }", 1)).toEqual([0]);
  });

  test("of a closed loop is as long as the others need", () => {
    const [wait] = meanWaits("{ mode: closed, count: 4 }", 1);
    expect(wait).toBeCloseTo(3 * 100 - 2, 5);
  });
});
