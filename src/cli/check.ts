/** `npm run check`: could clients have seen this of a single copy of the store? */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type Command, InvalidArgumentError } from "commander";
import type { History } from "../checks/history.ts";
import { HistoryError, readHistoryInPieces } from "../checks/history-lines.ts";
import { describe } from "../checks/linearizability/describe.ts";
import { explain } from "../checks/linearizability/explain.ts";
import { DEFAULT_BUDGET, linearizable, type Verdict } from "../checks/linearizability/linearizable.ts";
import { exitCodes } from "./errors.ts";
import { userFolder } from "./study-folder.ts";

interface CheckOptions {
  readonly budget: number;
  readonly explain: boolean;
}

const help = `
A history has one JSON object a line, plain or compressed with gzip:
  {"client":1,"op":"put","key":"x","value":"a","output":null,"call":10,"return":20,"status":"ok"}
op: read or get, write or put, append, delete, cas (its value: {"from":"a","to":"b"}, its output: true or false)
status: ok, fail (certainly without effect), unknown (return is null). Times are whole numbers on one clock.

For each file one line of JSON is printed, its verdict linearizable, not-linearizable or unknown (the budget was
used up). Exit code: 0, or 5 if a history is not linearizable, or 2 if a file cannot be read.
docs/checks.md has the whole format.`;

export function define(command: Command): void {
  command
    .description("Checks histories of any key-value store for linearizability.")
    .argument("<file...>")
    .option("--budget <number>", "configurations that may be visited for a file", whole, DEFAULT_BUDGET)
    .option("--no-explain", "only the verdicts: do not look for the operations that contradict each other")
    .addHelpText("after", help)
    .action(async (files: string[], options: CheckOptions) => {
      const outcomes: number[] = [];
      for (const file of files) outcomes.push(await check(file, options));
      process.exitCode = Math.max(0, ...outcomes.filter(code => code !== exitCodes.violation));
      if (process.exitCode === exitCodes.fine && outcomes.includes(exitCodes.violation)) {
        process.exitCode = exitCodes.violation;
      }
    });
}

function whole(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It takes a whole number from 1.");
}

const verdicts = { valid: "linearizable", invalid: "not-linearizable", unknown: "unknown" } as const;

async function check(file: string, { budget, explain: explaining }: CheckOptions): Promise<number> {
  let history: History;
  try {
    history = await historyOf(resolve(userFolder(), file));
  } catch (error) {
    console.error(`error: ${mistakeIn(file, error)}`);
    return exitCodes.usage;
  }
  const started = performance.now();
  const result = linearizable(history, budget);
  const ms = Math.round((performance.now() - started) * 1000) / 1000;
  console.log(JSON.stringify(lineOf(file, history, result, ms)));
  if (result.violation === undefined) return exitCodes.fine;
  if (explaining) console.error(`\n${file}: ${describe(history, explain(history, result.violation.key))}\n`);
  return exitCodes.violation;
}

function lineOf(file: string, history: History, result: Verdict, ms: number) {
  const { verdict, operations, keys, states, budget, cached, violation } = result;
  const counts = { operations, keys, states, budget, cached };
  const key = violation === undefined ? {} : { key: history.keyNames[violation.key] };
  return { file, verdict: verdicts[verdict], ms, ...counts, ...key };
}

/** Neither the file nor what it unpacks to is ever held as a whole: a small one may unpack to gigabytes. */
async function historyOf(path: string): Promise<History> {
  const file = createReadStream(path);
  await once(file, "readable");
  const beginning: Buffer | null = file.read(2);
  if (beginning !== null) file.unshift(beginning);
  const isCompressed = beginning?.[0] === 0x1f && beginning[1] === 0x8b;
  const read = (bytes: AsyncIterable<Buffer>) => readHistoryInPieces(decoded(bytes));
  return isCompressed ? pipeline(file, createGunzip(), read) : pipeline(file, read);
}

async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder",
  ENOTDIR: "a part of the path is a file",
  ENAMETOOLONG: "the name is too long",
  EACCES: "permission denied",
  Z_BUF_ERROR: "the compressed file ends too early",
  Z_DATA_ERROR: "the compressed file is damaged",
};

function mistakeIn(file: string, error: unknown): string {
  if (error instanceof HistoryError) return `${file}:${error.line}: ${error.message}`;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  const reason = reasons[String(code)];
  if (reason === undefined && syscall === undefined) throw error; // a mistake of ours, and not of the file
  return `${file}: ${reason ?? message}`;
}
