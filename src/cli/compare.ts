/** `npm run compare`: two studies against each other, or the algorithms of one. */
import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type By, pairAlgorithms, usualBy } from "../compare/algorithms.ts";
import { type Comparison, comparePairs, foundAnything, headOf, regressed } from "../compare/compare.ts";
import { documentOf, refusalDocument } from "../compare/document.ts";
import { comparisonMarkdown } from "../compare/markdown.ts";
import { whyNothing } from "../compare/none.ts";
import { type Pairing, pairSides } from "../compare/pairing.ts";
import { sentencesText } from "../compare/sentences.ts";
import { NotComparableError, readSides, type Side } from "../compare/side.ts";
import { comparisonText } from "../compare/text.ts";
import { type Thresholds, usualThresholds, withThreshold } from "../compare/threshold.ts";
import { UsageError } from "../harness/usage.ts";
import { makeFolders } from "../results/folder.ts";
import { withStudies } from "./compare-page.ts";
import { diskReason, exitCodes } from "./errors.ts";
import { shown } from "./find-study.ts";
import { refuseLostOptions } from "./lost-options.ts";
import { userFolder } from "./study-folder.ts";

interface CompareOptions {
  readonly algo?: readonly string[];
  readonly by?: By;
  readonly threshold?: Thresholds;
  readonly vary?: readonly string[];
  readonly failOn?: "regression" | "never";
  readonly json?: true;
  readonly markdown?: true;
  readonly html?: string;
}

const examples = `
Examples:
  npm run compare -- baselines/steady results/latest             has anything become worse?
  npm run compare -- old new --threshold 5% --threshold p99=10%  how large a change must be to count
  npm run compare -- old new --vary options.preVote              what does this option cost?
  npm run compare -- old new --markdown >> comment.md            for a pull request
  npm run compare -- results/latest --algo raft,pbft             algorithms of one study

BASE and NEW are folders of studies (results/latest, baselines/steady) or reports (reports/….html, one by mail).
Exit codes: 0 nothing is worse; 2 wrong usage; 4 something is worse; 6 nothing to compare, or not comparable.
docs/comparing.md tells how a verdict comes about.`;

export function define(command: Command): void {
  command
    .description(
      "Pairs the runs of two studies, seed by seed, and tells what has changed and how sure that is.",
    )
    .argument("<base>", "the study to compare with, or with --algo the only one")
    .argument("[new]", "the study in question")
    .argument("[stray...]")
    .option("--algo <list>", "compare algorithms of one study, each with the first: raft,pbft", words)
    .addOption(
      new Option(
        "--by <size>",
        "with --algo: pair clusters of the same size, or that survive as much",
      ).choices(["n", "f"]),
    )
    .option(
      "--threshold <size>",
      "how large a change must be to count, repeatable: 5%, p99=10%, leader_changes=1 (default: 2%)",
      threshold,
    )
    .option(
      "--vary <fields>",
      "fields of options or workload that may differ: options.preVote,network.loss",
      words,
    )
    .addOption(
      new Option(
        "--fail-on <outcome>",
        "when to leave with exit code 4 (default: regression; with --algo never)",
      ).choices(["regression", "never"]),
    )
    .addOption(new Option("--json", "print one JSON document").conflicts("markdown"))
    .option("--markdown", "print Markdown, for a pull request")
    .option("--html <file>", "write a page with a drawing of every change")
    .addHelpText("after", examples)
    .action(act);
}

const valued = ["algo", "by", "threshold", "vary", "fail-on", "html"];

async function act(
  base: string,
  next: string | undefined,
  stray: readonly string[],
  options: CompareOptions,
): Promise<void> {
  refuseLostOptions("compare", valued, ["json", "markdown"], process.argv.slice(3), process.env);
  if (stray.length > 0) throw new UsageError(`'${stray[0]}' belongs to no option; compare takes two studies`);
  process.exitCode = await compare(base, next, options);
}

function words(text: string): string[] {
  const items = text.split(",").map(item => item.trim());
  if (items.includes("")) throw new InvalidArgumentError("An item of the list is empty.");
  return [...new Set(items)];
}

