import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, put } from "../requests.ts";

const options = { snapshotEvery: 10, snapshotKeep: 3 };
const write = (
  cluster: Lockstep,
  from: number,
  to: number,
  lose = (_: { from: number; to: number }) => false,
) => {
  for (let sequence = from; sequence <= to; sequence++) {
    cluster.request(0, append(sequence, String.fromCharCode(96 + sequence)));
    cluster.settle(lose);
  }
};
const beat = (cluster: Lockstep, leader = 0) => {
  cluster.advance(50);
  cluster.timeout(leader, "heartbeat");
  cluster.settle();
};
const values = (cluster: Lockstep) => cluster.nodes.map(({ store }) => store.read(put(99)));

describe("Raft, log compaction (§7)", () => {
  test("every snapshotEvery entries a server replaces its log by a snapshot, but for a tail of snapshotKeep", () => {
    const cluster = new Lockstep(raft, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 9);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ committed: 10, logLength: 3 });
    expect(cluster.disks[0]).toMatchObject([
      { type: "Snapshot", term: 1, votedFor: 0, lastIndex: 10, base: 7 },
    ]);
  });

  test("snapshotEvery 0 keeps everything", () => {
    const cluster = new Lockstep(raft, 1, { options: { snapshotEvery: 0 } });
    cluster.elect(0);
    write(cluster, 1, 26);
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(27);
  });

  test("a server restarts from snapshot, entries, term and vote", () => {
    const cluster = new Lockstep(raft, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 14);
    beat(cluster);
    for (const node of [0, 1, 2]) cluster.crash(node);
    for (const node of [0, 1, 2]) cluster.restart(node);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ epoch: 1, committed: 10, logLength: 8 });
    expect(values(cluster)).toEqual(["abcdefghi", "abcdefghi", "abcdefghi"]);
    cluster.elect(1);
    beat(cluster, 1);
    expect(values(cluster)).toEqual(["abcdefghijklmn", "abcdefghijklmn", "abcdefghijklmn"]);
  });

  test("a follower that is too far behind is sent the snapshot, and the entries behind it", () => {
    const cluster = new Lockstep(raft, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, ({ to }) => to === 2);
    expect(cluster.nodes[2]!.replica.status().committed).toBe(0);
    beat(cluster);
    beat(cluster);
    expect(cluster.sent.filter(({ message }) => message.type === "InstallSnapshot").length).toBe(1);
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ committed: 25, applied: 25 });
    expect(new Set(values(cluster)).size).toBe(1);
    expect(cluster.disks[2]![0]).toMatchObject({ type: "Snapshot", lastIndex: 20, base: 20 });
  });

  test("a lost snapshot is sent again", () => {
    const cluster = new Lockstep(raft, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, ({ to }) => to === 2);
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.settle(({ message }) => message.type === "InstallSnapshot");
    beat(cluster);
    beat(cluster);
    expect(cluster.nodes[2]!.replica.status().committed).toBe(25);
  });

  test("a late snapshot changes nothing", () => {
    const cluster = new Lockstep(raft, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, ({ to }) => to === 2);
    beat(cluster);
    beat(cluster);
    const snapshot = cluster.sent.find(({ message }) => message.type === "InstallSnapshot")!;
    const before = cluster.nodes[2]!.replica.status();
    cluster.deliver(snapshot);
    cluster.settle();
    expect(cluster.nodes[2]!.replica.status()).toEqual(before);
  });

  test("a snapshot of an older term is answered with the newer", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    const state = cluster.nodes[0]!.store.save();
    const snapshot = { type: "InstallSnapshot", term: 0, lastIndex: 9, lastTerm: 0, state, round: 0 };
    cluster.nodes[1]!.replica.onMessage(2, snapshot);
    const reply = { type: "AppendReply", term: 1, success: false, index: 9 };
    expect(cluster.nodes[1]!.take()).toMatchObject([{ to: 2, send: reply }]);
  });
});
