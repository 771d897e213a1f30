import { describe, expect, test } from "vitest";
import { agrees } from "./comparison.ts";
import {
  electionMessages,
  electionSizes,
  firstTimeout,
  firstTimeoutSizes,
  splits,
  splitVotes,
  start,
  termsOf,
  termsWhileCutOff,
} from "./elections.ts";

describe("Raft, the first election", () => {
  test.each(firstTimeoutSizes)("n=%i: the first of so many time-outs comes after R/(n+1)", n => {
    expect(firstTimeout(n, 2000)).toSatisfy(agrees);
  });

  test.each(electionSizes)("n=%i, undisturbed: 4(n-1) messages, half of them requests and votes", n => {
    const { measured, expected } = electionMessages(n);
    expect(measured).toBe(expected);
    const options = { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 5000 };
    const { simulation, run } = start({ n, latencyMs: 1, seed: 1, options });
    run(5200);
    const { byType } = simulation.traffic.read();
    expect([byType.RequestVote!.count, byType.Vote!.count]).toEqual([n - 1, n - 1]);
  });
});

describe("Raft, split votes (thesis 9.2)", () => {
  test.each(splits)("n=$n, $alive alive, latency $l of the range: as often as the formula says", split => {
    expect(splitVotes(split, 3000)).toSatisfy(agrees);
  });
});

describe("Raft, a node cut off from everyone", () => {
  test("climbs at the rate of its time-outs: D/225 - 0.4815 terms in D ms, by renewal theory", () => {
    const compared = termsWhileCutOff(200);
    expect(compared.expected).toBeCloseTo(20_000 / 225 - 0.4815, 3);
    expect(compared).toSatisfy(agrees);
  });

  test("does not climb at all with pre-vote", () => {
    for (let seed = 1; seed <= 20; seed++) expect(termsOf(seed, 20_000, { preVote: true })).toBe(0);
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
