/** Elections: how many messages, how soon, how often in vain, and what a node does that is cut off. */
import { describe, expect, test } from "vitest";
import { attemptsToFindLeader, searching } from "./asked.ts";
import { agrees } from "./comparison.ts";
import { downTime, downTimes, splits, splitVotes } from "./down-time.ts";
import {
  cutOff,
  electing,
  electionMessages,
  electorates,
  firstTimeout,
  start,
  termsWhileCutOff,
} from "./elections.ts";
import { deposed, viewChanges } from "./view-change.ts";

describe.each(electing)("$protocol.name $name, the first election", one => {
  test.each([3])("n=%i: the first of so many time-outs comes after R/(n+1)", n => {
    expect(firstTimeout(one, n, 3000)).toSatisfy(agrees);
  });

  test.each(electorates)("n=$n, $alive alive, undisturbed: n-1 + a-1 messages a round", electorate => {
    for (const { quantity, measured, expected } of electionMessages(one, electorate)) {
      expect(measured, quantity).toBe(expected);
    }
  });
});

describe("Raft, split votes (thesis 9.2)", () => {
  test.each(splits)(
    "n=$n, $alive alive, latency $latency of the range: as often as the formula says",
    setting => {
      const compared = splitVotes(setting, 1000);
      expect(compared.slice(0, 2).filter(one => !agrees(one))).toEqual([]);
    },
  );
});

describe("the leader crashes", () => {
  const few = downTimes.filter(({ n }) => n === 5);
  test.each(few)("n=5, $electing.protocol.name $electing.name: as long as the formula says", one => {
    expect(downTime(one, 300)).toSatisfy(agrees);
  });
});

describe("PBFT, view changes", () => {
  test.each(deposed)("n=$n, $primaries primaries down: messages and delays", one => {
    const compared = viewChanges(one);
    expect(compared.map(({ measured }) => measured)).toEqual(compared.map(({ expected }) => expected));
  });
});

test.each(searching[0]!.sizes)(
  "n=%i: a client that nobody redirects needs (n+1)/2 attempts on average",
  n => {
    const { measured, expected } = attemptsToFindLeader(searching[0]!.protocol, n);
    expect(measured).toBe(expected);
  },
);

describe("a node cut off from everyone", () => {
  test.each(cutOff)("$protocol.name $name: as many terms as renewal theory says, or none", one => {
    expect(termsWhileCutOff(one, 100)).toSatisfy(agrees);
  });

  test("climbs at the rate of its time-outs: D/225 - 0.4815 terms in D ms, by renewal theory", () => {
    const compared = termsWhileCutOff(cutOff[0]!, 100);
    expect(compared.expected).toBeCloseTo(20_000 / 225 - 0.4815, 3);
    expect(compared).toSatisfy(agrees);
  });

  test("the majority elects its leader meanwhile, and follows the higher term once they meet again", () => {
    const options = { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300 };
    const { simulation, run } = start({ n: 3, latencyMs: 1, seed: 4, options });
    simulation.isolate([2]);
    run(10_000);
    const epochs = () => simulation.nodes.map(node => node.replica!.status().epoch);
    const [first, second, cutOff] = epochs();
    expect(first).toBe(second);
    expect(cutOff).toBeGreaterThan(first! + 20);
    simulation.isolate([2], false);
    run(2000);
    expect(Math.min(...epochs())).toBeGreaterThanOrEqual(cutOff!);
    expect(new Set(epochs()).size).toBe(1);
  });
});
