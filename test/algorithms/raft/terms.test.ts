/** How fast terms climb, in the implementations that people have watched: rates follow from the timers alone. */
import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import { watched } from "../watched.ts";

type Options = Readonly<Record<string, boolean | number>>;

const timers = { electionTimeoutMinMs: 400, electionTimeoutMaxMs: 1400 };
const textbook = timers;
const pySyncObj = { ...timers, checkQuorum: true, checkQuorumMs: 30_000, stickiness: false };
const etcd = { ...timers, checkQuorum: true };

/** Five nodes, of which two are cut off, the leader among them or not. */
function divided(seed: number, options: Options, leaderInside: boolean) {
  const made = watched(raft, 5, { seed, options, tracer: undefined });
  made.run(5000);
  const leader = made.leader();
  const others = made.simulation.replicas.filter(node => node !== leader);
  const minority = leaderInside ? [leader, others[0]!] : others.slice(0, 2);
  made.simulation.isolate(minority);
  const terms = () => minority.map(node => made.statuses()[node]!.epoch);
  return {
    ...made,
    minority,
    terms,
    majority: made.simulation.replicas.filter(node => !minority.includes(node)),
  };
}

describe("two of five are cut off, with PySyncObj's timers", () => {
  test.each([1, 2, 3])("the leader outside: 1.32 to 1.36 terms a second, within 5 % (seed %i)", seed => {
    const { run, terms, statuses, majority } = divided(seed, pySyncObj, false);
    const before = Math.max(...terms());
    run(600_000);
    const rate = (Math.max(...terms()) - before) / 600;
    expect(rate).toBeGreaterThan(1.32 * 0.95);
    expect(rate).toBeLessThan(1.36 * 1.05);
    expect(majority.map(node => statuses()[node]!.epoch)).toEqual([before, before, before]);
  });

  test("with pre-vote they do not climb at all", () => {
    const { run, terms } = divided(1, { ...pySyncObj, preVote: true, stickiness: true }, false);
    const before = terms();
    run(600_000);
    expect(terms()).toEqual(before);
  });

  test("the leader inside, 1287 s: 30 s flat, then at that rate; healing raises everybody", () => {
    const { run, terms, simulation, statuses, minority } = divided(1, pySyncObj, true);
    const [before] = terms();
    run(29_000);
    expect(terms()).toEqual([before, before]);
    run(1258_000);
    expect(terms()[0]! - before!).toBeGreaterThan(1.32 * 1257 * 0.95);
    expect(terms()[0]! - before!).toBeLessThan(1.36 * 1257 * 1.05);
    const highest = Math.max(...terms());
    simulation.isolate(minority, false);
    run(5000);
    expect(new Set(statuses().map(({ epoch }) => epoch)).size).toBe(1);
    expect(statuses()[0]!.epoch).toBeGreaterThan(highest);
    expect(statuses()[0]!.epoch).toBeLessThan(highest + 10);
  });

  test("a textbook leader inside keeps its term for ever, and etcd's climbs at once", () => {
    const flat = divided(1, textbook, true);
    const [before] = flat.terms();
    flat.run(60_000);
    expect(flat.terms()).toEqual([before, before]);
    expect(flat.statuses()[flat.minority[0]!]).toMatchObject({ role: "leader", hasQuorum: false });
    const climbing = divided(1, etcd, true);
    climbing.run(15_000);
    expect(Math.max(...climbing.terms())).toBeGreaterThan(before! + 10);
  });
});

describe("three nodes, and only the link between the leader and one follower is cut", () => {
  /** Elections won and terms entered in each of ten minutes. */
  const perMinute = (seed: number, options: Options) => {
    const made = watched(raft, 3, { seed, options, tracer: undefined });
    made.run(2000);
    made.cut(made.leader(), (made.leader() + 1) % 3);
    made.facts.length = 0;
    made.run(600_000);
    const won = made.facts.filter(({ fact }) => fact === "leads").length / 10;
    const entered = new Set(made.facts.filter(({ fact }) => fact === "epoch").map(({ epoch }) => epoch));
    return { won, entered: entered.size / 10 };
  };

  test("idle and without a no-op: leadership bounces, about 237 times a minute", () => {
    for (const seed of [1, 2, 3]) {
      const { won } = perMinute(seed, { noOp: false });
      expect(won).toBeGreaterThan(237 * 0.95);
      expect(won).toBeLessThan(237 * 1.05);
    }
  });

  test("with a no-op the cut-off node's log falls behind: a few elections, then the middle node leads", () => {
    for (const seed of [1, 2, 3]) expect(perMinute(seed, { noOp: true }).won).toBeLessThan(1);
  });

  test("with pre-vote nothing moves", () => {
    for (const seed of [1, 2, 3]) {
      expect(perMinute(seed, { noOp: false, preVote: true })).toEqual({ won: 0, entered: 0 });
      expect(perMinute(seed, { noOp: false, preVote: true, checkQuorum: true })).toEqual({
        won: 0,
        entered: 0,
      });
    }
  });

  test("check-quorum by itself keeps the leader, for votes are refused, but the one cut off climbs", () => {
    const { won, entered } = perMinute(1, { noOp: false, checkQuorum: true });
    expect([won, entered > 200]).toEqual([0, true]);
    expect(perMinute(1, { noOp: false, checkQuorum: true, stickiness: false }).won).toBeGreaterThan(200);
  });
});
