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
      "exponential bully n=3": "17561d1c711c2d71",
      "exponential primary-backup n=3": "a54149bc7cee8d91",
      "exponential raft n=3": "299d1e7f4455802e",
      "exponential unreplicated n=3": "d49372eab1f585ef",
      "ideal bully n=3": "3f964d15fcc43e1a",
      "ideal primary-backup n=3": "021b61c35a27356a",
      "ideal raft n=3": "e2724ed0d589c2d0",
      "ideal unreplicated n=3": "b3861252b33d3743",
      "lognormal bully n=3": "3e231092db0a1ae0",
      "lognormal primary-backup n=3": "45b57014bc5a69bb",
      "lognormal raft n=3": "8b9346e0e3bb4146",
      "lognormal unreplicated n=3": "33cb964ee908a9a7",
      "uniform bully n=3": "e3655b172cb677a2",
      "uniform primary-backup n=3": "06ae663eec262a7c",
      "uniform raft n=3": "3d07b88edd63f856",
      "uniform unreplicated n=3": "46deb8bec5df13be",
    }
  `);
});

test("a run is the same the second time, to the last digit of its line", async () => {
  expect(await tinyLines()).toEqual(await tinyLines());
});
