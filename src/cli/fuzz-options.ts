/** The options of `fuzz`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { exploredKinds } from "../harness/fuzz/draw-faults.ts";
import { parseSetting, type Setting } from "../harness/options.ts";
import { largestCluster } from "../harness/plan.ts";
import { didYouMean } from "../workload/nearest.ts";
import { parseDuration } from "../workload/units.ts";

export interface FuzzOptions {
  readonly algo: string;
  readonly runs?: number;
  readonly time?: number; // ms
  readonly seed: number;
  readonly n?: readonly number[];
  readonly faults?: readonly string[];
  readonly set: readonly Setting[];
  readonly keepGoing?: true;
  readonly workers?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly json?: true;
  readonly quiet?: true;
}

const help = `
A case is a small cluster for a few virtual seconds: first anything goes wrong, then everything heals and it has to
recover. Size, load, network, policy, options and faults are drawn from --seed and the case's number, so that a campaign
is the same on every machine. An alarm is shrunk to the few faults and nodes that it needs, and written as a workload.

Examples:
  npm run fuzz -- --algo raft --runs 10000
  npm run fuzz -- --algo ./my-protocol.ts --time 5m --keep-going
  npm run fuzz -- --algo raft --faults crash,partition,loss --n 3 --set raft.preVote=true

Exit codes: 0 no alarm, 5 an alarm, 1 a run that threw, 3 no alarm in a campaign that proves little, 130 interrupted.`;

export const addFuzzOptions = (command: Command): Command =>
  command
    .description("Explores a protocol: many small random clusters, loads and faults, every run checked.")
    .usage("[options]")
    .argument("[stray...]")
    .option("--algo <name>", "a protocol by name, or a file by path", "raft")
    .option("--runs <number>", "how many cases (default: 1000, or as many as --time allows)", whole(1, 1e9))
    .option("--time <duration>", "stop after so long: 5m", milliseconds)
    .option("--seed <number>", "draws the cases", whole(0, Number.MAX_SAFE_INTEGER), 1)
    .option("--n <list>", "cluster sizes (default: those that suit the protocol)", sizes)
    .option(
      "--faults <list>",
      "kinds of faults (default: all that suit the protocol); none: no faults",
      kinds,
    )
    .option("--set <setting>", "fixes an option, repeatable: raft.preVote=true", setting, [])
    .option("--keep-going", "do not stop at the first alarm")
    .option("--workers <number>", "threads (default: one a processor)", whole(1, 1024))
    .option("--out <folder>", "where the record goes (default: a new folder in results/)")
    .addOption(
      new Option(
        "--resume <folder>",
        "go on with a campaign; with --runs or --time, that much further",
      ).conflicts(["algo", "seed", "n", "faults", "set", "out"]),
    )
    .option("--json", "print one JSON document instead of the text")
    .option("--quiet", "no progress")
    .addHelpText("after", help);

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };

function milliseconds(text: string): number {
  try {
    return parseDuration(text) / 1e6;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const sizes = (text: string): number[] => text.split(",").map(item => whole(1, largestCluster)(item.trim()));

function kinds(text: string): string[] {
  if (text === "none") return [];
  return text.split(",").map(item => {
    const kind = item.trim();
    if (exploredKinds.includes(kind)) return kind;
    throw new InvalidArgumentError(
      `'${kind}' is no kind of fault${didYouMean(kind, exploredKinds)}; there are: ${exploredKinds.join(", ")}, none`,
    );
  });
}

function setting(text: string, before: readonly Setting[]): Setting[] {
  return [...before, parseSetting(text)];
}
