/** `npm run replay`: one run of a study again, told event by event. */
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { quoted } from "../harness/plan.ts";
import { type FoundRun, findRun } from "../harness/replay/find.ts";
import type { Moment, Wanted } from "../harness/replay/listener.ts";
import { type Replayed, replay } from "../harness/replay/replay.ts";
import { standing } from "../harness/replay/standing.ts";
import { clock, eventNames, lineFor } from "../harness/replay/text.ts";
import { UsageError } from "../harness/usage.ts";
import { didYouMean } from "../workload/nearest.ts";
import { parseDuration } from "../workload/units.ts";
import { exitCodes } from "./errors.ts";
import { userFolder } from "./study-folder.ts";

interface ReplayOptions {
  readonly run?: string;
  readonly from?: number;
  readonly until?: number;
  readonly node?: readonly (number | "clients")[];
  readonly type?: readonly string[];
  readonly limit: number;
  readonly json?: true;
}

const examples = `
Examples:
  npm run replay -- results/latest --run 3f2a --until 1.2s
  npm run replay -- results/latest --run 3f2a --from 2.4s --until 2.9s --node n0,n3
  npm run replay -- results/latest --run 3f2a --type RequestVote,Vote,fault --limit 0

In the trace → is a message that leaves, ⇒ one that arrives, - a fact that a replica observes, and = how a node
stands once it has done what the lines above say.`;

export function define(command: Command): void {
  command
    .description(
      "Recomputes a run from its key, checks that it is the same to the bit, and prints what happened in it.",
    )
    .argument("<folder>", "a study: results/latest, or another folder in results/")
    .argument("[stray...]")
    .option("--run <key>", "the run's key in runs.ndjson, or how it begins")
    .option("--from <time>", "begin here: 2.4s", duration)
    .option("--until <time>", "end here: 12.3s", duration)
    .option("--node <list>", "only what concerns these: n0,n2,clients", places)
    .option("--type <list>", "only these messages or events: AppendEntries,timer,fault", words)
    .option("--limit <lines>", "print at most so many lines; 0: all", whole, 1000)
    .option("--json", "print one JSON document instead of the text")
    .addHelpText("after", examples)
    .action(async (folder: string, stray: string[], options: ReplayOptions) => {
      refuseStray(folder, stray);
      const found = await findRun(resolve(userFolder(), folder), options.run);
      process.exitCode = show(found, options);
    });
}

/** Without a `--` in front, npm keeps the options' names to itself, and their values go astray. */
function refuseStray(folder: string, stray: readonly string[]): void {
  if (stray.length === 0) return;
  const swallowed = process.env.npm_config_run === undefined ? "" : "npm took the options for its own. ";
  throw new UsageError(
    `${swallowed}'${stray[0]}' belongs to no option: npm run replay -- ${quoted(folder)} --run ${quoted(stray[0]!)}`,
  );
}

function show(found: FoundRun, options: ReplayOptions): number {
  const wanted = wantedBy(found, options);
  const moments: Moment[] = [];
  let leftOut = 0;
  const hear = (moment: Moment) => {
    if (options.limit > 0 && moments.length >= options.limit) leftOut++;
    else moments.push(moment);
  };
  const replayed = replay(found, wanted, hear);
  const verdict = verdictOn(found, replayed);
  if (options.json) printJson(found, replayed, verdict, moments, leftOut);
  else printText(found, replayed, verdict, moments, leftOut);
  return verdict.exitCode;
}

function wantedBy({ spec, protocol }: FoundRun, options: ReplayOptions): Wanted {
  const { from = 0, until = Number.POSITIVE_INFINITY, node, type } = options;
  if (from > until) throw new UsageError("--from is later than --until");
  const nodes = node?.filter(place => place !== "clients");
  const absent = nodes?.find(id => id >= spec.n);
  if (absent !== undefined) throw new UsageError(`--node n${absent}: the run has n0 to n${spec.n - 1}`);
  const known = [...Object.keys(protocol.messages), ...eventNames];
  const stranger = type?.find(kind => !known.includes(kind));
  if (stranger !== undefined)
    throw new UsageError(
      `--type ${stranger} is neither a message of ${protocol.name} nor an event` +
        `${didYouMean(stranger, known)}; there are: ${known.join(", ")}`,
    );
  return { fromNs: from, untilNs: until, nodes, clients: node?.includes("clients") ?? true, kinds: type };
}

