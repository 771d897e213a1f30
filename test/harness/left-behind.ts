/**
 * Prints how many bytes of young objects a collection of only these finds alive, for `left-behind.test.ts`: after runs
 * of each of the protocols given, and while a simulation is still held. In a process of its own, with room for a whole
 * run among the young objects.
 */
import { getHeapSpaceStatistics } from "node:v8";
import { algorithms } from "../../algorithms/index.ts";
import { allWatching, type Cluster, clusterOf, runFor } from "../../src/harness/engine/cluster.ts";
import { specOf, workloadOf } from "../../src/harness/engine/measures.ts";
import { runOnce } from "../../src/harness/run.ts";

const DURATION_NS = 3e9;
const WARM_UPS = 4; // the compiler must have seen what it makes
const TIMES = 3;

const collect = (type: "major" | "minor"): void => {
  (globalThis as unknown as { gc(options: object): void }).gc({ type });
};

function aliveAfter(work: () => unknown): number {
  for (let time = 0; time < WARM_UPS; time++) work();
  // The least: a compilation that is under way holds what it looks at.
  return Math.min(...Array.from({ length: TIMES }, () => aliveWhileHolding(work)));
}

function aliveWhileHolding(work: () => unknown): number {
  collect("major");
  const held = [work()];
  collect("minor");
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")!;
  held.pop(); // until here
  return young.space_used_size;
}

const protocolOf = (name: string) => algorithms.find(one => one.name === name)!;

function held(name: string): Cluster {
  const protocol = protocolOf(name);
  const cluster = clusterOf(protocol, 5, 1, workloadOf(1, DURATION_NS), allWatching(protocol, 5));
  runFor(cluster, DURATION_NS);
  return cluster;
}

const names = process.argv.slice(2);
const bytes = names.map(name => {
  const finished = aliveAfter(() => void runOnce(specOf(name, 1, DURATION_NS), protocolOf(name)));
  return { name, finished, held: aliveAfter(() => held(name)) };
});
console.log(JSON.stringify(bytes));
