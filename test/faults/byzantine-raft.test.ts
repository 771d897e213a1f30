/** Raft is not made for liars: one of them is enough to break its promises. It must go on running while it does. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { type Liar, lieKinds, withLies } from "../../src/faults/byzantine.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import {
  contestedTerms,
  divergence,
  doubleVotes,
  firstSeed,
  isCommitted,
  type Watched,
  watched,
} from "../algorithms/watched.ts";

const narrow = { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 160 };

function start(seed: number, n: number, liar: Pick<Liar, "node" | "lie"> & Partial<Liar>): Watched {
  const dice = (name: string) => new RandomStream(seed, name);
  const protocol = withLies(raft, [{ active: () => true, ...liar }], dice);
  return watched(protocol, n, { seed, options: narrow, tracer: undefined });
}

/** Every leader of the moment is asked to write, by a client of its own. */
function load({ simulation, client, run }: Watched, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (const node of simulation.nodes) {
      if (node.replica?.status().role === "leader") client.ask(node.self, "put", 1, `v${round}`, node.self);
    }
    run(30);
  }
}

describe("Raft with one liar", () => {
  test("who votes twice makes two leaders of one term, in some run", () => {
    const seed = firstSeed(100, tried => {
      const made = start(tried, 3, { node: 2, lie: "double-vote" });
      load(made, 20);
      return contestedTerms(made.facts).length > 0 && divergence(made.facts, [0, 1]).length > 0;
    });
    const made = start(seed, 3, { node: 2, lie: "double-vote" });
    load(made, 20);
    expect(doubleVotes(made.facts).every(vote => vote.startsWith("n2 "))).toBe(true);
  });

  test("who drops what it has acknowledged loses an acknowledged write, in some run", () => {
    const loses = (seed: number, lie: "acknowledge-and-drop" | "wrong-reply") => {
      const made = start(seed, 3, { node: 1, lie });
      const { simulation, client, facts } = made;
      made.run(1000);
      if (made.leader() === 1) return false;
      const leader = made.leader();
      const behind = 2 - leader; // of nodes 0 and 2 the other one
      simulation.isolate([behind]);
      const request = client.ask(leader, "put", 1, "precious");
      made.run(200);
      const acknowledged = client.answers.some(
        answer => answer.request === request && answer.result === undefined,
      );
      simulation.crash(leader);
      simulation.isolate([behind], false);
      facts.length = 0;
      made.run(2000);
      if (made.leader() === leader) return false;
      const later = client.ask(made.leader(), "put", 2, "later");
      made.run(500);
      return acknowledged && isCommitted(facts, behind, later) && !isCommitted(facts, behind, request);
    };
    expect(firstSeed(20, seed => loses(seed, "acknowledge-and-drop"))).toBeGreaterThan(0);
    for (let seed = 1; seed <= 20; seed++) expect(loses(seed, "wrong-reply")).toBe(false);
  });

  test("twins vote twice or lead twice, and the others commit different things, in some run", () => {
    firstSeed(60, seed => {
      const made = start(seed, 3, { node: 0, lie: "twins" });
      load(made, 30);
      const doubled = doubleVotes(made.facts).length > 0 || contestedTerms(made.facts).length > 0;
      const leads = made.facts
        .filter(({ node, fact }) => node === 0 && fact === "leads")
        .map(({ epoch }) => epoch);
      return (doubled || new Set(leads).size < leads.length) && divergence(made.facts, [1, 2]).length > 0;
    });
  });

  test("an equivocating leader makes the others commit different things", () => {
    firstSeed(20, seed => {
      const made = start(seed, 3, { node: 0, lie: "equivocate", receivers: [2] });
      load(made, 30);
      return divergence(made.facts, [1, 2]).length > 0;
    });
  });

  test.each(lieKinds.map(({ name }) => name))("%s: nobody honest falls over", lie => {
    for (let seed = 1; seed <= 12; seed++) {
      const active = (nowMs: number) => nowMs % 1000 < 600;
      const made = start(seed, 5, { node: seed % 5, lie, active });
      load(made, 60);
      const victim = (seed + 1) % 5;
      made.simulation.crash(victim);
      load(made, 20);
      made.simulation.restart(victim);
      load(made, 20);
    }
  });
});
