/** What the checks said on either side. A verdict that gets worse is a regression, whatever the numbers do. */
import type { RunLine } from "../results/schema.ts";
import type { Pair } from "./pairing.ts";

export interface CheckChange {
  readonly check: string;
  readonly base: string;
  readonly next: string;
  readonly worse: boolean; // or else better
  readonly seeds: readonly number[];
  readonly says: string | null; // what went wrong in the first of them
}

interface Check {
  readonly name: string;
  readonly read: (line: RunLine) => string;
  readonly says: (line: RunLine) => string | null;
}

/** In the order of getting worse. What was not checked is not known. */
const rank: Readonly<Record<string, number>> = { valid: 0, "not checked": 1, unknown: 1, invalid: 2 };

const judged = (name: "linearizable" | "invariants" | "live"): Check => ({
  name,
  read: ({ checks }) => checks[name] ?? "not checked",
  says: ({ checks }) => {
    return checks.violations?.find(({ check }) => check === name)?.sentence ?? null;
  },
});

const checks: readonly Check[] = [
  {
    name: "run",
    read: ({ status }) => (status === "ok" ? "valid" : "invalid"),
    says: ({ error }) => error,
  },
  judged("linearizable"),
  judged("invariants"),
  judged("live"),
  { name: "recovery", read: recovery, says: () => null },
];

function recovery({ availability }: RunLine): string {
  const recoveries = availability?.recoveries ?? [];
  if (recoveries.length === 0) return "not checked";
  return recoveries.some(({ recovered_us }) => recovered_us === null) ? "invalid" : "valid";
}

export function checkChanges(pairs: readonly Pair[]): CheckChange[] {
  return checks.flatMap(check => {
    const moved = pairs.filter(pair => steps(check, pair) !== 0);
    const alike = Map.groupBy(moved, ({ base, next }) => `${check.read(base)} ${check.read(next)}`);
    return [...alike.values()].map(group => changeIn(check, group));
  });
}

/** Above 0 where it got worse. A failed run was not checked, which its failure says already. */
function steps({ name, read }: Check, { base, next }: Pair): number {
  if (name !== "run" && (base.status === "failed" || next.status === "failed")) return 0;
  return rank[read(next)]! - rank[read(base)]!;
}

function changeIn(check: Check, group: readonly Pair[]): CheckChange {
  const { base, next } = group[0]!;
  const worse = steps(check, group[0]!) > 0;
  return {
    check: check.name,
    base: wordFor(check, base),
    next: wordFor(check, next),
    worse,
    seeds: group.map(pair => pair.next.seed),
    says: check.says(worse ? next : base),
  };
}

/** A run is no verdict, and a fault that was not recovered from is not "invalid". */
function wordFor({ name, read }: Check, line: RunLine): string {
  const word = read(line);
  if (name === "run") return word === "valid" ? "ok" : "failed";
  if (name === "recovery" && word !== "not checked") return word === "valid" ? "recovered" : "not recovered";
  return word;
}
