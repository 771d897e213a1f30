/** What every protocol that compacts its log keeps to; what is one's own is tested beside it. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { Lockstep } from "./lockstep.ts";
import { ballot } from "./multi-paxos/recorded.ts";
import { beat, compacting, toLast, values, write } from "./writes.ts";

interface Subject {
  readonly protocol: AnyProtocol;
  readonly first: number; // entries that an election leaves in the log
  readonly snapshot: (last: number, base: number) => object; // as stored, of the first epoch
  readonly vouched: object; // what else the leader of the first epoch stores in it
}

const subjects: readonly Subject[] = [
  {
    protocol: raft,
    first: 1,
    snapshot: (lastIndex, base) => ({ type: "Snapshot", lastIndex, base }),
    vouched: { term: 1, votedFor: 0 },
  },
  {
    protocol: multiPaxos,
    first: 0,
    snapshot: (lastSlot, base) => ({ type: "Snapshot", lastSlot, base }),
    vouched: { promised: ballot(1, 0) },
  },
];

const named = subjects.map(subject => [subject.protocol.name, subject] as const);
const alphabet = "abcdefghijklmnopqrstuvwxyz";

describe.each(named)("log compaction of %s", (_, { protocol, first, snapshot, vouched }) => {
  const elected = (n: number, options: object): Lockstep => {
    const cluster = new Lockstep(protocol, n, { options: { ...options } });
    cluster.elect(0);
    return cluster;
  };

  test("every snapshotEvery entries a server replaces its log by a snapshot, but for a tail of snapshotKeep", () => {
    const cluster = elected(3, compacting);
    write(cluster, 1, 10 - first);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ committed: 10, logLength: 3 });
    expect(cluster.disks[0]).toMatchObject([{ ...snapshot(10, 7), ...vouched }]);
  });

  test("snapshotEvery 0 keeps everything", () => {
    const cluster = elected(1, { snapshotEvery: 0 });
    write(cluster, 1, 26);
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(26 + first);
  });

  test("a server restarts from snapshot, what it had accepted behind it, and its word", () => {
    const cluster = elected(3, compacting);
    write(cluster, 1, 14);
    beat(cluster);
    for (const node of [0, 1, 2]) cluster.crash(node);
    for (const node of [0, 1, 2]) cluster.restart(node);
    const status = cluster.nodes[0]!.replica.status();
    expect(status).toMatchObject({ epoch: 1, committed: 10, logLength: 7 + first });
    expect(values(cluster)).toEqual(Array(3).fill(alphabet.slice(0, 10 - first)));
    cluster.elect(1);
    beat(cluster, 1);
    expect(values(cluster)).toEqual(Array(3).fill(alphabet.slice(0, 14)));
  });

  test("a server that is too far behind is sent the snapshot, and the entries behind it", () => {
    const cluster = elected(3, compacting);
    write(cluster, 1, 24, toLast);
    expect(cluster.nodes[2]!.replica.status().committed).toBe(0);
    beat(cluster);
    beat(cluster);
    expect(cluster.sent.filter(({ message }) => message.type === "InstallSnapshot").length).toBe(1);
    const all = 24 + first;
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ committed: all, applied: all });
    expect(new Set(values(cluster)).size).toBe(1);
    expect(cluster.disks[2]![0]).toMatchObject(snapshot(20, 20));
  });

  test("a lost snapshot is sent again", () => {
    const cluster = elected(3, compacting);
    write(cluster, 1, 24, toLast);
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.settle(({ message }) => message.type === "InstallSnapshot");
    beat(cluster);
    beat(cluster);
    expect(cluster.nodes[2]!.replica.status().committed).toBe(24 + first);
  });

  test("a late snapshot changes nothing", () => {
    const cluster = elected(3, compacting);
    write(cluster, 1, 24, toLast);
    beat(cluster);
    beat(cluster);
    const late = cluster.sent.find(({ message }) => message.type === "InstallSnapshot")!;
    const before = cluster.nodes[2]!.replica.status();
    cluster.deliver(late);
    cluster.settle();
    expect(cluster.nodes[2]!.replica.status()).toEqual(before);
  });
});
