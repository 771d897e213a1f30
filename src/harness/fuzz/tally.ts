/**
 * What happened in a campaign, summed up. Green means little where nothing happened: a campaign in which no leader ever
 * changed has not tried leader changes (Antithesis calls them "sometimes" properties).
 */
import type { AnyProtocol } from "#protocol";
import type { RunLine } from "../../results/schema.ts";
import type { Happened } from "../happened.ts";

export const counted = {
  runs: "runs",
  operations: "operations",
  reads: "reads answered",
  unknown: "unknown outcomes",
  refused: "refused operations",
  retransmissions: "retransmissions",
  strikes: "faults that struck",
  lostMessages: "messages lost",
  restarts: "restarts",
  lostWrites: "crashes that lost unsynced writes",
  elections: "elections",
  leaderChanges: "leader changes",
  recoveries: "catch-up messages",
  snapshots: "snapshots",
  liars: "liars",
  undecided: "verdicts unknown",
} as const;

export type Tally = Readonly<Record<keyof typeof counted, number>>;

const names = Object.keys(counted) as (keyof Tally)[];

export const nothing: Tally = Object.fromEntries(names.map(name => [name, 0])) as Record<keyof Tally, number>;

export const sum = (left: Tally, right: Tally): Tally =>
  Object.fromEntries(names.map(name => [name, left[name] + right[name]])) as Record<keyof Tally, number>;

/** Of a run that threw, nothing is known. */
export function tallyOf(line: RunLine | undefined, happened: Happened | undefined): Tally {
  if (line === undefined || happened === undefined) return { ...nothing, runs: 1 };
  const { ops, messages, epochs, faults, checks } = line;
  return {
    runs: 1,
    operations: ops?.ok ?? 0,
    reads: happened.reads,
    unknown: ops?.unknown ?? 0,
    refused: ops?.failed ?? 0,
    retransmissions: messages?.by_cause.retransmission ?? 0,
    strikes: faults?.strikes ?? 0,
    lostMessages: happened.lostMessages,
    restarts: happened.restarts,
    lostWrites: happened.lostWrites,
    elections: epochs?.elections ?? 0,
    leaderChanges: epochs?.leader_changes ?? 0,
    recoveries: messages?.by_cause.recovery ?? 0,
    snapshots: happened.snapshots,
    liars: happened.liars,
    undecided: checks.linearizable === "unknown" || checks.live === "unknown" ? 1 : 0,
  };
}

/** Fewer runs than these prove nothing either way. */
const ENOUGH_RUNS = 50;

/** What should have happened in so many runs and never did. `kinds`: of faults; undefined: all that suit. */
export function vacuous(tally: Tally, protocol: AnyProtocol, kinds: readonly string[] | undefined): string[] {
  if (tally.runs < ENOUGH_RUNS) return [];
  const explored = (...wanted: string[]) => kinds === undefined || wanted.some(kind => kinds.includes(kind));
  const elects = Object.values(protocol.messages).some(({ cause }) => cause === "election");
  const expected: (keyof Tally)[] = ["operations", "reads"];
  if (kinds === undefined || kinds.length > 0) expected.push("strikes");
  if (explored("crash")) expected.push("restarts");
  if (explored("crash") && protocol.faultModel !== "none") expected.push("lostWrites");
  if (explored("crash", "pause", "partition", "isolate") && elects) expected.push("leaderChanges");
  if (explored("loss", "partition", "isolate", "cut")) expected.push("lostMessages");
  if (explored("crash", "partition", "isolate")) expected.push("unknown");
  if (explored("byzantine") && protocol.faultModel === "byzantine") expected.push("liars");
  return expected.filter(name => tally[name] === 0).map(name => counted[name]);
}
