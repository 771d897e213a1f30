/** Unequal links and disks: the latency of a command is an order statistic of what lies between the replicas. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { CLIENTS, type CostModel } from "../../src/simulation/models.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, freeCost, MILLISECOND, steadyLink } from "../simulation/cluster.ts";

interface Place {
  /** Whole microseconds from one place to another, in nanoseconds. */
  delay(from: number, to: number): number;
  syncNs(node: number): number;
}

/** Delays of 1 to 40 ms, different in each direction, and disks of 0 to 30 ms. */
function place(seed: number, disks: boolean): Place {
  const draw = (name: string, most: number) => Math.floor(new RandomStream(seed, name).next() * most) * 1000;
  return {
    delay: (from, to) => MILLISECOND + draw(`${from} ${to}`, 39_000),
    syncNs: node => (disks ? MILLISECOND + draw(`disk ${node}`, 30_000) : 0),
  };
}

function costOf({ syncNs }: Place): (node: number) => CostModel {
  return node => ({
    ...freeCost,
    disk: { sync: { distribution: "constant", meanNs: syncNs(node) }, byteNs: 0 },
  });
}

const smallest = (values: number[], rank: number) => values.sort((a, b) => a - b)[rank - 1]!;

/** How long one put takes on a cluster that has been left alone since it elected its leader. */
function measuredLatency(n: number, where: Place): { leader: number; latencyNs: number } {
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: { distribution: "constant", meanNs: where.delay(from, to) } as const,
  });
  const { simulation, client, run } = cluster(raft, n, {
    network: { link, bandwidthBitsPerSecond: Infinity },
    cost: costOf(where),
    options: { electionTimeoutMinMs: 1000, electionTimeoutMaxMs: 3000, heartbeatMs: 400 },
    tracer: undefined,
  });
  run(20_000);
  const leader = simulation.nodes.findIndex(node => node.replica!.status().role === "leader");
  const calledAt = simulation.tick;
  client.ask(leader, "put", 1, "value");
  run(1000);
  expect(client.answers).toHaveLength(1);
  return { leader, latencyNs: client.answers[0]!.atNs - calledAt };
}

const cells = [3, 4, 5, 6, 7, 9].flatMap(n => [1, 2, 3, 4].map(seed => ({ n, seed })));

describe("Raft on unequal links", () => {
  test.each(cells)(
    "n=$n, matrix $seed: the round trip to the q-th nearest follower decides",
    ({ n, seed }) => {
      const where = place(seed, false);
      const { leader, latencyNs } = measuredLatency(n, where);
      const { delay } = where;
      const others = Array.from({ length: n }, (_, node) => node).filter(node => node !== leader);
      const trips = others.map(node => delay(leader, node) + delay(node, leader));
      const quorum = smallest(trips, Math.floor(n / 2));
      expect(latencyNs).toBe(delay(CLIENTS, leader) + quorum + delay(leader, CLIENTS));
    },
  );

  test.each(cells)("n=$n, matrix $seed: the leader's disk works while the followers' do", ({ n, seed }) => {
    const where = place(seed, true);
    const { leader, latencyNs } = measuredLatency(n, where);
    const { delay, syncNs } = where;
    const stored = Array.from({ length: n }, (_, node) =>
      node === leader ? syncNs(leader) : delay(leader, node) + syncNs(node) + delay(node, leader),
    );
    const committed = smallest(stored, Math.floor(n / 2) + 1);
    expect(latencyNs).toBe(delay(CLIENTS, leader) + committed + delay(leader, CLIENTS));
  });
});
