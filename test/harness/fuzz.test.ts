import { describe, expect, it } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { lieKinds } from "../../src/faults/byzantine.ts";
import { withDefaults } from "../../src/harness/defaults.ts";
import { beginning, explore, type Limits } from "../../src/harness/fuzz/campaign.ts";
import type { Campaign } from "../../src/harness/fuzz/case.ts";
import { drawCase } from "../../src/harness/fuzz/draw-case.ts";
import { perform } from "../../src/harness/fuzz/finding.ts";
import type { Range, RangeResult } from "../../src/harness/fuzz/range.ts";
import { shrink } from "../../src/harness/fuzz/shrink.ts";
import { nothing, vacuous } from "../../src/harness/fuzz/tally.ts";
import { policyOf } from "../../src/harness/policy.ts";
import type { Pool } from "../../src/harness/pool.ts";
import { workloadFrom } from "../../src/workload/written.ts";

const campaignOf = (algo: string, seed = 1): Campaign => ({
  algo,
  seed,
  sizes: undefined,
  faults: undefined,
  options: {},
});
const named = (algo: string) => algorithms.find(({ name }) => name === algo)!;
const raft = named("raft");
const multiPaxos = named("multi-paxos");
const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("a case", () => {
  it("is the same for the same number of the same seed, and another for another", () => {
    const drawn = (seed: number, index: number) =>
      JSON.stringify(drawCase(campaignOf("raft", seed), raft, index));
    expect(drawn(1, 7)).toBe(drawn(1, 7));
    expect(drawn(1, 7)).not.toBe(drawn(1, 8));
    expect(drawn(1, 7)).not.toBe(drawn(2, 7));
  });

  it.each(algorithms.map(({ name }) => name))("of %s is a legal file with options that are safe", name => {
    const protocol = named(name);
    const always =
      protocol.unsafe?.(withDefaults(protocol, {}), policyOf(workloadFrom("plain", {}))) !== undefined;
    for (let index = 0; index < 150; index++) {
      const drawn = drawCase(campaignOf(name), protocol, index);
      const workload = workloadFrom("drawn", drawn.file);
      if (always) continue;
      expect(protocol.unsafe?.(withDefaults(protocol, drawn.options), policyOf(workload))).toBeUndefined();
    }
  });

  it("has no options that contradict each other", () => {
    const explore = [0, 1, 5];
    const options = { ...multiPaxos.options, phase1Quorum: { default: 0, help: "", explore } };
    for (let index = 0; index < 150; index++) {
      const drawn = drawCase(campaignOf("multi-paxos"), { ...multiPaxos, options }, index);
      expect(multiPaxos.contradiction!(withDefaults(multiPaxos, drawn.options), drawn.n)).toBeUndefined();
    }
  });

  it("has a policy that goes with the options of the campaign", () => {
    const readsWith = (options: Campaign["options"]) =>
      new Set(indices(50).map(index => drawCase({ ...campaignOf("raft"), options }, raft, index).file.reads));
    expect(readsWith({})).toEqual(new Set(["log", "index", "lease"]));
    expect(readsWith({ leaseMarginMs: 200 })).toEqual(new Set(["log", "index"]));
  });

  it("is made smaller for so many events, and no longer", () => {
    const bully = named("bully");
    const cases = indices(50).map(index => drawCase(campaignOf("bully"), bully, index));
    const broken = cases.find(drawn => perform(drawn, bully).alarm !== undefined)!;
    const { alarm, events } = perform(broken, bully);
    const shrunk = shrink(broken, alarm!, bully, 3 * events);
    expect(shrunk.alarm.check).toBe(alarm!.check);
    expect(perform(shrunk.smaller, bully).alarm).toEqual(shrunk.alarm);
    expect(shrunk.attempts).toBeGreaterThan(1);
    expect(shrunk.attempts).toBeLessThan(shrink(broken, alarm!, bully).attempts);
  });

  it("keeps to the sizes, faults and options that were asked for", () => {
    const asked = { ...campaignOf("raft"), sizes: [4], faults: ["pause"], options: { preVote: true } };
    for (let index = 0; index < 50; index++) {
      const { n, options, file } = drawCase(asked, raft, index);
      expect(n).toBe(4);
      expect(options.preVote).toBe(true);
      for (const fault of file.faults!) expect(fault.pause).toBeDefined();
    }
  });

  it("strikes leader after leader now and then, where leaders are elected", () => {
    const isUpheaval = (algo: string, index: number) => {
      const { faults = [] } = drawCase(campaignOf(algo), named(algo), index).file;
      return [1, 2, 3].every(count => faults.some(({ after }) => after?.elections === count));
    };
    const upheavals = (algo: string) => indices(100).filter(index => isUpheaval(algo, index)).length;
    expect(upheavals("raft")).toBeGreaterThan(20);
    expect(upheavals("paxos")).toBeLessThan(5);
  });

  it("lets requests wait for a batch to fill now and then, and always for so long at most", () => {
    const waiting = indices(300)
      .map(index => workloadFrom("drawn", drawCase(campaignOf("raft"), raft, index).file).batching)
      .filter(({ min }) => min > 1);
    expect(waiting.length).toBeGreaterThan(30);
    for (const { delayNs } of waiting) expect(delayNs).toBeGreaterThan(0);
  });

  it("has no more liars than are tolerated, each with lies that go together; and all lies are told", () => {
    const told = new Set<string>();
    for (const index of indices(300)) {
      const { n, file } = drawCase(campaignOf("pbft"), named("pbft"), index);
      const liars = (file.byzantine ?? []).map(({ node, lie }) => ({ node, lie }));
      expect(new Set(liars.map(({ node }) => node)).size).toBeLessThanOrEqual(named("pbft").tolerates(n));
      expect(new Set(liars.map(({ node, lie }) => `${node} ${lie}`)).size).toBe(liars.length);
      for (const { lie } of liars) told.add(lie);
    }
    const own = Object.keys(named("pbft").lies!);
    expect([...told].sort()).toEqual([...lieKinds.map(({ name }) => name), ...own].sort());
  });

  it("gives the same run twice", () => {
    const drawn = drawCase(campaignOf("raft"), raft, 3);
    expect(perform(drawn, raft)).toEqual(perform(drawn, raft));
  });
});

