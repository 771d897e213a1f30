/** Studies with kept traces, for tests of what is drawn from them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Study } from "../../src/report/study.ts";
import { type KeptRow, type KeptTrace, keptTraceText } from "../../src/results/kept-trace.ts";
import type { Manifest, RunLine, SeriesLine } from "../../src/results/schema.ts";

export interface Kept {
  readonly line: RunLine;
  readonly series?: SeriesLine;
  readonly text: string;
}

export function studyOf(folder: string, runs: readonly Kept[]): Study {
  mkdirSync(folder, { recursive: true });
  const traces = runs.map(({ line, text }, place) => {
    const path = join(folder, `${place}.kept.ndjson`);
    writeFileSync(path, text);
    return [line.key, path] as const;
  });
  return {
    name: "a-study",
    word: "results/a-study",
    manifest: {} as Manifest, // diagrams are drawn from runs alone
    runs: runs.map(({ line }) => line),
    told: [],
    series: new Map(runs.flatMap(({ series }) => (series === undefined ? [] : [[series.key, series]]))),
    traces: new Map(traces),
  };
}

/**
 * Three nodes. n0 leads term 1 from 1 ms on, serves one operation at 2 ms, and crashes at 10 ms; n1 leads term 2 from
 * 31 ms on. Times are round.
 */
export const smallRows: readonly KeptRow[] = [
  ["status", 0, 0, "follower", 0, null, 0, 0, 0],
  ["status", 0, 1, "follower", 0, null, 0, 0, 0],
  ["status", 0, 2, "follower", 0, null, 0, 0, 0],
  ["status", 1_000_000, 0, "leader", 1, 0, 0, 0, 0],
  ["fact", 1_000_000, null, 0, "leads", 1],
  ["ask", 2_000_000, 0, 2_200_000, "c0#1", "put k7 a", "arrives"],
  ["send", 2_210_000, 5, 0, 1, 2_400_000, "AppendEntries", "ordering", "entries: c0#1 put k7 a", "arrives"],
  ["send", 2_220_000, 5, 0, 2, null, "AppendEntries", "ordering", "entries: c0#1 put k7 a", "lost"],
  ["disk", 2_500_000, 6, 1, 2_400_000],
  ["send", 2_500_000, 8, 1, 0, 2_700_000, "AppendReply", "ordering", "index 1", "arrives"],
  ["status", 2_700_000, 0, "leader", 1, 0, 1, 1, 1],
  ["answer", 2_710_000, 9, 0, 2_900_000, "c0#1", "reply", "done"],
  ["node", 10_000_000, 0, "crash", null],
  ["status", 10_000_000, 0, "down", 0, null, 0, 0, 0],
  ["fault", 10_000_000, "crash n0"],
  ["timer", 30_000_000, 1, "election"],
  ["status", 30_000_000, 1, "candidate", 2, null, 1, 0, 0],
  ["send", 30_100_000, 15, 1, 0, 30_300_000, "RequestVote", "election", "term 2", "down"],
  ["send", 30_110_000, 15, 1, 2, 30_310_000, "RequestVote", "election", "term 2", "arrives"],
  ["fact", 30_310_000, 18, 2, "voted", 2],
  ["send", 30_400_000, 18, 2, 1, 31_000_000, "Vote", "election", "term 2, granted", "arrives"],
  ["status", 31_000_000, 1, "leader", 2, 1, 1, 0, 0],
  ["fact", 31_000_000, 20, 1, "leads", 2],
  ["fault", 40_000_000, "end of crash n0"],
];

export const smallTrace: KeptTrace = {
  header: {
    schema_version: 1,
    key: "small",
    algo: "raft",
    n: 3,
    f: 1,
    quorum: 2,
    workload: "crash",
    point: {},
    seed: 1,
    rerun: "npm run bench -- --algo raft",
    liars: [],
    end_ns: 50_000_000,
    windows: [
      { from_ns: 0, to_ns: 3_000_000, why: "first election", clients: true },
      { from_ns: 9_000_000, to_ns: 41_000_000, why: "crash n0, election", clients: true },
    ],
    windows_left_out: 0,
    operations: [
      {
        op: "c0#1",
        says: "put k7 a",
        call_ns: 2_000_000,
        return_ns: 2_900_000,
        outcome: "ok",
        why: "slowest",
        path: [5, 6, 8, 9, 11],
      },
    ],
    exact: true,
    events: 30,
    left_out: 12,
  },
  rows: smallRows,
};

export const smallText = keptTraceText(smallTrace);
