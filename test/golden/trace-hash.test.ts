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
      "exponential bully n=3": "a05b3a8d10b281dc",
      "exponential multi-paxos n=3": "fe529e415dafc458",
      "exponential paxos n=3": "0333d12daf08ed3b",
      "exponential pbft n=3": "87b5c1a5a3b6b338",
      "exponential primary-backup n=3": "f8a059950f01b1dc",
      "exponential raft n=3": "126d0ee6641783d0",
      "exponential unreplicated n=3": "547e411243d9cbed",
      "ideal bully n=3": "8ad0c99cb5e13c3c",
      "ideal multi-paxos n=3": "2d45cf31a5f1de0e",
      "ideal paxos n=3": "581890e94a058946",
      "ideal pbft n=3": "2d944818d525259d",
      "ideal primary-backup n=3": "66cc5162a9311cad",
      "ideal raft n=3": "d33ed848ac96d160",
      "ideal unreplicated n=3": "5efb914c3f9e04b0",
      "lognormal bully n=3": "a1947cd57efd5d59",
      "lognormal multi-paxos n=3": "ce3d68d100deedcf",
      "lognormal paxos n=3": "dd1f8c7bbdee61fa",
      "lognormal pbft n=3": "97135e8a701b9b6b",
      "lognormal primary-backup n=3": "bcd81fdb5dbbbba9",
      "lognormal raft n=3": "45a497e29b51001e",
      "lognormal unreplicated n=3": "160eef146b8667b6",
      "uniform bully n=3": "a4f7c124fa285ce3",
      "uniform multi-paxos n=3": "2acf64c29e6b3942",
      "uniform paxos n=3": "e591a5e8237803b5",
      "uniform pbft n=3": "cd6b722f5bf2d345",
      "uniform primary-backup n=3": "7df3862e4fbd3632",
      "uniform raft n=3": "c4733e84e5e0505f",
      "uniform unreplicated n=3": "0e5f8e9dab415386",
    }
  `);
});

test("a run is the same the second time, to the last digit of its line", async () => {
  expect(await tinyLines()).toEqual(await tinyLines());
});
