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
      "exponential bully n=3": "5b401d7f2ec6aea6",
      "exponential multi-paxos n=3": "2aa43e1a9eb58bc5",
      "exponential paxos n=3": "7f95699f9a4a4ba5",
      "exponential pbft n=3": "d6c6bfdcdb1df84f",
      "exponential primary-backup n=3": "78a5f8e9f3a0f918",
      "exponential raft n=3": "fb9dc8c8de753d7b",
      "exponential unreplicated n=3": "489f13580d654f5a",
      "ideal bully n=3": "4800a65813604e91",
      "ideal multi-paxos n=3": "63f694cdfc8dcf57",
      "ideal paxos n=3": "1db364f102714632",
      "ideal pbft n=3": "67c288b0ea1d7a79",
      "ideal primary-backup n=3": "021b61c35a27356a",
      "ideal raft n=3": "e2724ed0d589c2d0",
      "ideal unreplicated n=3": "b3861252b33d3743",
      "lognormal bully n=3": "377762134e16dfe9",
      "lognormal multi-paxos n=3": "9288ce41c3165d91",
      "lognormal paxos n=3": "1ab0656a123ee21f",
      "lognormal pbft n=3": "f972e6af0a0c76fb",
      "lognormal primary-backup n=3": "4fe2dc4de73bfe8e",
      "lognormal raft n=3": "2bab7266a5565749",
      "lognormal unreplicated n=3": "2a3b5bc59960f86d",
      "uniform bully n=3": "56a20a537e1315bf",
      "uniform multi-paxos n=3": "9661575a3726a839",
      "uniform paxos n=3": "ae5f214bd03f1371",
      "uniform pbft n=3": "980f5eb6ac8f4a02",
      "uniform primary-backup n=3": "c9505385ea613342",
      "uniform raft n=3": "9f5624f494c3c679",
      "uniform unreplicated n=3": "0db3f7755786aa76",
    }
  `);
});

test("a run is the same the second time, to the last digit of its line", async () => {
  expect(await tinyLines()).toEqual(await tinyLines());
});
