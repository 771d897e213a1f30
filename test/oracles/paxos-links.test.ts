/** Multi-Paxos and Paxos on unequal links and disks: order statistics of what lies between the servers. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol, Options } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
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

const even = (delayNs: number, syncNs: number): Place => ({ delay: () => delayNs, syncNs: () => syncNs });

function costOf({ syncNs }: Place): (node: number) => CostModel {
  return node => ({
    ...freeCost,
    disk: { sync: { distribution: "constant", meanNs: syncNs(node) }, byteNs: 0 },
  });
}

/** How long one put takes on a cluster that has been left alone for a while: who answered, after so long. */
function measured(protocol: AnyProtocol, n: number, where: Place, options: Options = {}) {
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: { distribution: "constant", meanNs: where.delay(from, to) } as const,
  });
  const patient = { electionTimeoutMinMs: 1000, electionTimeoutMaxMs: 3000, heartbeatMs: 400 };
  const { simulation, client, run } = cluster(protocol, n, {
    network: { link, bandwidthBitsPerSecond: Infinity },
    cost: costOf(where),
    options: protocol === multiPaxos ? { ...patient, ...options } : { retryMs: 2000, ...options },
    tracer: undefined,
  });
  run(20_000);
  const asked = simulation.nodes.findIndex(node => node.replica!.status().role === "leader");
  const calledAt = simulation.tick;
  client.ask(asked, "put", 1, "value");
  run(1000);
  expect(client.answers).toHaveLength(1);
  return { asked, latencyNs: client.answers[0]!.atNs - calledAt };
}

const smallest = (values: number[], rank: number) => values.sort((a, b) => a - b)[rank - 1]!;
const others = (n: number, self: number) =>
  Array.from({ length: n }, (_, node) => node).filter(node => node !== self);
const majority = (n: number) => Math.floor(n / 2) + 1;

/** There, onto the disk, and back. */
const trip = ({ delay, syncNs }: Place, from: number, to: number) =>
  delay(from, to) + syncNs(to) + delay(to, from);

const cells = [3, 4, 5, 6, 7, 9].flatMap(n => [1, 2, 3].map(seed => ({ n, seed })));

describe("Multi-Paxos on unequal links", () => {
  test.each(cells)("n=$n, matrix $seed: the round trip to the q-th nearest decides", ({ n, seed }) => {
    const where = place(seed, false);
    const { asked, latencyNs } = measured(multiPaxos, n, where);
    const trips = others(n, asked).map(node => trip(where, asked, node));
    const quorum = smallest(trips, Math.floor(n / 2));
    expect(latencyNs).toBe(where.delay(CLIENTS, asked) + quorum + where.delay(asked, CLIENTS));
  });

  test.each(cells)("n=$n, matrix $seed: with a phase 2 of two, the nearest alone", ({ n, seed }) => {
    const where = place(seed, false);
    const { asked, latencyNs } = measured(multiPaxos, n, where, { phase2Quorum: 2 });
    const nearest = Math.min(...others(n, asked).map(node => trip(where, asked, node)));
    expect(latencyNs).toBe(where.delay(CLIENTS, asked) + nearest + where.delay(asked, CLIENTS));
  });

  test.each(cells)("n=$n, matrix $seed: the leader's disk works while the others' do", ({ n, seed }) => {
    const where = place(seed, true);
    const { asked, latencyNs } = measured(multiPaxos, n, where);
    const stored = [where.syncNs(asked), ...others(n, asked).map(node => trip(where, asked, node))];
    const chosen = smallest(stored, majority(n));
    expect(latencyNs).toBe(where.delay(CLIENTS, asked) + chosen + where.delay(asked, CLIENTS));
  });

  test.each(cells)(
    "n=$n, matrix $seed: before them, where its Accept stands for its Accepted",
    ({ n, seed }) => {
      const where = place(seed, true);
      const { asked, latencyNs } = measured(multiPaxos, n, where, { commitNotice: "accepted" });
      const trips = others(n, asked).map(node => trip(where, asked, node));
      const chosen = where.syncNs(asked) + smallest(trips, majority(n) - 1);
      expect(latencyNs).toBe(where.delay(CLIENTS, asked) + chosen + where.delay(asked, CLIENTS));
    },
  );
});

describe("Paxos on unequal links", () => {
  test.each(cells)("n=$n, matrix $seed: twice the round trip to the q-th nearest", ({ n, seed }) => {
    const where = place(seed, false);
    const { asked, latencyNs } = measured(paxos, n, where);
    const trips = others(n, asked).map(node => trip(where, asked, node));
    const quorum = smallest(trips, Math.floor(n / 2));
    expect(latencyNs).toBe(where.delay(CLIENTS, asked) + 2 * quorum + where.delay(asked, CLIENTS));
  });

  test.each(cells)(
    "n=$n, matrix $seed: each phase waits for disks, the first for the proposer's own in any case",
    ({ n, seed }) => {
      const where = place(seed, true);
      const { asked, latencyNs } = measured(paxos, n, where);
      const trips = others(n, asked).map(node => trip(where, asked, node));
      const promised = Math.max(where.syncNs(asked), smallest([...trips], majority(n) - 1));
      const chosen = smallest([where.syncNs(asked), ...trips], majority(n));
      expect(latencyNs).toBe(where.delay(CLIENTS, asked) + promised + chosen + where.delay(asked, CLIENTS));
    },
  );
});

describe("equal links of d and disks of W", () => {
  const [d, W] = [5 * MILLISECOND, 3 * MILLISECOND];
  test.each([3, 4, 5, 7, 9])("n=%i: 4d + W for Multi-Paxos, 6d + 2W for Paxos", n => {
    expect(measured(multiPaxos, n, even(d, W)).latencyNs).toBe(4 * d + W);
    expect(measured(paxos, n, even(d, W)).latencyNs).toBe(6 * d + 2 * W);
  });
});
