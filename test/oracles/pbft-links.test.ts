/** PBFT on unequal links and disks: when a command is prepared, committed and answered follows from these alone. */
import { describe, expect, test } from "vitest";
import type { NodeId, Options, Policy } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { CLIENTS } from "../../src/simulation/models.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, freeCost, MILLISECOND, steadyLink } from "../simulation/cluster.ts";

interface Place {
  /** Whole microseconds from one place to another, in nanoseconds; nothing to oneself. */
  delay(from: number, to: number): number;
  syncNs(node: number): number;
}

/** Delays of 1 to 40 ms, different in each direction, and disks of 1 to 30 ms. */
function place(seed: number, disks: boolean): Place {
  const draw = (name: string, most: number) => Math.floor(new RandomStream(seed, name).next() * most) * 1000;
  return {
    delay: (from, to) => (from === to ? 0 : MILLISECOND + draw(`${from} ${to}`, 39_000)),
    syncNs: node => (disks ? MILLISECOND + draw(`disk ${node}`, 29_000) : 0),
  };
}

const kth = (values: readonly number[], rank: number) => values.toSorted((a, b) => a - b)[rank - 1]!;

const PRIMARY: NodeId = 0;

/** When each replica has prepared and committed, by the recursion of the papers; with disks, see `vouch`. */
function expected(n: number, { delay, syncNs }: Place) {
  const quorum = pbft.quorum(n);
  const nodes = Array.from({ length: n }, (_, node) => node);
  const backups = nodes.slice(1);
  const asked = delay(CLIENTS, PRIMARY);
  const proposed = asked + syncNs(PRIMARY);
  const accepted = nodes.map(node => (node === PRIMARY ? asked : proposed + delay(PRIMARY, node)));
  const stored = nodes.map(node => accepted[node]! + syncNs(node)); // a backup's Prepare leaves
  const prepared = nodes.map(to => {
    const votes = backups.map(from => stored[from]! + delay(from, to));
    return Math.max(accepted[to]!, kth(votes, quorum - 1));
  });
  // One write after the other.
  const vouched = nodes.map(node => Math.max(prepared[node]!, stored[node]!) + syncNs(node));
  const committed = nodes.map(to => {
    const votes = nodes.map(from => vouched[from]! + delay(from, to));
    return Math.max(vouched[to]!, kth(votes, quorum));
  });
  const answers = (times: readonly number[]) => nodes.map(node => times[node]! + delay(node, CLIENTS));
  return { committed: answers(committed), vouched: answers(vouched), quorum, nodes };
}

/** When the answers to one request reach the client, after it was asked. */
function measured(
  n: number,
  where: Place,
  kind: "put" | "get",
  options: Options = {},
  policy: Policy = defaultPolicy,
) {
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: { distribution: "constant", meanNs: where.delay(from, to) } as const,
  });
  const cost = (node: NodeId) => ({
    ...freeCost,
    disk: { sync: { distribution: "constant", meanNs: where.syncNs(node) } as const, byteNs: 0 },
  });
  const network = { link, bandwidthBitsPerSecond: Infinity };
  const { simulation, client, run } = cluster(pbft, n, { network, cost, options, policy, tracer: undefined });
  run(1000);
  const askedAt = simulation.tick;
  const targets = policy.reads === "index" ? simulation.replicas : [PRIMARY];
  const request = client.ask(PRIMARY, kind, 1, "value");
  for (const node of targets) if (node !== PRIMARY) simulation.clients.send(node, request);
  run(1000);
  expect(client.answers).toHaveLength(n);
  return client.answers.map(({ atNs }) => atNs - askedAt);
}

const cells = [4, 5, 6, 7, 8, 9, 10, 13].flatMap(n => [1, 2, 3].map(seed => ({ n, seed })));

describe("PBFT on unequal links", () => {
  test.each(cells)("n=$n, matrix $seed: the f+1-st answer, and every other", ({ n, seed }) => {
    const where = place(seed, false);
    const { committed } = expected(n, where);
    const times = measured(n, where, "put");
    expect(times).toEqual(committed.toSorted((a, b) => a - b));
    expect(kth(times, pbft.tolerates(n) + 1)).toBe(kth(committed, pbft.tolerates(n) + 1));
  });

  test.each(cells)("n=$n, matrix $seed, tentative execution: what is prepared is answered", ({ n, seed }) => {
    const where = place(seed, false);
    const { vouched, quorum } = expected(n, where);
    const times = measured(n, where, "put", { execution: "tentative" });
    expect(kth(times, quorum)).toBe(kth(vouched, quorum));
  });

  test.each(cells)("n=$n, matrix $seed, read-only: the round trip to the Q-th nearest", ({ n, seed }) => {
    const where = place(seed, false);
    const { quorum, nodes } = expected(n, where);
    const times = measured(n, where, "get", {}, { ...defaultPolicy, reads: "index" });
    const trips = nodes.map(node => where.delay(CLIENTS, node) + where.delay(node, CLIENTS));
    expect(kth(times, quorum)).toBe(kth(trips, quorum));
  });

  test.each(cells)(
    "n=$n, matrix $seed, with disks: what is accepted and what is prepared is stored first",
    ({ n, seed }) => {
      const where = place(seed, true);
      const { committed } = expected(n, where);
      expect(measured(n, where, "put")).toEqual(committed.toSorted((a, b) => a - b));
    },
  );
});
