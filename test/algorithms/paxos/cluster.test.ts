import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paxos } from "../../../algorithms/paxos/index.ts";
import { defaultPolicy, record } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";

const values = (cluster: Lockstep) => cluster.nodes.map(({ store }) => store.read(get(99)));

describe("Paxos, clusters", () => {
  test("any server answers its clients, and all execute the same", () => {
    const cluster = new Lockstep(paxos, 3);
    for (const node of [0, 1, 2]) {
      cluster.request(node, append(1, `${node}`, node));
      cluster.settle();
    }
    expect(cluster.answers.map(({ node }) => node)).toEqual([0, 1, 2]);
    expect(values(cluster)).toEqual(["012", "012", "012"]);
  });

  test("of three that compete for a slot one wins it; the others' requests find slots of their own", () => {
    const cluster = new Lockstep(paxos, 3);
    for (const node of [0, 1, 2]) cluster.request(node, append(1, `${node}`, node));
    for (let round = 0; round < 20 && cluster.answers.length < 3; round++) {
      cluster.settle();
      cluster.advance(100);
      cluster.timeout(round % 3, "retry");
    }
    cluster.settle();
    expect(cluster.answers.length).toBe(3);
    expect(new Set(values(cluster)).size).toBe(1);
    expect([...(values(cluster)[0] as string)].sort()).toEqual(["0", "1", "2"]);
  });

  test("one server decides alone, without a message", () => {
    const cluster = new Lockstep(paxos, 1);
    cluster.request(0, put(1));
    cluster.settle();
    expect([cluster.answers.length, cluster.sent.length]).toEqual([1, 0]);
  });

  test("with one proposer the others send their clients to it", () => {
    const cluster = new Lockstep(paxos, 3, { options: { proposers: "one" } });
    cluster.request(1, put(1));
    cluster.request(0, put(1));
    cluster.settle();
    expect([cluster.redirects.length, cluster.answers.length]).toEqual([1, 1]);
    expect(cluster.nodes.map(({ replica }) => replica.status().role)).toEqual([
      "leader",
      "follower",
      "follower",
    ]);
  });

  test("an external proposer stores its rounds only, and no ballot is used twice across a crash", () => {
    const cluster = new Lockstep(paxos, 4, { options: { proposers: "external" } });
    const ballots = () =>
      cluster.sent.flatMap(({ message }) => (message.type === "Prepare" ? [message.ballot] : []));
    cluster.request(0, append(1, "a"));
    cluster.settle();
    expect(cluster.disks[0]).toEqual([
      { type: "Round", round: 1 },
      { type: "Chosen", slot: 1, value: [append(1, "a")] },
    ]);
    const before = Math.max(...ballots());
    cluster.crash(0);
    cluster.restart(0);
    cluster.sent.length = 0;
    cluster.request(0, append(2, "b"));
    cluster.settle();
    expect(Math.min(...ballots())).toBeGreaterThan(before);
    expect(values(cluster)).toEqual(["ab", "ab", "ab", "ab"]);
  });

  test("what was chosen, and its proposer died, is found by the next who tries that slot", () => {
    const cluster = new Lockstep(paxos, 3);
    cluster.request(0, append(1, "a"));
    cluster.settle(({ from, to, message }) => message.type === "Accepted" && from !== to);
    cluster.crash(0);
    cluster.request(1, append(1, "b", 1));
    cluster.settle();
    expect(cluster.nodes[1]!.store.read(get(99))).toBe("ab");
    expect(cluster.answers.map(({ node }) => node)).toEqual([1]);
  });

  test("a server that knows nothing is told many slots at a time, or sent a snapshot", () => {
    const cluster = new Lockstep(paxos, 3, { options: { snapshotEvery: 10, snapshotKeep: 4 } });
    for (let sequence = 1; sequence <= 16; sequence++) {
      cluster.request(0, append(sequence, String.fromCharCode(96 + sequence)));
      cluster.settle(({ to }) => to === 2);
    }
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ committed: 16, logLength: 10 });
    cluster.request(2, append(1, "!", 2));
    cluster.settle();
    expect(values(cluster)).toEqual(Array.from({ length: 3 }, () => "abcdefghijklmnop!"));
    expect(cluster.count("recovery")).toBeLessThanOrEqual(6);
  });

  test("after a loss of power everything that was answered is there", () => {
    const cluster = new Lockstep(paxos, 3, { options: { snapshotEvery: 10, snapshotKeep: 4 } });
    for (let sequence = 1; sequence <= 26; sequence++) {
      cluster.request(0, append(sequence, String.fromCharCode(96 + sequence)));
      cluster.settle();
    }
    for (const node of [0, 1, 2]) cluster.crash(node);
    for (const node of [0, 1, 2]) cluster.restart(node);
    cluster.request(1, append(1, "!", 1));
    cluster.settle();
    expect(values(cluster)[1]).toBe("abcdefghijklmnopqrstuvwxyz!");
  });

  test("a snapshot leaves what was promised and accepted behind it", () => {
    const cluster = new Lockstep(paxos, 3, { options: { snapshotEvery: 2, snapshotKeep: 0 } });
    cluster.request(0, append(1, "a"));
    cluster.settle();
    cluster.request(0, append(2, "b"));
    cluster.settle(({ message }) => message.type === "Learn");
    const [, acceptor] = cluster.nodes;
    acceptor!.replica.onMessage(2, { type: "Accept", slot: 3, ballot: 8, value: [append(1, "c", 1)] });
    acceptor!.replica.onMessage(0, {
      type: "Learn",
      first: 2,
      values: [[append(2, "b")]],
      cause: "ordering",
    });
    const disk = acceptor!.take().flatMap(effect => ("snapshot" in effect ? [effect.snapshot] : []));
    const again = record(paxos, { self: 1 });
    again.replica.onStart(disk);
    again.replica.onMessage(0, { type: "Prepare", slot: 3, ballot: 9 });
    expect(again.take().at(-1)).toMatchObject({ send: { accepted: 8, value: [append(1, "c", 1)] } });
  });

  test("a local read is answered from a server's own copy, and marked as unsafe; others take a slot", () => {
    const local = new Lockstep(paxos, 3, { policy: { reads: "local" } });
    local.request(2, get(1));
    expect([local.answers.length, local.sent.length]).toEqual([1, 0]);
    expect(paxos.unsafe?.({}, { ...defaultPolicy, reads: "local" })).toContain("stale");
    const lease = new Lockstep(paxos, 3, { policy: { reads: "lease" } });
    lease.request(2, get(1));
    lease.settle();
    expect(lease.nodes[2]!.replica.status().committed).toBe(1);
  });

  test("the bytes of every message follow from its fields", () => {
    const bytesOf = (message: { readonly type: string }) =>
      (paxos.messages[message.type]!.bytes as (message: unknown) => number)(message);
    const value = [put(1, "four")];
    expect(bytesOf({ type: "Accept", slot: 1, ballot: 1, value } as never)).toBe(17 + 16 + 8 + 8 + 28 + 4);
    expect(bytesOf({ type: "Promise", slot: 1, ballot: 1, accepted: 0, value: undefined } as never)).toBe(
      17 + 24 + 8,
    );
  });
});

