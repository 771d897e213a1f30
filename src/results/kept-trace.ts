/**
 * `traces/<key>.kept.ndjson`: of one run, what people look at. The first line says which run it is and what was kept;
 * each further line is one row, in the order of time. Times are in nanoseconds of virtual time, nodes are numbers,
 * operations are named as in `c7#2`: the second of client 7.
 *
 * `cause` is the number of an earlier row, from 0: the message, timer or sync that made its node do this. It is null
 * where that was not kept.
 */
import { z } from "zod";
import { ResultsError } from "./reader.ts";

const count = z.int().min(0);
const ns = count;
const node = count;
const cause = count.nullable();
const fate = z.enum(["arrives", "lost", "down"]); // down: its receiver was, when it arrived

export const keptCauses = [
  "ordering",
  "read",
  "heartbeat",
  "election",
  "recovery",
  "checkpoint",
  "retransmission",
] as const;

/** How a node stands from then on. Outside the windows the last four are told from time to time only. */
const StatusRow = z.tuple([
  z.literal("status"),
  ns,
  node,
  z.enum(["leader", "follower", "candidate", "down"]),
  count, // epoch
  node.nullable(), // whom it takes for the leader
  count, // length of its log
  count, // committed
  count, // applied
  // Epochs of the last entries of its log, the newest last; those before are as the first, and 0 is a hole.
  z.array(count).max(8).optional(),
]);
const FaultRow = z.tuple([z.literal("fault"), ns, z.string()]);
/** Something is done to a node: crash, restart, pause, stall … `until` where its end is known beforehand. */
const NodeRow = z.tuple([z.literal("node"), ns, node, z.string(), ns.nullable()]);
/** A message between replicas leaves at its time and arrives at the second. */
const SendRow = z.tuple([
  z.literal("send"),
  ns,
  cause,
  node, // from
  node, // to
  ns.nullable(), // null: never
  z.string(), // type
  z.enum(keptCauses), // why it was sent
  z.string(), // what it says
  fate,
]);
/** A message arrives once more, or after somebody had held it back. */
const LateRow = z.tuple([z.literal("late"), ns, node, node, z.string()]);
/** A client asks a node. */
const AskRow = z.tuple([z.literal("ask"), ns, node, ns.nullable(), z.string(), z.string(), fate]);
/** A node answers a client: reply, redirect or refuse. */
const AnswerRow = z.tuple([
  z.literal("answer"),
  ns,
  cause,
  node,
  ns.nullable(),
  z.string(), // operation
  z.enum(["reply", "redirect", "refuse"]),
  z.string(), // with what
]);
const TimerRow = z.tuple([z.literal("timer"), ns, node, z.string()]);
/** What a node had handed to its disk since `since` is durable. */
const DiskRow = z.tuple([z.literal("disk"), ns, cause, node, ns]);
const FactRow = z.tuple([z.literal("fact"), ns, cause, node, z.enum(["leads", "yields", "voted"]), count]);

export const KeptRow = z.union([
  StatusRow,
  FaultRow,
  NodeRow,
  SendRow,
  LateRow,
  AskRow,
  AnswerRow,
  TimerRow,
  DiskRow,
  FactRow,
]);
export type KeptRow = z.infer<typeof KeptRow>;

export const KeptHeader = z.strictObject({
  schema_version: z.literal(1),
  key: z.string(),
  algo: z.string(),
  n: z.int().min(1),
  f: count,
  quorum: z.int().min(1),
  workload: z.string(),
  point: z.record(z.string(), z.unknown()),
  seed: z.int(),
  rerun: z.string(), // the command that runs it again
  liars: z.array(node),
  end_ns: ns,
  /**
   * Here all that replicas said and did was kept and, if `clients`, all that clients said and were told; elsewhere only
   * how nodes stand, faults, and the operations below.
   */
  windows: z.array(z.strictObject({ from_ns: ns, to_ns: ns, why: z.string(), clients: z.boolean() })),
  windows_left_out: count, // elections and faults that would have been worth one
  operations: z.array(
    z.strictObject({
      op: z.string(),
      says: z.string(),
      call_ns: ns,
      return_ns: ns.nullable(),
      outcome: z.enum(["ok", "failed", "unknown"]),
      why: z.string(), // it was kept: slowest, median …
      path: z.array(count), // the rows that its answer waited for, one after another, in the order of time
    }),
  ),
  exact: z.boolean(), // every change of role, epoch and leader is there; else the last of each slot of time
  events: count, // of the run, status rows not counted
  left_out: count, // of these
});
export type KeptHeader = z.infer<typeof KeptHeader>;

export interface KeptTrace {
  readonly header: KeptHeader;
  readonly rows: readonly KeptRow[];
}

export const keptTraceText = ({ header, rows }: KeptTrace): string =>
  [header, ...rows].map(line => `${JSON.stringify(line)}\n`).join("");

/** `where`: the file's name, for whoever has to mend it. */
export function parseKeptTrace(text: string, where: string): KeptTrace {
  const [first = "", ...rest] = text.split("\n").slice(0, -1);
  const checked = <Value>(schema: z.ZodType<Value>, line: string, number: number): Value => {
    const outcome = schema.safeParse(parsed(line));
    if (outcome.success) return outcome.data;
    throw new ResultsError(
      `${where}:${number}: not a line of a kept trace; remove the file to have it made again`,
    );
  };
  return {
    header: checked(KeptHeader, first, 1),
    rows: rest.map((line, index) => checked(KeptRow, line, index + 2)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema takes that
  }
}
