/** What reads of Raft have of their own; the rest stands in leader-reads.test.ts. */
import { expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import { Lockstep } from "../lockstep.ts";
import { get, put } from "../requests.ts";

test("read-only operations (§8, thesis 6.4): a new leader waits for the first commit of its term", () => {
  const cluster = new Lockstep(raft, 3, { options: { noOp: false }, policy: { reads: "index" } });
  cluster.elect(0);
  cluster.request(0, get(1));
  cluster.settle();
  expect(cluster.answers).toEqual([]);
  cluster.request(0, put(1, "x", 1));
  cluster.settle();
  expect(cluster.answers.map(({ result }) => result)).toEqual([undefined, "x"]);
});
