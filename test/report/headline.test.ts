/** Which rows of the table of results are marked as best and worst. */
import { expect, test } from "vitest";
import { algorithmsOf, cellsOf } from "../../src/report/cells.ts";
import { headlineMarkup } from "../../src/report/headline.ts";
import { notesMarkup } from "../../src/report/headline-notes.ts";
import { looksOf } from "../../src/report/palette.ts";
import { sampleRun } from "./sample.ts";

const seeds = [1, 2, 3, 4, 5];

/** What is said of the throughput of each algorithm, whose seeds differ by a hundredth. */
function marks(rates: Readonly<Record<string, number>>): string[] {
  const runs = Object.entries(rates).flatMap(([algo, rate]) =>
    seeds.map(seed => sampleRun({ algo, n: 3, seed, rate, ms: 1 })),
  );
  const cells = cellsOf({ runs });
  const text = headlineMarkup(cells, looksOf(algorithmsOf(cells))).text;
  return [...text.matchAll(/<tr class="a\d+">.*?<\/tr>/gs)].map(([row]) => {
    const throughput = [...row.matchAll(/<td.*?<\/td>/gs)][4]![0];
    return throughput.match(/title="(\w+)"/)?.[1] ?? "none";
  });
}

test("the best and the worst are marked, and nobody between them", () => {
  expect(marks({ raft: 1000, mine: 800, pbft: 500 })).toEqual(["best", "none", "worst"]);
});

test("those whom the intervals do not tell apart share a mark", () => {
  expect(marks({ raft: 1000, "multi-paxos": 1001, pbft: 500 })).toEqual(["best", "best", "worst"]);
  expect(marks({ raft: 1000, mine: 501, pbft: 500 })).toEqual(["best", "worst", "worst"]);
});

test("nobody is marked where all are alike, and a single server does not compete", () => {
  expect(marks({ raft: 1000, "multi-paxos": 1001 })).toEqual(["none", "none"]);
  expect(marks({ unreplicated: 9000, raft: 1000, pbft: 500 })).toEqual(["none", "best", "worst"]);
  expect(marks({ raft: 1000 })).toEqual(["none"]);
});

test("a setting that a protocol does not have is told once, with what it does instead", () => {
  const change = { lacks: [{ setting: "reads: lease", instead: "orders reads like writes" }] };
  const runs = seeds.map(seed => sampleRun({ algo: "pbft", n: 4, seed, rate: 1, ms: 1, change }));
  const { text } = notesMarkup(cellsOf({ runs }), []);
  expect(text.split("pbft has no reads: lease, and orders reads like writes.")).toHaveLength(2);
});

test("options that are swept have a column and no note; others are told", () => {
  const rerun = "npm run bench -- --algo raft --set raft.preVote=true --set raft.noOp=false --seed 1";
  const runs = [sampleRun({ algo: "raft", n: 3, seed: 1, rate: 1, ms: 1, change: { rerun } })];
  const text = (point: Readonly<Record<string, unknown>>) =>
    notesMarkup(cellsOf({ runs: runs.map(run => ({ ...run, point })) }), []).text;
  expect(text({})).toContain("raft runs with raft.preVote=true, raft.noOp=false.");
  expect(text({ "options.raft.preVote": true })).toContain("raft runs with raft.noOp=false.");
  expect(text({ "options.raft": { preVote: true, noOp: false } })).not.toContain("raft runs with");
});
