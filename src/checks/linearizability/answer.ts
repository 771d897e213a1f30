import { impossible } from "./impossible.ts";
import type { Problem } from "./problem.ts";
import { zoned } from "./zones.ts";

/** unknown: the budget ended before the search did. */
export type Answer = "valid" | "invalid" | "unknown";

/** What linear time tells; undefined where it takes a search. */
export function atOnce(problem: Problem): Answer | undefined {
  if (impossible(problem) !== undefined) return "invalid";
  const ordered = zoned(problem);
  if (ordered === undefined) return undefined;
  return ordered ? "valid" : "invalid";
}
