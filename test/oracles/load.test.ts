/** Processors that take time: utilization, saturation, pipelines, closed loops and the queue of the textbook. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
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
  saturation,
  shares,
  timeOfCommand,
  waitInQueue,
} from "./load.ts";

const cells = handlings.flatMap(one =>
  one.sizes.flatMap(n =>
    one.batches.map(batch => ({ name: one.protocol.name, node: one.node, n, batch, one })),
  ),
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

describe("the wait for a server of constant service time", () => {
  test.each(shares)("that is busy for a share of $share, with Poisson arrivals (M/D/1)", ({ share }) => {
    const compared = waitInQueue(share, 16);
    expect(compared.tolerance).toBeLessThan(0.06 * compared.expected);
    expect(compared).toSatisfy(agrees);
  });

  test("is nothing where arrivals are even", () => {
    expect(meanWaits("{ mode: open, rate: 8000/s, arrivals: constant }", 1)).toEqual([0]);
  });

  test("of a closed loop is as long as the others need", () => {
    const [wait] = meanWaits("{ mode: closed, count: 4 }", 1);
    expect(wait).toBeCloseTo(3 * 100 - 2, 5);
  });
});
