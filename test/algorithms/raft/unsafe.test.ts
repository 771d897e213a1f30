import { describe, expect, test } from "vitest";
import { bully } from "../../../algorithms/raft/bully.ts";
import { raft } from "../../../algorithms/raft/index.ts";
import { defaultPolicy } from "../../../src/protocol/recording.ts";
import { contestedTerms, divergence, firstSeed, isCommitted, type Watched, watched } from "../watched.ts";

describe("volatileTerm: neither term nor vote is stored", () => {
  const options = { volatileTerm: true };

  const restartAll = ({ simulation }: Watched) => {
    for (const node of simulation.replicas) simulation.crash(node);
    for (const node of simulation.replicas) simulation.restart(node);
  };

  /**
   * Power fails in term 2. While one node is away, the others write in term 1, as far as they know; power fails
   * again. The one that was away has the log with the highest term, and lacks what was written without it.
   */
  const loses = (seed: number, given: Record<string, boolean>) => {
    const made = watched(raft, 3, { seed, options: given, tracer: undefined });
    const { simulation, client, facts } = made;
    made.run(1000);
    simulation.crash(made.leader());
    made.run(1000);
    const away = made.leader();
    client.ask(away, "put", 1, "old");
    made.run(500);
    restartAll(made);
    simulation.isolate([away]);
    facts.length = 0;
    made.run(1500);
    const kept = client.ask(made.leader(), "put", 1, "new");
    made.run(500);
    const acknowledged = client.answers.some(
      ({ request, result }) => request === kept && result === undefined,
    );
    simulation.isolate([away], false);
    restartAll(made);
    facts.length = 0;
    made.run(1500);
    const last = client.ask(made.leader(), "put", 2, "last");
    made.run(1000);
    const done = simulation.replicas.filter(node => isCommitted(facts, node, last));
    return acknowledged && done.some(node => !isCommitted(facts, node, kept));
  };

  test("is marked as unsafe", () => {
    expect(raft.unsafe?.(options, defaultPolicy)).toMatch("volatileTerm");
  });

  test("a term falls after a full restart, which it does not else", () => {
    const terms = (given: Record<string, boolean>) => {
      const made = watched(raft, 3, { options: given, tracer: undefined });
      for (let round = 0; round < 4; round++) {
        made.run(1000);
        made.simulation.crash(made.leader());
        made.run(1000);
        for (const node of made.simulation.replicas) made.simulation.restart(node);
      }
      made.run(1000);
      const before = Math.min(...made.statuses().map(({ epoch }) => epoch));
      made.facts.length = 0;
      restartAll(made);
      const fact = made.facts.find(seen => seen.fact === "epoch")!.epoch;
      return { before, fact, after: Math.max(...made.statuses().map(({ epoch }) => epoch)) };
    };
    const forgotten = terms(options);
    expect(forgotten.before).toBeGreaterThan(3);
    expect([forgotten.fact, forgotten.after]).toEqual([0, 0]);
    const kept = terms({});
    expect(kept.after).toBe(kept.before);
  });

  test("an acknowledged write is lost in some run, and in none with the option off", () => {
    expect(firstSeed(40, seed => loses(seed, options))).toBeGreaterThan(0);
    for (let seed = 1; seed <= 40; seed++) expect(loses(seed, {}), `seed ${seed}`).toBe(false);
  });
});

describe("bully: the highest id that can be reached leads", () => {
  const start = (given: Record<string, boolean> = {}) => {
    const made = watched(bully, 5, { options: given, tracer: undefined });
    made.run(1000);
    return made;
  };
  const divided = (given: Record<string, boolean> = {}) => {
    const made = start(given);
    for (const low of [0, 1, 2]) for (const high of [3, 4]) made.cut(low, high);
    made.run(2000);
    const above = made.client.ask(4, "put", 1, "above", 1);
    const below = made.client.ask(2, "put", 1, "below", 2);
    made.run(2000);
    const acknowledged = made.client.answers.filter(({ result }) => result === undefined);
    return { ...made, above, below, acknowledged: acknowledged.map(({ request }) => request) };
  };

  test("is marked as unsafe, with a majority too", () => {
    expect(bully.unsafe?.({ commitNeedsMajority: false }, defaultPolicy)).toMatch("bully");
    expect(bully.unsafe?.({ commitNeedsMajority: true }, defaultPolicy)).toMatch("bully");
  });

  test("undisturbed, the highest leads in one term and commits everywhere", () => {
    const made = start();
    const request = made.client.ask(4, "put", 1, "x");
    made.run(1000);
    expect(made.statuses().map(({ leader }) => leader)).toEqual([4, 4, 4, 4, 4]);
    expect(contestedTerms(made.facts)).toEqual([]);
    for (const node of made.simulation.replicas) expect(isCommitted(made.facts, node, request)).toBe(true);
  });

  test("a leader that stops is followed by the next, and takes over again when it is back", () => {
    const made = start();
    made.simulation.crash(4);
    made.run(1000);
    expect(made.simulation.nodes[3]!.replica!.status().role).toBe("leader");
    made.simulation.restart(4);
    made.run(1000);
    expect(made.statuses().map(({ role }) => role)).toEqual([
      "follower",
      "follower",
      "follower",
      "follower",
      "leader",
    ]);
    expect(made.statuses().map(({ leader }) => leader)).toEqual([4, 4, 4, 4, 4]);
  });

  test("the next but one to be back takes over while the highest stays away", () => {
    const made = start();
    made.simulation.crash(4);
    made.simulation.crash(3);
    made.run(1000);
    expect(made.simulation.nodes[2]!.replica!.status().role).toBe("leader");
    made.simulation.restart(3);
    made.run(1000);
    const up = made.simulation.nodes.slice(0, 4).map(node => node.replica!.status().leader);
    expect(up).toEqual([3, 3, 3, 3]);
  });

  test("partition 2-3: two leaders, both commit, and what they commit differs", () => {
    const { statuses, acknowledged, above, below, facts } = divided();
    expect(statuses().map(({ leader }) => leader)).toEqual([2, 2, 2, 4, 4]);
    expect(new Set(acknowledged)).toEqual(new Set([above, below]));
    expect(divergence(facts, [0, 1, 2, 3, 4])).not.toEqual([]);
  });

  test("partition 2-3, commits need a majority: two leaders, no divergence, one side is stuck", () => {
    const { statuses, acknowledged, below, facts } = divided({ commitNeedsMajority: true });
    expect(statuses().map(({ leader }) => leader)).toEqual([2, 2, 2, 4, 4]);
    expect(acknowledged).toEqual([below]);
    expect(divergence(facts, [0, 1, 2, 3, 4])).toEqual([]);
  });

  test("healed, one leader is left, whatever the terms", () => {
    const made = divided();
    for (const low of [0, 1, 2])
      for (const high of [3, 4]) {
        made.simulation.network.setCut(low, high, false);
        made.simulation.network.setCut(high, low, false);
      }
    made.run(3000);
    expect(made.statuses().map(({ leader }) => leader)).toEqual([4, 4, 4, 4, 4]);
  });
});
