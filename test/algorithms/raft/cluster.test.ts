import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";

const sizes = [1, 3, 4, 5, 6, 7, 9];
const notices = ["piggyback", "notice", "append"];

describe("Raft, declared cost", () => {
  test.each(sizes.flatMap(n => [1, 2, 8, 64].flatMap(b => notices.map(notice => [n, b, notice] as const))))(
    "%i servers, batches of %i, %s: messages are exactly those of the formula",
    (n, b, commitNotice) => {
      const policy = { batch: { max: b, min: b, delay: 0 }, window: 4, reads: "log" } as const;
      const cluster = new Lockstep(raft, n, { policy, options: { commitNotice } });
      cluster.elect(0);
      const instances = 12; // three windows full
      for (let client = 0; client < b * instances; client++) {
        cluster.request(0, put(1, "v", client));
        if (client % (4 * b) === 4 * b - 1) cluster.settle();
      }
      expect(cluster.answers.length).toBe(b * instances);
      const { messagesPerCommand } = raft.cost(n, policy, { commitNotice });
      expect(cluster.count("ordering")).toBe(b * instances * messagesPerCommand);
      expect(cluster.count("retransmission") + cluster.count("recovery")).toBe(0);
    },
  );

  test("a full window does not split instances", () => {
    const policy = { batch: { max: 8, min: 8, delay: 0 }, window: 1, reads: "log" } as const;
    const cluster = new Lockstep(raft, 5, { policy });
    cluster.elect(0);
    for (let client = 0; client < 80; client++) cluster.request(0, put(1, "v", client));
    cluster.settle();
    expect([cluster.answers.length, cluster.count("ordering")]).toEqual([80, 10 * 8]);
  });

  test("one server commits alone, without a message", () => {
    const cluster = new Lockstep(raft, 1);
    cluster.elect(0);
    cluster.request(0, put(1));
    cluster.settle();
    expect([cluster.answers.length, cluster.sent.length]).toEqual([1, 0]);
  });

  test("the bytes of every message follow from its fields", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    cluster.request(0, put(1, "four"));
    const { message } = cluster.queue[0]!;
    const bytes = raft.messages[message.type]!.bytes as (message: unknown) => number;
    expect(bytes(message)).toBe(16 + 1 + 5 * 8 + (16 + 28 + 4));
  });
});

describe("Raft, safety (Figure 3)", () => {
  type Step = readonly [kind: number, node: number, choice: number];
  const step = fc.tuple(fc.nat(19), fc.nat(4), fc.nat(1000));

  /** One arbitrary event: a message delivered, repeated or lost out of order, a time-out, a crash, a request. */
  function take(cluster: Lockstep, [kind, node, choice]: Step, sequence: number): void {
    const { queue } = cluster;
    const pick = queue.length === 0 ? 0 : choice % queue.length;
    if (kind < 12 && queue.length > 0) cluster.deliver(queue.splice(pick, 1)[0]!);
    else if (kind === 12 && queue.length > 0) cluster.deliver(queue[pick]!);
    else if (kind === 13) queue.splice(pick, 1);
    else if (kind === 14 && cluster.down.size < 3) cluster.crash(node);
    else if (kind === 15 && cluster.down.has(node)) cluster.restart(node);
    else if (cluster.down.has(node)) return;
    else if (kind === 16) cluster.timeout(node, "election");
    else if (kind === 17) cluster.timeout(node, "heartbeat");
    else if (kind === 18) cluster.request(node, append(1, `${sequence};`, sequence));
    else cluster.request(node, get(1, sequence));
    cluster.advance(3);
  }

  /** The values that replicas hold are histories of the same appends: one is always a prefix of the other. */
  function expectAgreement(
    cluster: Lockstep,
    leaders: Map<number, number>,
    longest: { value: string },
  ): void {
    for (const [node, { replica, store }] of cluster.nodes.entries()) {
      const { role, epoch } = replica.status();
      if (role === "leader") {
        expect(leaders.get(epoch) ?? node, `two leaders in term ${epoch}`).toBe(node);
        leaders.set(epoch, node);
      }
      const value = (store.read(get(1)) as string | undefined) ?? "";
      const [short, long] =
        value.length < longest.value.length ? [value, longest.value] : [longest.value, value];
      expect(long.startsWith(short), `${short} is no prefix of ${long}`).toBe(true);
      longest.value = long;
    }
  }

  const variants = [
    {},
    { preVote: true },
    { checkQuorum: true },
    { noOp: false },
    { campaignBeforeDurable: true, commitNotice: "notice" },
    { snapshotEvery: 3, snapshotKeep: 1 },
  ];
  test.each(variants)(
    "%o: one leader a term and one history, whatever the network and the nodes do",
    options => {
      let committed = 0;
      fc.assert(
        fc.property(fc.array(step, { minLength: 100, maxLength: 400 }), steps => {
          const policy = { batch: { max: 2, min: 1, delay: 0 }, window: 2, reads: "index" } as const;
          const cluster = new Lockstep(raft, 5, { options, policy });
          const leaders = new Map<number, number>();
          const longest = { value: "" };
          for (const [index, next] of steps.entries()) {
            take(cluster, next, index + 1);
            expectAgreement(cluster, leaders, longest);
          }
          committed += longest.value.length;
        }),
        { numRuns: 150, seed: 7, endOnFailure: true },
      );
      expect(committed, "nothing was committed: these schedules test nothing").toBeGreaterThan(0);
    },
  );
});
