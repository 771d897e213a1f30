import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";

const sizes = [1, 3, 4, 5, 6, 7, 9];
const variants = [
  { commitNotice: "piggyback" },
  { commitNotice: "notice" },
  { commitNotice: "accepted" },
  { commitNotice: "accepted-own" },
  { commitNotice: "piggyback", thrifty: true },
  { commitNotice: "notice", thrifty: true },
  { commitNotice: "accepted-own", thrifty: true, phase2Quorum: 2 },
];

describe("Multi-Paxos, declared cost", () => {
  test.each(sizes.flatMap(n => [1, 8].flatMap(b => variants.map(options => [n, b, options] as const))))(
    "%i servers, batches of %i, %o: messages are exactly those of the formula",
    (n, b, options) => {
      const policy = { batch: { max: b, min: b, delay: 0 }, window: 4, reads: "log" } as const;
      const cluster = new Lockstep(multiPaxos, n, { policy, options });
      cluster.elect(0);
      const instances = 12; // three windows full
      for (let client = 0; client < b * instances; client++) {
        cluster.request(0, put(1, "v", client));
        cluster.settle();
      }
      expect(cluster.answers.length).toBe(b * instances);
      const defaults = Object.entries(multiPaxos.options).map(([name, option]) => [name, option!.default]);
      const full = { ...Object.fromEntries(defaults), ...options };
      const { messagesPerCommand } = multiPaxos.cost(n, policy, full);
      expect(cluster.count("ordering")).toBe(b * instances * messagesPerCommand);
      expect(cluster.count("retransmission") + cluster.count("recovery")).toBe(0);
    },
  );

  test("a full window does not split instances", () => {
    const policy = { batch: { max: 8, min: 8, delay: 0 }, window: 1, reads: "log" } as const;
    const cluster = new Lockstep(multiPaxos, 5, { policy });
    cluster.elect(0);
    for (let client = 0; client < 80; client++) cluster.request(0, put(1, "v", client));
    cluster.settle();
    expect([cluster.answers.length, cluster.count("ordering")]).toEqual([80, 10 * 8]);
  });

  test("one server commits alone, without a message", () => {
    const cluster = new Lockstep(multiPaxos, 1);
    cluster.elect(0);
    cluster.request(0, put(1));
    cluster.settle();
    expect([cluster.answers.length, cluster.sent.length]).toEqual([1, 0]);
  });

  test("the bytes of every message follow from its fields", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    cluster.elect(0);
    cluster.request(0, put(1, "four"));
    const { message } = cluster.queue[0]!;
    const bytes = multiPaxos.messages[message.type]!.bytes as (message: unknown) => number;
    expect(bytes(message)).toBe(16 + 1 + 4 * 8 + (8 + 28 + 4));
  });
});

describe("Multi-Paxos, safety", () => {
  type Step = readonly [kind: number, node: number, choice: number];
  const step = fc.tuple(fc.nat(69), fc.nat(4), fc.nat(1000));

  /** One arbitrary event: a message delivered, repeated or lost out of order, a time-out, a crash, a request. */
  function take(cluster: Lockstep, [kind, node, choice]: Step, sequence: number): void {
    const { queue } = cluster;
    const pick = queue.length === 0 ? 0 : choice % queue.length;
    if (kind < 54 && queue.length > 0) cluster.deliver(queue.splice(pick, 1)[0]!);
    else if (kind === 54 && queue.length > 0) cluster.deliver(queue[pick]!);
    else if (kind === 55) queue.splice(pick, 1);
    else if (kind === 56 && cluster.down.size < 3) cluster.crash(node);
    else if (kind < 60 && cluster.down.has(node)) cluster.restart(node);
    else if (cluster.down.has(node)) return;
    else if (kind < 62) cluster.timeout(node, "election");
    else if (kind < 64) cluster.timeout(node, "heartbeat");
    else if (kind < 68) cluster.request(node, append(1, `${sequence};`, sequence));
    else if (kind === 68) cluster.request(node, get(1, sequence));
    else cluster.timeout(node, choice % 2 === 0 ? "thrifty" : "quorum");
    cluster.advance(3);
  }

  /** The values that replicas hold are histories of the same appends: one is always a prefix of the other. */
  function expectAgreement(cluster: Lockstep, longest: { value: string }): void {
    for (const { store } of cluster.nodes) {
      const value = (store.read(get(1)) as string | undefined) ?? "";
      const [short, long] =
        value.length < longest.value.length ? [value, longest.value] : [longest.value, value];
      expect(long.startsWith(short), `${short} is no prefix of ${long}`).toBe(true);
      longest.value = long;
    }
  }

  /** What was answered is in the history. */
  function expectAnswersKept(cluster: Lockstep, longest: { value: string }): void {
    for (const { request } of cluster.answers) {
      const { kind, value } = request.command;
      if (kind === "append") expect(longest.value, `${value} was answered, and is lost`).toContain(value);
    }
  }

  const runs = [
    {},
    { detector: "connectivity" },
    { commitNotice: "notice", snapshotEvery: 3, snapshotKeep: 1 },
    { commitNotice: "accepted", snapshotEvery: 3, snapshotKeep: 1 },
    { commitNotice: "accepted-own", thrifty: true },
    { thrifty: true, phase2Quorum: 2 },
    { phase2Quorum: 4 },
  ];
  test.each(runs)("%o: one history, whatever the network and the nodes do", options => {
    let committed = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 600 }), steps => {
        const policy = { batch: { max: 2, min: 1, delay: 0 }, window: 2, reads: "index" } as const;
        const cluster = new Lockstep(multiPaxos, 5, { options, policy });
        const longest = { value: "" };
        for (const [index, next] of steps.entries()) {
          take(cluster, next, index + 1);
          expectAgreement(cluster, longest);
        }
        expectAnswersKept(cluster, longest);
        committed += longest.value.length;
      }),
      { numRuns: 150, seed: 7, endOnFailure: true },
    );
    expect(committed, "nothing was committed: these schedules test nothing").toBeGreaterThan(0);
  });
});
