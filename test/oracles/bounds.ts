/** Throughput that something other than the processor limits: a link, or clients that think; and what hides a stall. */
import type { AnyProtocol, Options } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { fitScalability } from "../../src/metrics/usl.ts";
import type { RunLine } from "../../src/results/schema.ts";
import type { Comparison } from "./comparison.ts";
import { computing, run } from "./load.ts";

const PERCENT = 0.01;

// --- The leader's link ----------------------------------------------------------------------------------------------

const BANDWIDTH = 1e9; // bits a second
const ANSWER_BYTES = 24;
const LOOP_S = 0.011; // four delays, and 10 ms to think

export interface Egress {
  readonly protocol: AnyProtocol;
  readonly type: string; // of the message that carries a command
  readonly valueBytes: number; // so that it has 1024 bytes in all
  readonly sizes: readonly number[];
}

export const egresses: readonly Egress[] = [
  { protocol: raft, type: "AppendEntries", valueBytes: 923, sizes: [3, 5, 7, 9] },
  { protocol: multiPaxos, type: "Accept", valueBytes: 939, sizes: [3, 5, 7, 9] },
];

/**
 * 1 Gb/s and 1 KiB to each of the others, and the answer: what a card sends it sends one after the other. Clients are
 * half as many again as keep it busy, and think, so that they do not ask all at once for ever: then the link would be
 * idle while their answers are on the way.
 */
export function egress({ protocol, type, valueBytes }: Egress, n: number): Comparison {
  const expected = BANDWIDTH / 8 / ((n - 1) * 1024 + ANSWER_BYTES);
  const clients = Math.ceil(1.5 * expected * LOOP_S);
  const fields = `
duration: 1500ms
warmup: 500ms
clients: { mode: closed, count: ${clients}, think: { distribution: exponential, mean: 10ms } }
batching: { max: 1, window: 4000 }
value: ${valueBytes}B
network: { latency: 250us, bandwidth: ${BANDWIDTH / 1e6}Mbps }
cost: ${computing("0", "0")}
`;
  const line = run(protocol, { n, fields });
  const { count, bytes } = line.messages!.by_type[type]!;
  if (Math.abs(bytes / count - 1024) > 1) throw new Error(`a message has ${bytes / count} bytes`);
  return {
    section: "5",
    protocol: protocol.name,
    variant: "1 KiB to each, 1 Gb/s",
    quantity: "commands a second",
    formula: "B/((n-1) s + 24)",
    n,
    batch: 1,
    expected,
    measured: line.throughput_ops_s!,
    tolerance: PERCENT * expected,
  };
}

// --- Clients that think ---------------------------------------------------------------------------------------------

const LOOP_US = 520; // R0: two delays of 250, and 20 of the server
const THINK_US = 2000;
const CAPACITY = 50_000; // X_max
export const KNEE = ((LOOP_US + THINK_US) / 1e6) * CAPACITY;

export const thinkers = [1, 32, KNEE / 2, KNEE, 2 * KNEE].map(clients => ({
  protocol: unreplicated,
  clients,
}));

const thinking = (clients: number, think: string): string => `
duration: 3s
warmup: 1s
clients: { mode: closed, count: ${clients}, think: ${think} }
network: { latency: 250us, bandwidth: unlimited }
cost: ${computing("10us", "10us")}
`;

/** All that they ask up to the knee, and all that the server can do behind it. */
export function thinkTime(clients: number): Comparison {
  const line = run(unreplicated, { n: 1, fields: thinking(clients, `${THINK_US}us`) });
  const expected = Math.min((clients * 1e6) / (LOOP_US + THINK_US), CAPACITY);
  return {
    section: "5",
    protocol: unreplicated.name,
    variant: `${clients} clients think 2 ms; knee at ${KNEE}`,
    quantity: "commands a second",
    formula: "min(N/(R0+Z), X_max)",
    n: 1,
    batch: 1,
    expected,
    measured: line.throughput_ops_s!,
    tolerance: PERCENT * expected,
  };
}

const oneProposer = { proposers: "one" };

export const littleThinkers = [
  { protocol: raft, n: 5, options: {} },
  { protocol: multiPaxos, n: 5, options: {} },
  { protocol: paxos, n: 5, options: oneProposer },
  { protocol: pbft, n: 4, options: {} },
];

