/**
 * Processors that take time, on constant delays: what a node spends on a command, how many commands that allows, and
 * how long those wait that come meanwhile. Within tolerance, for a run begins and ends within commands.
 */
import type { AnyProtocol, NodeId, Options } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { primaryBackup } from "../../algorithms/primary-backup/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload, parseWorkload } from "../../src/workload/load.ts";
import { byChance, type Comparison, mean, standardErrorOf } from "./comparison.ts";

/** What a message takes to receive, and likewise to send. */
const MESSAGE_US = 10;
const DELAY_US = 250; // one way
const PERCENT = 0.01;

interface Load {
  readonly n: number;
  readonly seed?: number;
  readonly options?: Options;
  readonly fields: string; // lines of a workload file, besides what is the same everywhere
}

export const computing = (receive: string, send: string): string => {
  const free = "byte: 0, mac: 0, sign: 0, verify: 0, digest: 0";
  return `{ cpu: { receive: ${receive}, send: ${send}, ${free} }, disk: { sync: 0, byte: 0 } }`;
};

export function run(protocol: AnyProtocol, { n, seed = 1, options = {}, fields }: Load): RunLine {
  const common = "durability: memory\noperations: { put: 1 }\n";
  const workload = parseWorkload("load", `${common}${fields}`, "a load");
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  return runOnce({ algo: protocol.name, n, seed, options, workload, ...identity }, protocol).line;
}

const closed = (clients: number, batch: number, window = 1000, measuredMs = 400): string => `
duration: ${400 + measuredMs}ms
warmup: 400ms
clients: { mode: closed, count: ${clients} }
batching: { max: ${batch}, min: ${batch}, window: ${window} }
network: { latency: ${DELAY_US}us, bandwidth: unlimited }
cost: ${computing(`${MESSAGE_US}us`, `${MESSAGE_US}us`)}
`;

// --- What a node spends on a command, and how many that allows ------------------------------------------------------

/** Messages that an instance of b commands brings to a node and takes from it. */
export interface Handling {
  readonly protocol: AnyProtocol;
  readonly node: "the leader" | "a follower";
  readonly formula: string;
  readonly options?: Options;
  readonly sizes: readonly number[];
  readonly batches: readonly number[];
  handled(n: number, batch: number): number;
}

/** Every command for itself. */
const single = { node: "the leader", batches: [1] } as const;
const together = { batches: [1, 8] };
const agreed = {
  ...together,
  protocol: pbft,
  options: { checkpointEvery: 2000, logSize: 4000 }, // rare enough
  sizes: [4, 5, 7, 10, 13],
};

export const handlings: readonly Handling[] = [
  { ...single, protocol: unreplicated, formula: "2", sizes: [1], handled: () => 2 },
  { ...single, protocol: primaryBackup, formula: "2n", sizes: [3, 5], handled: n => 2 * n },
  ...[raft, multiPaxos].flatMap((protocol): Handling[] => {
    const both = { ...together, protocol, sizes: [3, 4, 5, 7, 9] };
    return [
      { ...both, node: "the leader", formula: "2(b + n-1)", handled: (n, b) => 2 * (b + n - 1) },
      { ...both, node: "a follower", formula: "2", handled: () => 2 },
    ];
  }),
  {
    ...agreed,
    node: "the leader",
    formula: "2(b + 2(n-1))",
    handled: (n, b) => 2 * (b + 2 * (n - 1)),
  },
  { ...agreed, node: "a follower", formula: "4(n-1) + b", handled: (n, b) => 4 * (n - 1) + b },
];

/** The utilization law U = X B, turned round: B = U / X is what the formula says. */
export function timeOfCommand(one: Handling, n: number, batch: number): Comparison {
  const { protocol, options = {} } = one;
  const line = run(protocol, { n, options, fields: closed(2 * batch, batch) });
  const { cpu } = line.utilization![nodeOf(one, line)]!;
  const expected = (one.handled(n, batch) * MESSAGE_US) / batch;
  return {
    section: "5",
    protocol: protocol.name,
    variant: `the processor of ${one.node}`,
    quantity: "µs a command",
    formula: `${product(one)}/b`,
    n,
    batch,
    expected,
    measured: (cpu / line.throughput_ops_s!) * 1e6,
    tolerance: 2 * PERCENT * expected,
  };
}

const product = ({ formula }: Handling): string => (/[+]/.test(formula) ? `(${formula}) t` : `${formula} t`);

/** The leader is busiest of all: it spends most on a command. */
function nodeOf({ node }: Handling, { utilization }: RunLine): NodeId {
  const busiest = utilization!.toSorted((one, other) => other.cpu - one.cpu);
  return (node === "the leader" ? busiest[0]! : busiest.at(-1)!).node;
}

/** As often comes every client's turn: the first and the last are not whole. */
const TURNS = 50;

/** Once the leader's processor does nothing else: X = 1 / B. */
export function saturation(one: Handling, n: number, batch: number): Comparison {
  const { protocol, options = {} } = one;
  const instanceMs = (one.handled(n, batch) * MESSAGE_US) / 1000;
  const measuredMs = Math.max(400, Math.ceil(TURNS * 64 * instanceMs));
  const line = run(protocol, { n, options, fields: closed(64 * batch, batch, 1000, measuredMs) });
  const expected = (batch * 1000) / instanceMs;
  return {
    section: "5",
    protocol: protocol.name,
    variant: "64 instances asked for at once",
    quantity: "commands a second",
    formula: `b/(${product(one)})`,
    n,
    batch,
    expected,
    measured: line.throughput_ops_s!,
    tolerance: 2 * PERCENT * expected,
  };
}

