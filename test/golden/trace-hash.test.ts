/**
 * The trace hashes of a few tiny runs, written down, so that a change of behaviour shows in a diff, and shows
 * which protocols and which models it touches. One that was not meant is a mistake: equal must stay equal.
 *
 * One that was meant is renewed by
 *
 *     npm exec -- vitest run test/golden --update
 *
 * and the commit says why. They are the same on every version of Node: `npm run check:versions`.
 */
import { expect, test } from "vitest";
import type { RunLine } from "../../src/results/schema.ts";
import { linesOf, nameOf, tiny } from "./runs.ts";

async function tinyLines(): Promise<RunLine[]> {
  const lines: RunLine[] = [];
  for await (const line of linesOf(tiny)) lines.push(line);
  return lines;
}

test("no run has changed", async () => {
  const lines = await tinyLines();
  const hashes = Object.fromEntries(lines.map(line => [nameOf(line), line.trace_hash]));
  expect(hashes).toMatchInlineSnapshot(`
    {
      "exponential primary-backup n=3": "41b6c4d1bf2b73fb",
      "exponential raft n=3": "d62febea948b59b1",
      "exponential unreplicated n=3": "da1197b21e5727b3",
      "ideal primary-backup n=3": "248a1715fe37f53c",
      "ideal raft n=3": "00663c77d927a888",
      "ideal unreplicated n=3": "709915bfb0364d9e",
      "lognormal primary-backup n=3": "3db97d8d9fafd8fe",
      "lognormal raft n=3": "21972475ca17b8cf",
      "lognormal unreplicated n=3": "b36e4bb57c51d907",
      "uniform primary-backup n=3": "1b69e21a876852c6",
      "uniform raft n=3": "ae7775ab6b8e0c9f",
      "uniform unreplicated n=3": "327540368f682547",
    }
  `);
});

test("a run is the same the second time, to the last digit of its line", async () => {
  expect(await tinyLines()).toEqual(await tinyLines());
});