interface Verdict {
  readonly same: boolean;
  readonly text: string;
  readonly exitCode: number;
}

function verdictOn({ line, sameCode, spec }: FoundRun, { traceHash, error }: Replayed): Verdict {
  const then = line.trace_hash ?? line.error ?? "nothing";
  const now = traceHash ?? error ?? "nothing";
  const same =
    line.status === "failed" ? sameFailure(line.error, error) : line.trace_hash === (traceHash ?? null);
  if (same) {
    const what = line.status === "failed" ? "it fails as it did" : `trace hash ${now}, as recorded`;
    return { same, text: `the same run: ${what}`, exitCode: exitCodes.fine };
  }
  if (!sameCode) {
    const keys = `key ${line.key}, now ${spec.key}`;
    const text = `another run: the code has changed since (${keys}); trace hash ${then}, now ${now}`;
    return { same, text, exitCode: exitCodes.fine };
  }
  const text =
    `NOT the same run, although the code is: ${then} was recorded, now it is ${now}. ` +
    "Something in it is not deterministic";
  return { same, text, exitCode: exitCodes.internal };
}

/** What was recorded ends with the place in the code. */
const sameFailure = (then: string | null, now: string | undefined): boolean =>
  now !== undefined && then?.startsWith(now) === true;

function printText(
  { line, spec }: FoundRun,
  { standing: at, error }: Replayed,
  verdict: Verdict,
  moments: readonly Moment[],
  leftOut: number,
): void {
  console.log(`${line.algo} n=${line.n} ${line.workload} seed ${line.seed}, run ${line.key}\n`);
  for (const moment of moments) console.log(lineFor(moment));
  if (leftOut > 0) {
    const last = moments.at(-1)!;
    const next = clock("event" in last ? last.event.t_ns : last.t_ns)
      .trim()
      .replace(" ", "");
    console.log(
      `… ${leftOut} more lines: --limit 0 prints all, --from ${next} goes on; --node and --type choose`,
    );
  }
  console.log("\nat the end of this:");
  for (const [node, status] of at.entries()) console.log(`  n${node} ${standing(status)}`);
  if (error !== undefined) console.log(`\nthe run fails: ${error}`);
  for (const violation of line.checks?.violations ?? []) console.log(`\nrecorded: ${sentenceOf(violation)}`);
  console.log(`\n${verdict.text}\nrun it anew: ${spec.rerun}`);
}

const sentenceOf = (violation: unknown): string => {
  const { sentence } = violation as { readonly sentence?: string };
  return sentence ?? JSON.stringify(violation);
};

function printJson(
  { line, spec, sameCode }: FoundRun,
  { traceHash, error, standing: at }: Replayed,
  { same }: Verdict,
  moments: readonly Moment[],
  leftOut: number,
): void {
  const { algo, n, workload, seed, key, pair_key, trace_hash } = line;
  const document = {
    run: { key, pair_key, algo, n, workload, seed, rerun: spec.rerun },
    verified: {
      same,
      same_code: sameCode,
      recorded: trace_hash,
      now: traceHash ?? null,
      error: error ?? null,
    },
    moments: moments.map(moment =>
      "event" in moment ? moment.event : { ...moment, status: moment.status ?? null },
    ),
    left_out: leftOut,
    standing: at.map(status => status ?? null),
  };
  console.log(JSON.stringify(document, undefined, 2));
}

function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const words = (text: string): string[] => text.split(",").map(word => word.trim());

function places(text: string): (number | "clients")[] {
  return words(text).map(word => {
    if (/^(c|clients?)$/.test(word)) return "clients";
    const id = /^n?(\d+)$/.exec(word)?.[1];
    if (id === undefined)
      throw new InvalidArgumentError(`'${word}' is no place: name nodes n0, n1 …, or clients.`);
    return Number(id);
  });
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a whole number.");
}