/** Answers ranges at once, or the earlier ones last. */
function poolThat(fails: (index: number) => boolean, lateFirst: boolean): Pool {
  const answer = ({ from, count }: Range): RangeResult => {
    const indices = Array.from({ length: count }, (_, offset) => from + offset);
    const failures = indices
      .filter(fails)
      .map(index => ({ index, alarm: { check: "x", sentence: `${index}` } }));
    return { tally: { ...nothing, runs: count }, failures };
  };
  const other = async (_file: string, _name: string, range: Range) => {
    const turns = lateFirst ? 20 - Math.min(20, range.from / 25) : 0;
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    return answer(range);
  };
  return { workers: 3, other } as unknown as Pool;
}

describe("a campaign", () => {
  const limits = (changes: Partial<Limits>): Limits => ({
    runs: 200,
    untilMs: Number.POSITIVE_INFINITY,
    keepGoing: true,
    stopped: () => false,
    ...changes,
  });
  const fails = (index: number) => index === 60 || index === 130;
  const campaign = campaignOf("raft");

  it("comes to the same result whichever thread is faster", async () => {
    const quick = await explore(campaign, beginning, limits({}), poolThat(fails, false), () => {});
    const slow = await explore(campaign, beginning, limits({}), poolThat(fails, true), () => {});
    expect(quick.done).toBe(200);
    expect(quick.failures.map(({ index }) => index)).toEqual([60, 130]);
    expect(slow).toEqual(quick);
  });

  it("goes on where it was", async () => {
    const whole = await explore(campaign, beginning, limits({}), poolThat(fails, false), () => {});
    const half = await explore(campaign, beginning, limits({ runs: 100 }), poolThat(fails, false), () => {});
    expect(half.done).toBe(100);
    expect(await explore(campaign, half, limits({}), poolThat(fails, false), () => {})).toEqual(whole);
  });

  it("stops at the first alarm, unless it was told to go on", async () => {
    const stopped = await explore(
      campaign,
      beginning,
      limits({ keepGoing: false }),
      poolThat(fails, false),
      () => {},
    );
    expect(stopped.failures[0]!.index).toBe(60);
    expect(stopped.done).toBeLessThan(200);
  });

  it("stops when it is told to, and when time is up", async () => {
    const none = poolThat(() => false, false);
    expect((await explore(campaign, beginning, limits({ stopped: () => true }), none, () => {})).done).toBe(
      0,
    );
    expect((await explore(campaign, beginning, limits({ untilMs: 0 }), none, () => {})).done).toBe(0);
  });
});

describe("a campaign in which nothing happened", () => {
  const full = Object.fromEntries(Object.keys(nothing).map(name => [name, 1000])) as Record<
    keyof typeof nothing,
    number
  >;

  it("is not called green", () => {
    expect(vacuous(full, raft, undefined)).toEqual([]);
    expect(vacuous({ ...full, leaderChanges: 0 }, raft, undefined)).toEqual(["leader changes"]);
    expect(vacuous({ ...full, lostWrites: 0, unknown: 0 }, raft, undefined)).toEqual([
      "crashes that lost unsynced writes",
      "unknown outcomes",
    ]);
  });

  it("is not held to what it was told to leave out", () => {
    expect(vacuous({ ...full, restarts: 0, lostWrites: 0, leaderChanges: 0 }, raft, ["loss"])).toEqual([]);
  });
});
