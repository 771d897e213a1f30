/**
 * `npm run bench:faults`: what the machinery for faults costs a run without any. The simulator as it is and the
 * simulator without it (`without-faults.ts`) run the same in two processes at a time, in slices that take turns; what
 * is compared is their processor time, a ratio for each pair of processes, since compilers decide by process.
 *
 * `--once` goes through it with one pair and a slice each: its numbers mean nothing.
 */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { algorithms } from "../algorithms/index.ts";
import { clusterOf, nobodyWatching, runFor } from "../src/harness/engine/cluster.ts";
import { type Clients, SIZE, workloadOf } from "../src/harness/engine/measures.ts";
import { estimate } from "../src/metrics/statistics.ts";
import { TraceHash } from "../src/simulation/trace-hash.ts";
import { wordsFor } from "./words.ts";

const TARGET = 0.03;
const SEED = 1;
const raft = algorithms.find(({ name }) => name === "raft")!;
/** Virtual time, about a tenth of a second of a processor's. */
const sliceNs: Readonly<Record<Clients, number>> = { 1: 24e9, 64: 2e9 };
const sides = ["with", "without"] as const;
type Side = (typeof sides)[number];

const thorough = { pairs: 32, warmups: 4, slices: 10 };
const hasty = { pairs: 1, warmups: 0, slices: 1 };
const words = wordsFor(import.meta.filename, word => word === "--once" || word === "--serve");
const rushed = words.includes("--once");
const settings = rushed ? hasty : thorough;

interface Asked {
  readonly clients: Clients;
}

interface Slice {
  readonly cpuUs: number;
  readonly hash: string;
}

// --- In a process of its own: one slice for each message -----------------------------------------------------------

function serve(): void {
  process.on("message", ({ clients }: Asked) => process.send!(sliceOf(clients)));
}

function sliceOf(clients: Clients): Slice {
  const durationNs = sliceNs[clients];
  const watchers = { ...nobodyWatching(), hash: new TraceHash() };
  const cluster = clusterOf(raft, SIZE, SEED, workloadOf(clients, durationNs), watchers);
  const before = process.cpuUsage();
  runFor(cluster, durationNs);
  // The sum: how it is divided between the two is but sampled.
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, hash: cluster.simulation.traceHash() };
}

// --- The other one -------------------------------------------------------------------------------------------------

const start = (side: Side): ChildProcess =>
  fork(fileURLToPath(import.meta.url), ["--serve"], {
    execArgv: side === "with" ? [] : ["--import", new URL("without-faults.ts", import.meta.url).href],
  });

function askFor(child: ChildProcess, asked: Asked): Promise<Slice> {
  const { promise, resolve, reject } = Promise.withResolvers<Slice>();
  const ended = () => reject(new Error("a process that measures has ended"));
  child.once("exit", ended);
  child.once("message", answer => {
    child.off("exit", ended);
    resolve(answer as Slice);
  });
  child.send(asked);
  return promise;
}

/** The share of the processor time that goes into the machinery, by one pair of processes. */
async function shareOf(clients: Clients, pair: number): Promise<number> {
  const children = { with: start("with"), without: start("without") };
  const spent = { with: 0, without: 0 };
  const hashes = new Set<string>();
  try {
    for (let slice = -settings.warmups; slice < settings.slices; slice++) {
      // Who goes first changes: neither side always inherits a cold cache.
      for (const side of (slice + pair) % 2 === 0 ? sides : sides.toReversed()) {
        const { cpuUs, hash } = await askFor(children[side], { clients });
        hashes.add(hash);
        if (slice >= 0) spent[side] += cpuUs;
      }
    }
  } finally {
    for (const side of sides) children[side].kill();
  }
  if (hashes.size !== 1) throw new Error("without the machinery for faults other things happen");
  return spent.with / spent.without;
}

async function measure(clients: Clients): Promise<void> {
  const ratios: number[] = [];
  for (let pair = 0; pair < settings.pairs; pair++) ratios.push(await shareOf(clients, pair));
  const { mean, low = mean, high = mean } = estimate(ratios)!;
  const percent = (ratio: number) => `${(100 * (ratio - 1)).toFixed(1)} %`;
  const verdict =
    rushed || (low - 1 <= TARGET && high - 1 > TARGET) ? "open" : high - 1 <= TARGET ? "met" : "not met";
  console.log(
    `${String(clients).padStart(2)} clients: ${percent(mean)} of processor time, ` +
      `95 % interval ${percent(low)} to ${percent(high)}; target <= ${100 * TARGET} %: ${verdict}`,
  );
}

function printConditions(): void {
  const { pairs, slices, warmups } = settings;
  const load = loadavg().map(value => value.toFixed(2));
  console.log(`raft, n = ${SIZE}, workload steady without watchers, but the hash; nothing goes wrong`);
  console.log(
    `Node ${process.versions.node}; ${availableParallelism()} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
  );
  console.log(`load average ${load.join(" ")} at the start`);
  console.log(`${pairs} pairs of processes, ${slices} slices each after ${warmups} to warm up, in turns`);
  if (rushed) console.log("--once: these numbers mean nothing");
}

if (words.includes("--serve")) {
  serve();
} else {
  printConditions();
  for (const clients of [1, 64] as const) await measure(clients);
}