describe("Paxos, safety", () => {
  type Step = readonly [kind: number, node: number, choice: number];
  const step = fc.tuple(fc.nat(59), fc.nat(2), fc.nat(1000));

  /** One arbitrary event: a message delivered, repeated or lost out of order, a time-out, a crash, a request. */
  function take(cluster: Lockstep, [kind, node, choice]: Step, sequence: number): void {
    const { queue } = cluster;
    const pick = queue.length === 0 ? 0 : choice % queue.length;
    if (kind < 50 && queue.length > 0) cluster.deliver(queue.splice(pick, 1)[0]!);
    else if (kind === 50 && queue.length > 0) cluster.deliver(queue[pick]!);
    else if (kind === 51) queue.splice(pick, 1);
    else if (kind === 52 && cluster.down.size < 2) cluster.crash(node);
    else if (kind < 55 && cluster.down.has(node)) cluster.restart(node);
    else if (cluster.down.has(node)) return;
    else if (kind < 57) cluster.timeout(node, "retry");
    else cluster.request(node, append(1, `${sequence};`, sequence));
    cluster.advance(30);
  }

  const runs = [
    {},
    { learn: "proposer" },
    { snapshotEvery: 3, snapshotKeep: 1 },
    { proposers: "one", snapshotEvery: 2, snapshotKeep: 0 },
    { proposers: "external" },
  ];
  test.each(runs)("%o: one history, whatever the network and the nodes do", options => {
    let committed = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 600 }), steps => {
        const policy = { batch: { max: 2, min: 1, delay: 0 }, window: 2, reads: "log" } as const;
        const cluster = new Lockstep(paxos, 3, { options, policy });
        let longest = "";
        for (const [index, next] of steps.entries()) {
          take(cluster, next, index + 1);
          for (const { store } of cluster.nodes) {
            const value = (store.read(get(1)) as string | undefined) ?? "";
            const [short, long] = value.length < longest.length ? [value, longest] : [longest, value];
            expect(long.startsWith(short), `${short} is no prefix of ${long}`).toBe(true);
            longest = long;
          }
        }
        for (const { request } of cluster.answers) expect(longest).toContain(request.command.value);
        committed += longest.length;
      }),
      { numRuns: 150, seed: 7, endOnFailure: true },
    );
    expect(committed, "nothing was committed: these schedules test nothing").toBeGreaterThan(0);
  });
});
