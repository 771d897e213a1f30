import type { RunLine } from "./schema.ts";

export type Overall = "valid" | "invalid" | "unknown";

/** The worst of what the checks said of some runs; undefined where nothing was checked. */
export function worstOf(lines: readonly RunLine[]): Overall | undefined {
  const found = lines
    .flatMap(({ checks }) => [checks.linearizable, checks.invariants, checks.live])
    .filter(verdict => verdict !== null);
  if (found.length === 0) return undefined;
  return (["invalid", "unknown"] as const).find(verdict => found.includes(verdict)) ?? "valid";
}
