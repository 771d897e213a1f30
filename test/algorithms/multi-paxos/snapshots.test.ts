/** What snapshots of Multi-Paxos have of their own; the rest stands in compaction.test.ts. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { Lockstep } from "../lockstep.ts";
import { put } from "../requests.ts";
import { compacting, toLast, values, write } from "../writes.ts";
import { accept, ballot, heartbeat, sends, start, takeOver } from "./recorded.ts";

describe("Multi-Paxos, log compaction", () => {
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
    const cluster = new Lockstep(multiPaxos, 3, { options: compacting });
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

  test("is not put off by its own snapshot, where that is newer than its question", () => {
    const cluster = behind();
    cluster.timeout(2, "election");
    cluster.timeout(2, "election");
    const own = cluster.queue.findIndex(({ from, to }) => from === 2 && to === 2);
    const [question] = cluster.queue.splice(own, 1); // waits for the disk
    cluster.settle(({ from, message }) => from === 1 && message.type === "Promise");
    expect(cluster.nodes[2]!.replica.status().committed).toBeGreaterThan(0); // by the snapshot
    cluster.deliver(question!);
    cluster.settle();
    expect(cluster.nodes[2]!.replica.status().role).toBe("candidate");
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
