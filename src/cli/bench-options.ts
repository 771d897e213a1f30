/** The options of `bench`: what they are called, what they take, and what is wrong with what they were given. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseSetting, type Setting } from "../harness/options.ts";
import { largestCluster } from "../harness/plan.ts";
import { type Coordinate, parseCoordinate } from "../harness/points.ts";

export interface BenchOptions {
  readonly algo?: readonly string[];
  readonly n?: readonly number[];
  readonly f?: readonly number[];
  readonly workload?: readonly string[];
  readonly seeds?: number;
  readonly seed?: number;
  readonly set: readonly Setting[];
  readonly point: readonly Coordinate[];
  readonly workers?: number;
  readonly out?: string;
  readonly json?: true;
  readonly trace?: true;
  readonly resume?: string;
  readonly dryRun?: true;
  readonly quiet?: true;
  readonly report: boolean;
}

const planning = ["algo", "n", "f", "workload", "seeds", "seed", "set", "point", "out", "trace"];

export function addBenchOptions(command: Command): Command {
  return command
    .option("--algo <list>", "protocols by name, or files by path: raft,pbft,./my-protocol.ts", words)
    .option("--n <list>", "cluster sizes: 4,7", numbers("replica", 1, largestCluster))
    .addOption(
      new Option("--f <list>", "faults to survive: gives each protocol its smallest cluster")
        .argParser(numbers("fault", 0, largestCluster - 1))
        .conflicts("n"),
    )
    .option("--workload <list>", "workloads by name, or files by path (default: steady)", words)
    .option("--seeds <number>", "how many seeds, from 1 on (default: 5)", whole(1, 100_000))
    .addOption(
      new Option("--seed <number>", "this one seed")
        .argParser(whole(0, Number.MAX_SAFE_INTEGER))
        .conflicts("seeds"),
    )
    .option("--set <setting>", "an option of a protocol, repeatable: raft.preVote=true", setting, [])
    .option(
      "--point <coordinate>",
      "only this value of a sweep, repeatable: clients.count=16",
      coordinate,
      [],
    )
    .option("--workers <number>", "threads (default: one a processor)", whole(1, 1024))
    .option("--out <folder>", "where the results go (default: a new folder in results/)")
    .option("--json", "print one JSON document instead of the table")
    .option("--trace", "keep the full event log of every run")
    .addOption(new Option("--resume <folder>", "run what is missing in a study").conflicts(planning))
    .option("--dry-run", "list the runs with estimates, and run nothing")
    .option("--no-report", "write no page")
    .option("--quiet", "no progress");
}

/** Comma-separated, and the option may be repeated. What is said twice counts once. */
function words(text: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, ...itemsOf(text)])];
}

/** A shell ends the argument at a space, so that of `3, 5` only `3,` arrives. */
function itemsOf(text: string): string[] {
  const items = text.split(",").map(item => item.trim());
  if (!items.includes("")) return items;
  throw new InvalidArgumentError("An item of the list is empty: write lists without spaces, such as 3,5.");
}

function numbers(what: string, least: number, most: number) {
  const one = whole(least, most);
  return (text: string, before: readonly number[] = []): number[] => {
    const items = itemsOf(text).map(item => {
      try {
        return one(item);
      } catch (error) {
        throw new InvalidArgumentError(`'${item}' is not a number of ${what}s. ${(error as Error).message}`);
      }
    });
    return [...new Set([...before, ...items])];
  };
}

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\s*-?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes whole numbers from ${least} to ${most}.`);
  };

function setting(text: string, before: readonly Setting[]): Setting[] {
  return [...before, parseSetting(text)];
}

function coordinate(text: string, before: readonly Coordinate[]): Coordinate[] {
  return [...before, parseCoordinate(text)];
}
