import { describe, expect, test } from "vitest";
import { primaryBackup } from "../../algorithms/primary-backup/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { record } from "../../src/protocol/recording.ts";
import { Lockstep } from "./lockstep.ts";
import { get, put } from "./requests.ts";

describe("Unreplicated", () => {
  const durable = { type: "Durable" };

  test("node 0 stores a command, and executes and answers it once the disk has it", () => {
    const { replica, take } = record(unreplicated);
    replica.onRequest(put(1));
    expect(take()).toEqual([{ persist: put(1) }, { to: 0, send: durable }]);
    expect(replica.status().applied).toBe(0);
    replica.onMessage(0, durable);
    expect(take()).toEqual([{ reply: undefined, request: put(1), now: true }]);
    expect(replica.status().applied).toBe(1);
  });

  test("a read outside the log is answered without a record, and sees what the disk has", () => {
    const { replica, take } = record(unreplicated, { policy: { reads: "index" } });
    replica.onRequest(put(1, "x"));
    replica.onRequest(get(2));
    replica.onMessage(0, durable);
    take();
    replica.onRequest(get(3));
    expect(take()).toEqual([{ reply: "x", request: get(3), now: true }]);
  });

  test("a snapshot replaces all records, so it holds the commands that still wait for the disk", () => {
    const { replica, take } = record(unreplicated);
    for (let sequence = 1; sequence <= 10_001; sequence++) replica.onRequest(put(sequence));
    for (let sequence = 1; sequence <= 10_000; sequence++) replica.onMessage(0, durable);
    const { snapshot } = take().find(effect => "snapshot" in effect)!;
    const restarted = record(unreplicated);
    restarted.replica.onStart([snapshot]);
    expect(restarted.replica.status().applied).toBe(10_001);
  });

  test("the others send clients to node 0", () => {
    const { replica, take } = record(unreplicated, { self: 2 });
    replica.onRequest(put(1));
    expect(take()).toEqual([{ redirect: 0, request: put(1) }]);
  });

  test("after a crash the stored commands are executed again", () => {
    const { replica, store } = record(unreplicated);
    replica.onStart([put(1, "x")]);
    expect([store.read(get(1)), replica.status().applied]).toEqual(["x", 1]);
  });
});

describe("Primary-backup", () => {
  test("the primary stores a command before it sends it to everybody", () => {
    const { replica, take } = record(primaryBackup, { n: 2 });
    replica.onRequest(put(1));
    const send = { type: "Store", slot: 1, request: put(1), again: false };
    expect(take()).toEqual([
      { persist: { type: "Entry", slot: 1, request: put(1) } },
      { to: 0, send },
      { to: 1, send },
    ]);
  });

  test("a command is executed once every replica has stored it", () => {
    const { replica, take } = record(primaryBackup, { n: 2 });
    replica.onRequest(put(1));
    take();
    replica.onMessage(1, { type: "Stored", slot: 1, again: false });
    replica.onMessage(1, { type: "Stored", slot: 1, again: false });
    expect(take()).toEqual([]);
    replica.onMessage(0, { type: "Stored", slot: 1, again: false });
    expect(take()).toEqual([{ reply: undefined, request: put(1) }]);
  });

  test("the timer repeats what somebody may lack, and stops when nothing is outstanding", () => {
    const cluster = new Lockstep(primaryBackup, 3);
    cluster.request(0, put(1));
    cluster.settle(({ to }) => to === 2);
    expect(cluster.answers).toEqual([]);
    cluster.timeout(0, "resend");
    cluster.settle();
    expect(cluster.answers).toEqual([{ node: 0, request: put(1), result: undefined }]);
    expect([cluster.count("ordering"), cluster.count("retransmission")]).toEqual([3, 2]);
    cluster.timeout(0, "resend");
    expect(cluster.queue).toEqual([]);
  });

  test("a restarted primary finishes what it had begun", () => {
    const cluster = new Lockstep(primaryBackup, 3);
    cluster.request(0, put(1));
    cluster.crash(0);
    cluster.restart(0);
    cluster.settle();
    expect(cluster.answers.length).toBe(1);
  });

  test.each([1, 2, 3, 5])("costs 2(n-1) messages a command on %i nodes", n => {
    const cluster = new Lockstep(primaryBackup, n);
    for (let sequence = 1; sequence <= 10; sequence++) cluster.request(0, put(sequence));
    cluster.settle();
    expect(cluster.answers.length).toBe(10);
    expect(cluster.sent.length).toBe(10 * 2 * (n - 1));
  });
});
