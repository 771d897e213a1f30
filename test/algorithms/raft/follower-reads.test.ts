/** Reads that followers answer (thesis 6.4). n0 leads throughout, unless a test says otherwise. */
import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import { Lockstep } from "../lockstep.ts";
import { get, put } from "../requests.ts";

const heartbeat = (cluster: Lockstep): void => {
  cluster.advance(60);
  cluster.timeout(0, "heartbeat");
  cluster.settle();
};

const elected = (n: number, reads: "index" | "lease" = "index"): Lockstep => {
  const cluster = new Lockstep(raft, n, { options: { followerReads: true }, policy: { reads } });
  cluster.elect(0);
  cluster.request(0, put(1, "x", 9));
  cluster.settle();
  heartbeat(cluster); // so that followers hear of the commit
  cluster.answers.length = 0;
  cluster.sent.length = 0;
  return cluster;
};

describe("a follower that is asked", () => {
  test.each([2, 3, 4, 5])("takes one round of %i servers and a question, and answers itself", n => {
    const cluster = elected(n);
    cluster.request(1, get(1));
    cluster.settle();
    expect(cluster.answers.map(({ node, result }) => [node, result])).toEqual([[1, "x"]]);
    expect(cluster.count("read")).toBe(2 + 2 * (n - 1));
    expect(cluster.redirects).toEqual([]);
  });

  test("takes the question alone where the leader holds a lease", () => {
    const cluster = elected(3, "lease");
    cluster.request(1, get(1));
    cluster.settle();
    expect(cluster.answers.map(({ node, result }) => [node, result])).toEqual([[1, "x"]]);
    expect(cluster.count("read")).toBe(2);
  });

  test("waits until it has executed as much as the leader had", () => {
    const cluster = elected(3);
    cluster.request(0, put(1, "y", 8));
    cluster.settle(({ to, message }) => to === 1 && message.type === "AppendEntries");
    cluster.request(1, get(1));
    cluster.settle(({ to, message }) => to === 1 && message.type === "AppendEntries");
    expect(cluster.answers.filter(({ node }) => node === 1)).toEqual([]);
    heartbeat(cluster);
    expect(cluster.answers.filter(({ node }) => node === 1).map(({ result }) => result)).toEqual(["y"]);
  });

  test("shares a round with all that ask meanwhile, and with the leader's own clients", () => {
    const cluster = elected(3);
    for (let client = 0; client < 4; client++) cluster.request(client % 3, get(1, client));
    cluster.settle();
    expect(cluster.answers.length).toBe(4);
    expect(cluster.count("read")).toBeLessThanOrEqual(3 * 2 + 2 * 4);
  });

  test("answers once, however often the leader answers", () => {
    const cluster = elected(3);
    cluster.request(1, get(1));
    cluster.request(1, get(1));
    cluster.settle();
    expect(cluster.answers.length).toBe(1);
  });
});

describe("whoever does not lead", () => {
  test("refuses, and the client is sent on", () => {
    const cluster = elected(3);
    cluster.request(1, get(1));
    const question = cluster.queue.shift()!;
    cluster.timeout(2, "election");
    cluster.settle();
    cluster.deliver(question); // n2 leads by now
    cluster.settle();
    expect(cluster.answers).toEqual([]);
  });

  test("a leader that steps down with the round open tells nobody an index", () => {
    const cluster = elected(3);
    const asked = get(1);
    cluster.request(1, asked);
    cluster.deliver(cluster.queue.shift()!); // the question; the round begins
    cluster.settle(({ from }) => from === 0);
    cluster.nodes[0]!.replica.onMessage(2, {
      type: "Vote",
      term: 9,
      granted: false,
      lastLogIndex: 0,
      lastLogTerm: 0,
    });
    cluster.settle();
    expect(cluster.answers).toEqual([]);
  });

  test("without a leader to ask the client is turned away as ever", () => {
    const cluster = new Lockstep(raft, 3, { options: { followerReads: true }, policy: { reads: "index" } });
    cluster.request(1, get(1));
    expect(cluster.redirects.length).toBe(1);
    expect(cluster.sent).toEqual([]);
  });

  test("without the option it sends readers to the leader", () => {
    const cluster = new Lockstep(raft, 3, { policy: { reads: "index" } });
    cluster.elect(0);
    cluster.request(1, get(1));
    expect(cluster.redirects.length).toBe(1);
  });
});
