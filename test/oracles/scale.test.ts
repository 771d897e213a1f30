/** More nodes than a word has bits: counts stay exact, and a quorum is as many as it should be. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol, NodeId } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { judge } from "../../src/harness/judge.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { lab } from "../experiments/lab-runs.ts";
import { type Answer, cluster } from "../simulation/cluster.ts";
import { agrees } from "./comparison.ts";
import { counts, growth, growths } from "./scale.ts";

describe("the normal case", () => {
  test.each(growths.map(one => [one.protocol.name, one.exponent, one] as const))(
    "%s: exact counts, and messages grow by n to the %i",
    (_name, _exponent, one) => {
      const compared = counts(one);
      for (const { quantity, n, expected, measured } of compared) {
        expect(measured, `${quantity}, n=${n}`).toBe(expected);
      }
      expect(growth(one, compared)).toSatisfy(agrees);
    },
  );
});

describe("workloads", () => {
  test.each(["scale", "scale-byzantine"])("%s: what it expects of up to a hundred replicas", async name => {
    const { workload, cells, runs, run } = await lab(name, [1]);
    const small = <Sized extends { readonly n: number }>(all: readonly Sized[]) =>
      all.filter(({ n }) => n <= 101);
    const lines = runs.filter(({ spec }) => spec.n <= 101).map(planned => run(planned).line);
    const judgements = judge({ workloads: [workload], cells: small(cells), lines, saturation: [] });
    expect(judgements.length).toBeGreaterThan(20);
    expect(judgements.filter(({ ok }) => ok === false)).toEqual([]);
  });
});

/** Their quorums as numbers: by the formula of the code a wrong one would be right. */
const crashTolerant = [
  { n: 33, quorum: 17 },
  { n: 40, quorum: 21 },
  { n: 101, quorum: 51 },
];
const byzantine = [
  { n: 33, quorum: 22 },
  { n: 40, quorum: 27 },
  { n: 100, quorum: 67 },
];
const cells = [raft, paxos, multiPaxos, pbft].flatMap(protocol =>
  (protocol === pbft ? byzantine : crashTolerant).map(size => ({ ...size, name: protocol.name, protocol })),
);

describe("exactly a quorum is enough, and one less is not", () => {
  test.each(cells)("$name, n=$n: $quorum", ({ protocol, n, quorum }) => {
    const { simulation, leader, answers } = settled(protocol, n);
    const first = leader();
    const nodes = [...simulation.replicas.slice(SPARED), ...simulation.replicas.slice(0, SPARED)];
    const down = nodes.filter(node => node !== first).slice(0, n - quorum + 1);
    const [last, ...others] = down;
    for (const node of others) simulation.crash(node);
    expect(answers()).toBe(true);
    simulation.crash(last!);
    expect(answers()).toBe(false);
    simulation.restart(last!);
    expect(answers()).toBe(true);
    simulation.restart(others[0]!);
    simulation.crash(first); // exactly a quorum finds somebody else to lead it
    expect(answers()).toBe(true);
  });
});

/** PBFT's next primaries: a view whose primary is down takes longer the more of them there have been. */
const SPARED = 8;

/** A cluster that somebody leads, and a client that asks everybody until it has its answer, or for so long. */
function settled(protocol: AnyProtocol, n: number) {
  const { simulation, client, run } = cluster(protocol, n, { tracer: undefined, eventBudget: 100_000_000 });
  const { nodes, replicas } = simulation;
  const needed = protocol.clients.matchingReplies(n, false, defaultPolicy, {});
  run(1000);
  const leader = (): NodeId => replicas.find(node => nodes[node]!.replica!.status().role === "leader")!;
  const answers = (): boolean => {
    const request = client.ask(0, "put", 1, "value");
    const isRight = (answer: Answer) => answer.request === request && answer.result === undefined;
    for (let times = 0; times < 10; times++) {
      for (const node of replicas) simulation.clients.send(node, request);
      run(500);
      if (client.answers.filter(isRight).length >= needed) return true;
    }
    return false;
  };
  return { simulation, leader, answers };
}
