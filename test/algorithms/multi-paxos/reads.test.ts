/** What reads of Multi-Paxos have of their own; the rest stands in leader-reads.test.ts. */
import { describe, expect, test } from "vitest";
import type { ReadPath } from "#protocol";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get } from "../requests.ts";

const elected = (reads: ReadPath): Lockstep => {
  const cluster = new Lockstep(multiPaxos, 3, { policy: { reads } });
  cluster.elect(0);
  return cluster;
};

describe("Multi-Paxos, reads", () => {
  test("a new leader answers no reads before it has executed what it adopted", () => {
    const cluster = elected("index");
    cluster.request(0, append(1, "x"));
    cluster.settle(({ from }) => from !== 0);
    cluster.crash(0);
    cluster.timeout(1, "election");
    cluster.timeout(1, "election");
    cluster.settle(({ message }) => message.type === "Accept");
    cluster.request(1, get(1, 1));
    cluster.settle();
    expect([cluster.nodes[1]!.replica.status().role, cluster.answers.length]).toEqual(["leader", 0]);
    cluster.advance(50);
    cluster.timeout(1, "heartbeat");
    cluster.settle();
    expect(cluster.answers.map(({ result }) => result)).toEqual(["x"]);
  });

  test("a leader that is cut off stops answering before another can be elected", () => {
    const cluster = elected("lease");
    cluster.advance(135);
    cluster.request(0, get(1));
    expect(cluster.answers.length).toBe(0);
    cluster.advance(15);
    const cut = ({ from, to }: { from: number; to: number }) => from === 0 || to === 0;
    cluster.settle(cut);
    cluster.timeout(1, "election");
    cluster.timeout(1, "election");
    cluster.settle(cut);
    expect(cluster.nodes[1]!.replica.status()).toMatchObject({ role: "leader", epoch: 2 });
    expect(cluster.answers.length).toBe(0);
  });
});