/** Little's law counts those who think too: N = X (R + Z), for exponential times to think. */
export function littlesLawOfThinkers(one: (typeof littleThinkers)[number]): Comparison {
  const { protocol, n } = one;
  const clients = 64;
  const think = `{ distribution: exponential, mean: ${THINK_US}us }`;
  const given: { n: number; options: Options; fields: string } = {
    n,
    options: one.options,
    fields: thinking(clients, think),
  };
  const line = run(protocol, given);
  return {
    section: "5",
    protocol: protocol.name,
    variant: `${clients} clients think 2 ms on average`,
    quantity: "X (R + Z)",
    formula: "N",
    n,
    batch: undefined,
    expected: clients,
    measured: (line.throughput_ops_s! * (line.latency_us!.mean + THINK_US)) / 1e6,
    tolerance: 2 * PERCENT * clients,
  };
}

// --- Coordinated omission -------------------------------------------------------------------------------------------

const SERVICE_S = 0.001;
const STALL_S = 100;

/** A request every 10 ms for 100 s, and then the server stands still for as long. */
function stalled(clients: string): RunLine {
  const fields = `
duration: ${2 * STALL_S}s
warmup: 0s
clients: { ${clients}, retry: 300s, timeout: 400s }
network: { latency: ${(SERVICE_S * 1e6) / 2}us, bandwidth: unlimited }
cost: ${computing("0", "0")}
faults: [{ at: ${STALL_S}s, for: ${STALL_S}s, pause: n0 }]
`;
  return run(unreplicated, { n: 1, fields });
}

/** A client that waits for its answer asks once during the stall; arrivals that do not wait are all counted. */
export function coordinatedOmission(): Comparison[] {
  const asked = STALL_S / 0.01;
  const waiting = stalled("mode: closed, count: 1, think: 9ms").latency_us!;
  const arriving = stalled("mode: open, rate: 100/s, arrivals: constant, limit: 100000").latency_us!;
  const row = (who: string, quantity: string, formula: string, expected: number, us: number): Comparison => ({
    section: "5",
    protocol: unreplicated.name,
    variant: `a stall of 100 s, ${who}`,
    quantity,
    formula,
    n: 1,
    batch: undefined,
    expected,
    measured: us / 1e6,
    tolerance: PERCENT * expected,
  });
  const [closed, open] = ["a client that waits", "arrivals that do not"];
  return [
    row(
      closed,
      "mean in s",
      "(10⁴ S + 100)/(10⁴ + 1)",
      (asked * SERVICE_S + STALL_S) / (asked + 1),
      waiting.mean,
    ),
    row(closed, "p99.9 in s", "S", SERVICE_S, waiting.p999),
    row(open, "mean in s", "(S + 50)/2", (SERVICE_S + STALL_S / 2) / 2, arriving.mean),
    row(open, "p90 in s", "80", 0.8 * STALL_S, arriving.p90),
    row(open, "p99.9 in s", "99.8", 0.998 * STALL_S, arriving.p999),
  ];
}

// --- The universal scalability law ----------------------------------------------------------------------------------

const MILLIONTH = 1e-6;

/** A fit to points without noise gives back the numbers that they were made of. */
export function scalability(): Comparison[] {
  const [lambda, sigma, kappa] = [1000, 0.05, 0.0002];
  const law = (n: number) => (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
  const fit = fitScalability([1, 2, 4, 8, 16, 32, 64, 128, 256].map(n => [n, law(n)] as const))!;
  const row = (quantity: string, expected: number, measured: number): Comparison => ({
    section: "5",
    protocol: unreplicated.name,
    variant: "a fit to the universal scalability law",
    quantity,
    formula: quantity === "peak" ? "√((1-σ)/κ)" : quantity,
    n: 1,
    batch: undefined,
    expected,
    measured,
    tolerance: MILLIONTH * expected,
  });
  return [
    row("λ", lambda, fit.lambda),
    row("σ", sigma, fit.sigma),
    row("κ", kappa, fit.kappa),
    row("peak", Math.sqrt((1 - sigma) / kappa), fit.peak!),
  ];
}
