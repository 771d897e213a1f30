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
      "exponential bully n=3": "b98325c0725e42b2",
      "exponential multi-paxos n=3": "e28acb40d5e65316",
      "exponential paxos n=3": "5ba89acde9477ee5",
      "exponential pbft n=3": "3d5d63ac947aa5c6",
      "exponential primary-backup n=3": "c41f6ab45954f7c5",
      "exponential raft n=3": "42cb3734e8a49bc0",
      "exponential unreplicated n=3": "c7ab08d900db9dec",
      "ideal bully n=3": "374cc94733c445c7",
      "ideal multi-paxos n=3": "5e6e463903a745f9",
      "ideal paxos n=3": "0f6ed7e1b7608234",
      "ideal pbft n=3": "3a48b151530c392f",
      "ideal primary-backup n=3": "9999aa04a8bf0a20",
      "ideal raft n=3": "2802dc861e0a11ed",
      "ideal unreplicated n=3": "8ab0e1e6c329c6e5",
      "lognormal bully n=3": "fb5fa65f67c3d31a",
      "lognormal multi-paxos n=3": "7d1ecb3f6bfd5dac",
      "lognormal paxos n=3": "b00011c39d6740df",
      "lognormal pbft n=3": "a5b57560fdfe773c",
      "lognormal primary-backup n=3": "ddc4b4a7beebfc50",
      "lognormal raft n=3": "3c6d70d82cda74b0",
      "lognormal unreplicated n=3": "0acba476d162a775",
      "uniform bully n=3": "5d9ff0f7a684e73b",
      "uniform multi-paxos n=3": "267ec92d0eded060",
      "uniform paxos n=3": "81a3131f3c4a5cf2",
      "uniform pbft n=3": "61597a3d46c0f872",
      "uniform primary-backup n=3": "44a6f34eca96a60b",
      "uniform raft n=3": "1eb6044da14e106d",
      "uniform unreplicated n=3": "d9a7be478666ddcc",
    }
  `);
});

test("a run is the same the second time, to the last digit of its line", async () => {
  expect(await tinyLines()).toEqual(await tinyLines());
});