function threshold(text: string, before: Thresholds = usualThresholds): Thresholds {
  try {
    return withThreshold(text, before);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** What was asked for and what came of it, to be shown in one way or another. */
interface Outcome {
  readonly sides: readonly [Side, ...Side[]];
  readonly pairings: readonly Pairing[]; // one for each comparison
  readonly comparisons: readonly Comparison[];
  readonly by: By | undefined; // set where algorithms were compared
}

async function compare(base: string, next: string | undefined, options: CompareOptions): Promise<number> {
  refuseMixtures(next, options);
  const page = options.html === undefined ? undefined : newFile(options.html);
  try {
    return await withStudies(next === undefined ? [base] : [base, next], async found => {
      const sides = readSides(found);
      const outcome =
        next === undefined ? algorithms(sides[0]!, options) : studies(sides[0]!, sides[1]!, options);
      const code = exitCodeOf(outcome, options);
      if (page !== undefined) await writePage(page, outcome);
      show(outcome, code, options, page);
      return code;
    });
  } catch (error) {
    if (!(error instanceof NotComparableError)) throw error;
    console.error(`error: not comparable: ${error.message}`);
    if (options.json) print(refusalDocument(error.message, exitCodes.notComparable));
    return exitCodes.notComparable;
  }
}

function refuseMixtures(next: string | undefined, { algo, by, vary }: CompareOptions): void {
  if (algo === undefined && next === undefined) {
    throw new UsageError("with what? npm run compare -- BASE NEW, or of one study --algo raft,pbft");
  }
  if (algo === undefined && by !== undefined) throw new UsageError("--by goes with --algo");
  if (algo === undefined) return;
  if (next !== undefined) {
    throw new UsageError(`--algo compares algorithms within one study, and there are two: leave ${next} out`);
  }
  if (algo.length < 2) throw new UsageError(`--algo ${algo[0]}: name at least two, the first is the base`);
  if (vary !== undefined) throw new UsageError("--vary goes with two studies, not with --algo");
}

function newFile(name: string): string {
  const path = resolve(userFolder(), name);
  if (!existsSync(path)) return path;
  throw new UsageError(`--html ${name} is there already, and nothing is overwritten: choose another name`);
}

function studies(base: Side, next: Side, { vary, threshold }: CompareOptions): Outcome {
  const pairing = pairSides(base, next, vary);
  const heads = { base: headOf(base.label, base.manifest), next: headOf(next.label, next.manifest) };
  const comparison = comparePairs(pairing, base.manifest, heads, threshold ?? usualThresholds);
  refuseNothing(comparison, pairing);
  const idle = pairing.idle.map(field => `--vary ${field}: nothing of that name differs`);
  const warnings = [...base.warnings, ...next.warnings, ...idle, ...comparison.warnings];
  const sides = [base, next] as const;
  return { sides, pairings: [pairing], comparisons: [{ ...comparison, warnings }], by: undefined };
}

function algorithms(side: Side, { algo, by, threshold }: CompareOptions): Outcome {
  const [base, ...others] = algo!;
  const size = by ?? (others.every(next => usualBy(side.lines, base!, next) === "n") ? "n" : "f");
  const pairings = others.map(next => pairAlgorithms(side, base!, next, size));
  const comparisons = others.map((next, place) => {
    const pairing = pairings[place]!;
    const heads = { base: headOf(base!, side.manifest), next: headOf(next, side.manifest) };
    const comparison = comparePairs(pairing, side.manifest, heads, threshold ?? usualThresholds);
    refuseNothing(comparison, pairing);
    return { ...comparison, warnings: [...side.warnings, ...comparison.warnings] };
  });
  return { sides: [side], pairings, comparisons, by: size };
}

function refuseNothing(comparison: Comparison, pairing: Pairing): void {
  if (foundAnything(comparison)) return;
  const { base, next } = comparison;
  throw new NotComparableError(
    pairing.pairs.length > 0
      ? `nothing was measured in any of ${pairing.pairs.length} pairs of runs: they failed on both sides`
      : whyNothing(pairing, base.label, next.label),
  );
}

function exitCodeOf({ comparisons, by }: Outcome, { failOn }: CompareOptions): number {
  const fails = failOn ?? (by === undefined ? "regression" : "never");
  if (fails === "regression" && comparisons.some(regressed)) return exitCodes.regression;
  if (comparisons.some(({ refused }) => refused.length > 0)) return exitCodes.notComparable;
  return exitCodes.fine;
}

function show(
  { comparisons, by }: Outcome,
  code: number,
  { json, markdown }: CompareOptions,
  page: string | undefined,
): void {
  // Where stdout is a document or a comment, the page goes where people look.
  if (page !== undefined && (json || markdown)) console.error(shown(page));
  if (json) {
    print(documentOf(comparisons, code));
    return;
  }
  const texts = comparisons.map(comparison => {
    if (markdown) return comparisonMarkdown(comparison, by);
    return by === undefined ? comparisonText(comparison) : sentencesText(comparison, by);
  });
  console.log(texts.join("\n\n"));
  if (page !== undefined && !markdown) console.log(`\n${shown(page)}`);
}

const print = (document: object): void => console.log(JSON.stringify(document, undefined, 2));

/** What draws pages is loaded only where one is wanted: it takes longer than all else. */
async function writePage(path: string, { sides, pairings, comparisons, by }: Outcome): Promise<void> {
  const [{ comparisonPage }, { overlayOfAlgorithms, overlayOfSides }] = await Promise.all([
    import("../report/comparison.ts"),
    import("../report/overlay.ts"),
  ]);
  const [base, next] = sides;
  const overlay =
    next === undefined ? overlayOfAlgorithms(base, pairings) : overlayOfSides(base, next, pairings[0]!);
  const page = await comparisonPage(comparisons, by, overlay);
  try {
    makeFolders(dirname(path));
    writeFileSync(path, page, { flag: "wx" });
  } catch (error) {
    const reason = diskReason(error);
    if (reason === undefined) throw error;
    throw new UsageError(`${path} cannot be written: ${reason}`);
  }
}
