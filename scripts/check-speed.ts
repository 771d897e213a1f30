/**
 * How much processor time the linearizability checker takes for the histories in test/checks/histories, beside what
 * Porcupine took for them. Porcupine's times were recorded elsewhere, on another machine: they tell orders of
 * magnitude. Cold: the first time in this process. Warm: the median of five more.
 *
 *     npm run bench:check
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readHistory } from "../src/checks/history-lines.ts";
import { linearizable } from "../src/checks/linearizability/linearizable.ts";
import { wordsFor } from "./words.ts";

wordsFor(import.meta.filename); // none

const folder = join(import.meta.dirname, "../test/checks/histories");
const WARM_ROUNDS = 5;

interface Expected {
  readonly verdict: string;
  readonly operations: number;
  readonly porcupine_cpu_ms: number;
}

interface Row {
  readonly file: string;
  readonly operations: number;
  readonly cold: number;
  readonly warm: number;
  readonly porcupine: number;
  readonly wrong: boolean;
}

const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(join(folder, "expected.json"), "utf8"),
);

const verdicts = { valid: "linearizable", invalid: "not-linearizable", unknown: "unknown" } as const;

function rowsOf(): Row[] {
  const histories = Object.keys(expected).map(file =>
    readHistory(gunzipSync(readFileSync(join(folder, file))).toString()),
  );
  const rounds = Array.from({ length: 1 + WARM_ROUNDS }, () => histories.map(timed));
  return Object.entries(expected).map(([file, { verdict, operations, porcupine_cpu_ms }], index) => {
    const [cold, ...warm] = rounds.map(round => round[index]!);
    return {
      file,
      operations,
      cold: cold!.ms,
      warm: median(warm.map(({ ms }) => ms)),
      porcupine: porcupine_cpu_ms,
      wrong: verdicts[cold!.verdict] !== verdict,
    };
  });
}

function timed(history: Parameters<typeof linearizable>[0]) {
  const before = process.cpuUsage();
  const { verdict } = linearizable(history);
  const { user, system } = process.cpuUsage(before);
  return { verdict, ms: (user + system) / 1000 };
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1]!;

function print(rows: readonly Row[]): void {
  const sum = (column: "operations" | "cold" | "warm" | "porcupine") =>
    rows.reduce((total, row) => total + row[column], 0);
  const all = { file: "all", operations: sum("operations"), wrong: rows.some(({ wrong }) => wrong) };
  const total: Row = { ...all, cold: sum("cold"), warm: sum("warm"), porcupine: sum("porcupine") };
  console.log(`${"file".padEnd(44)}  operations   cold ms   warm ms  Porcupine ms, as recorded`);
  for (const { file, operations, cold, warm, porcupine, wrong } of [...rows, total]) {
    const times = [cold, warm, porcupine].map(ms => ms.toFixed(3).padStart(8)).join("  ");
    console.log(`${file.padEnd(44)}  ${String(operations).padStart(10)}  ${times}${wrong ? "  WRONG" : ""}`);
  }
  if (total.wrong) process.exitCode = 1;
}

print(rowsOf().sort((left, right) => left.porcupine - right.porcupine));
