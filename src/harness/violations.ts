/** Violations that no expectation of the workload spoke of. */
import type { Manifest, RunLine, ViolationLine } from "../results/schema.ts";
import { type Evidence, isAbout, type Judgement } from "./judge.ts";
import { cellOf } from "./saturation.ts";

type Cell = Manifest["cells"][number];

export interface Surprise {
  readonly line: RunLine;
  readonly violation: ViolationLine;
}

/** Of safety, the first of each run: what follows from it says nothing new. */
export function surprises(evidence: Evidence): Surprise[] {
  const cells = new Map(evidence.cells.map(cell => [cellOf(cell), cell]));
  return evidence.lines.flatMap(line => {
    const cell = cells.get(cellOf(line))!;
    const violation = (line.checks.violations ?? []).find(
      ({ check }) => check !== "live" && !isForeseen(evidence, cell, check),
    );
    return violation === undefined ? [] : [{ line, violation }];
  });
}

/** A cluster that does not recover fails, whether or not the file expects anything. */
export function judgeRecovery(evidence: Evidence, cell: Cell, lines: readonly RunLine[]): Judgement[] {
  const stuck = lines.filter(({ checks }) => checks.live === "invalid");
  if (stuck.length === 0 || isSpokenOf(evidence, cell)) return [];
  const { workload, algo, n, point } = cell;
  const seeds = stuck.map(({ seed }) => seed).sort((left, right) => left - right);
  const judgement = {
    field: "checks.live",
    of: "each",
    expected: "valid",
    ok: false,
    found: "invalid",
  } as const;
  return [{ workload, algo, n, point, ...judgement, runs: lines.length, seeds, says: whyStuck(stuck) }];
}

/** Of the first that does not recover, what keeps it from that; null where all do. */
export function whyStuck(lines: readonly RunLine[]): string | null {
  const violations = lines.flatMap(({ checks }) => checks.violations ?? []);
  return violations.find(({ check }) => check === "live")?.sentence ?? null;
}

const expectationsAbout = (evidence: Evidence, cell: Cell, field: string) =>
  evidence.workloads
    .filter(({ name }) => name === cell.workload)
    .flatMap(({ expect }) => expect.filter(one => one.field === field && isAbout(one, cell, evidence)));

const isForeseen = (evidence: Evidence, cell: Cell, check: string): boolean =>
  expectationsAbout(evidence, cell, `checks.${check}`).some(
    ({ is }) => is.kind === "words" && is.words.includes("invalid"),
  );

const isSpokenOf = (evidence: Evidence, cell: Cell): boolean =>
  expectationsAbout(evidence, cell, "checks.live").length > 0;
