import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, put } from "../requests.ts";
import { accept, ballot, heartbeat, sends, start, takeOver } from "./recorded.ts";

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
const toLast = ({ to }: { to: number }) => to === 2;

describe("Multi-Paxos, log compaction", () => {
  test("every snapshotEvery slots a server replaces its log by a snapshot, but for a tail of snapshotKeep", () => {
    const cluster = new Lockstep(multiPaxos, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 10);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ committed: 10, logLength: 3 });
    expect(cluster.disks[0]).toMatchObject([
      { type: "Snapshot", promised: ballot(1, 0), lastSlot: 10, base: 7 },
    ]);
  });

  test("snapshotEvery 0 keeps everything", () => {
    const cluster = new Lockstep(multiPaxos, 1, { options: { snapshotEvery: 0 } });
    cluster.elect(0);
    write(cluster, 1, 26);
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(26);
  });

  test("a server restarts from snapshot, what it had accepted behind it, and its promise", () => {
    const cluster = new Lockstep(multiPaxos, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 14);
    beat(cluster);
    for (const node of [0, 1, 2]) cluster.crash(node);
    for (const node of [0, 1, 2]) cluster.restart(node);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ epoch: 1, committed: 10, logLength: 7 });
    expect(values(cluster)).toEqual(["abcdefghij", "abcdefghij", "abcdefghij"]);
    cluster.elect(1);
    beat(cluster, 1);
    expect(values(cluster)).toEqual(["abcdefghijklmn", "abcdefghijklmn", "abcdefghijklmn"]);
  });

  test("a server that is too far behind is sent the snapshot, and the slots behind it", () => {
    const cluster = new Lockstep(multiPaxos, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, toLast);
    expect(cluster.nodes[2]!.replica.status().committed).toBe(0);
    beat(cluster);
    beat(cluster);
    expect(cluster.sent.filter(({ message }) => message.type === "InstallSnapshot").length).toBe(1);
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ committed: 24, applied: 24 });
    expect(new Set(values(cluster)).size).toBe(1);
    expect(cluster.disks[2]![0]).toMatchObject({ type: "Snapshot", lastSlot: 20, base: 20 });
  });

  test("a lost snapshot is sent again", () => {
    const cluster = new Lockstep(multiPaxos, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, toLast);
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.settle(({ message }) => message.type === "InstallSnapshot");
    beat(cluster);
    beat(cluster);
    expect(cluster.nodes[2]!.replica.status().committed).toBe(24);
  });

  test("a snapshot leaves what was accepted behind it: that was vouched for", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    cluster.elect(0);
    const state = cluster.nodes[0]!.store.save();
    const recording = start();
    recording.replica.onMessage(1, accept(ballot(1, 1), 9, [put(9)]));
    recording.replica.onMessage(1, {
      type: "InstallSnapshot",
      ballot: ballot(1, 1),
      lastSlot: 8,
      state,
      round: 0,
    });
    expect(sends(recording.take(), "Accepted").at(-1)).toMatchObject({ last: 8, verified: 9 });
    recording.replica.onMessage(1, heartbeat(ballot(1, 1), 9));
    expect(recording.replica.status().committed).toBe(9);
  });

  test("one's own snapshot keeps what was accepted behind it, across a crash too", () => {
    const recording = start({ options: { snapshotEvery: 2, snapshotKeep: 0 } });
    recording.replica.onMessage(1, accept(ballot(1, 1), 1, [put(1), put(2), put(3)]));
    recording.replica.onMessage(1, heartbeat(ballot(1, 1), 3, 2));
    const disk = recording.take().flatMap(effect => ("snapshot" in effect ? [effect.snapshot] : []));
    expect(disk).toMatchObject([{ lastSlot: 2, base: 2 }]);
    const again = start({}, disk);
    again.replica.onMessage(2, { type: "Prepare", ballot: ballot(2, 2), from: 3 });
    expect(sends(again.take(), "Promise")).toMatchObject([{ ballots: [ballot(1, 1)], values: [put(3)] }]);
  });

  test("a late snapshot changes nothing", () => {
    const cluster = new Lockstep(multiPaxos, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, toLast);
    beat(cluster);
    beat(cluster);
    const snapshot = cluster.sent.find(({ message }) => message.type === "InstallSnapshot")!;
    const before = cluster.nodes[2]!.replica.status();
    cluster.deliver(snapshot);
    cluster.settle();
    expect(cluster.nodes[2]!.replica.status()).toEqual(before);
  });

  test("a snapshot of a lower ballot is refused", () => {
    const recording = start({}, [{ type: "Promised", ballot: ballot(5, 2) }]);
    const state = { bytes: 0, contents: undefined };
    recording.replica.onMessage(1, {
      type: "InstallSnapshot",
      ballot: ballot(4, 1),
      lastSlot: 9,
      state,
      round: 0,
    });
    expect(recording.take()).toEqual([{ to: 1, send: { type: "Nack", promised: ballot(5, 2) } }]);
  });
});

describe("Multi-Paxos, a candidate that lacks what the others have compacted", () => {
  const behind = () => {
    const cluster = new Lockstep(multiPaxos, 3, { options });
    cluster.elect(0);
    write(cluster, 1, 24, toLast);
    cluster.crash(0);
    return cluster;
  };

  test("is sent their snapshot with their promise, and leads", () => {
    const cluster = behind();
    takeOver(cluster, 2);
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ role: "leader", committed: 24 });
    expect(values(cluster)[2]).toBe("abcdefghijklmnopqrstuvwx");
  });

  test("does not count a promise whose snapshot was lost", () => {
    const cluster = behind();
    cluster.timeout(2, "election");
    cluster.timeout(2, "election");
    cluster.settle(({ message }) => message.type === "InstallSnapshot");
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ role: "candidate", committed: 0 });
    cluster.elect(2);
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ role: "leader", committed: 24 });
  });
});