/** What surviving one failure that may be a lie leaves of Raft's throughput: 2 * 3 messages a command, and 2 * 7. */
export function priceOfLies(): Comparison {
  const of = (protocol: AnyProtocol) =>
    handlings.find(one => one.protocol === protocol && one.node === "the leader")!;
  return {
    section: "5",
    protocol: pbft.name,
    variant: "n = 4 beside Raft with n = 3, f = 1",
    quantity: "commands a second : Raft's",
    formula: "3/7",
    n: 4,
    batch: 1,
    expected: 3 / 7,
    measured: saturation(of(pbft), 4, 1).measured / saturation(of(raft), 3, 1).measured,
    tolerance: (2 * PERCENT * 3) / 7,
  };
}

export const pipelines = [1, 2, 4];

/** So many instances at once, each of which takes two delays at the leader. */
export function pipelining(protocol: AnyProtocol, window: number, batch: number): Comparison {
  const fields = closed(64 * batch, batch, window).replace(/^cost: .*$/m, `cost: ${computing("0", "0")}`);
  const line = run(protocol, { n: 3, fields });
  const expected = (window * batch * 1e6) / (2 * DELAY_US);
  return {
    section: "5",
    protocol: protocol.name,
    variant: `a window of ${window}, computing free`,
    quantity: "commands a second",
    formula: "w b/(2d)",
    n: 3,
    batch,
    expected,
    measured: line.throughput_ops_s!,
    tolerance: PERCENT * expected,
  };
}

// --- Closed loops ---------------------------------------------------------------------------------------------------

export const loops = [1, 4, 16, 24, 26, 27, 32, 64].map(clients => ({ protocol: unreplicated, clients }));
const loopUs = 2 * DELAY_US + 2 * MESSAGE_US; // R0, of one client alone

/** One processor of constant time, and nothing else to wait for: the bound is reached. */
export function closedLoop(clients: number): Comparison {
  const line = run(unreplicated, { n: 1, fields: closed(clients, 1) });
  const expected = Math.min((clients * 1e6) / loopUs, 1e6 / (2 * MESSAGE_US));
  return {
    section: "5",
    protocol: unreplicated.name,
    variant: `a closed loop of ${clients} clients`,
    quantity: "commands a second",
    formula: "min(N/R0, X_max)",
    n: 1,
    batch: 1,
    expected,
    measured: line.throughput_ops_s!,
    tolerance: PERCENT * expected,
  };
}

export const littleCells = [unreplicated, primaryBackup, raft, multiPaxos, pbft].flatMap(protocol =>
  [1, 16, 64].map(clients => ({ protocol, n: 5, clients })),
);

/** What is outstanding is what arrives times how long it stays: X R = N, on a network and disks that vary. */
export function littlesLaw({ protocol, n, clients: count }: (typeof littleCells)[number]): Comparison {
  const steady = loadWorkload("steady");
  const clients = { ...steady.clients, count } as typeof steady.clients;
  const workload = { ...steady, clients, durationNs: 1500e6, warmupNs: 500e6 };
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {}, options: {} };
  const { line } = runOnce({ algo: protocol.name, n, seed: 1, workload, ...identity }, protocol);
  return {
    section: "5",
    protocol: protocol.name,
    variant: `steady, ${count} clients`,
    quantity: "X R",
    formula: "N",
    n,
    batch: undefined,
    expected: count,
    measured: (line.throughput_ops_s! * line.latency_us!.mean) / 1e6,
    tolerance: 2 * PERCENT * count,
  };
}

// --- A queue --------------------------------------------------------------------------------------------------------

const SERVICE_US = 100;
/** How long requests wait for a server of constant service time, by so many seeds. */
export const meanWaits = (clients: string, seeds: number): number[] =>
  Array.from({ length: seeds }, (_, index) => {
    const fields = `
duration: 5s
warmup: 500ms
clients: ${clients}
network: { latency: 1us, bandwidth: unlimited }
cost: ${computing(`${SERVICE_US}us`, "0")}
`;
    const line = run(unreplicated, { n: 1, seed: index + 1, fields });
    if (line.ops!.ok !== line.ops!.submitted) throw new Error("a request was not answered");
    return line.latency_us!.mean! - SERVICE_US - 2;
  });

export const shares = [0.5, 0.8, 0.9].map(share => ({ protocol: unreplicated, share }));

/** M/D/1: random arrivals at one server of constant service time, busy for that share of the time. */
export function waitInQueue(share: number, seeds: number): Comparison {
  const waits = meanWaits(`{ mode: open, rate: ${(share * 1e6) / SERVICE_US}/s }`, seeds);
  return {
    section: "5",
    protocol: unreplicated.name,
    variant: `busy for ${share} of the time, Poisson arrivals`,
    quantity: "wait in µs",
    formula: "ρS/(2(1-ρ))",
    n: 1,
    batch: undefined,
    expected: (share * SERVICE_US) / (2 * (1 - share)),
    measured: mean(waits),
    ...byChance(standardErrorOf(waits)),
  };
}
