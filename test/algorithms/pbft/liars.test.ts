/** PBFT among liars: f of them do no harm to what is agreed, and to progress only until the view changes. */
import { describe, expect, test } from "vitest";
import { pbft } from "../../../algorithms/pbft/index.ts";
import { lies } from "../../../algorithms/pbft/lies.ts";
import type { Message } from "../../../algorithms/pbft/messages.ts";
import { lieKinds } from "../../../src/faults/byzantine.ts";
import { put } from "../requests.ts";
import { at, checkpoint, first, newView, prePrepare, replica, second, viewChange } from "./messages.ts";
import { expectSound, run } from "./runs.ts";

const often = { checkpointEvery: 8, logSize: 16 };
const kinds = [...lieKinds.map(({ name }) => name), ...Object.keys(lies)];
const sizes = [4, 5, 6, 7, 8];

/** The first primaries, or the last backups. */
const liarsOf = (n: number, from: number) =>
  Array.from({ length: pbft.tolerates(n) }, (_, index) => from + index);
const told = (lie: string, liars: readonly number[], more = "") =>
  `byzantine: [${liars.map(node => `{ node: n${node}, lie: ${lie}, at: 1s, for: 4s${more} }`).join(", ")}]`;

describe.each(kinds)("PBFT, f replicas that lie: %s", lie => {
  test.each(sizes)("n=%i, the first primaries", n => {
    for (const reads of ["log", "index"]) {
      const line = run({ n, workload: `${told(lie, liarsOf(n, 0))}\nreads: ${reads}`, options: often });
      expectSound(line);
      expect(line.ops!.unknown).toBe(0);
    }
  });

  test.each(sizes)("n=%i, backups, while the primary crashes", n => {
    // The crash makes one more faulty than may be, until it is back.
    const workload = `${told(lie, liarsOf(n, 2).slice(1))}\nfaults: [{ at: 2s, for: 1s, crash: n0 }]`;
    expectSound(run({ n, workload, options: often }));
    expectSound(run({ n, workload: told(lie, liarsOf(n, 1)), options: often }));
  });

  // Twins are two from the first moment on.
  test.each(lie === "twins" ? [] : [4, 7])("n=%i, now and then", n => {
    const line = run({ n, seed: 5, workload: told(lie, liarsOf(n, 0), ", rate: 20%"), options: often });
    expectSound(line);
  });
});

describe("PBFT, primaries that lie", () => {
  test.each(["silent", "withhold"])("%s: replaced, for the clients' sake", lie => {
    const receivers = lie === "silent" ? "" : ", receivers: [n1, n2]";
    const line = run({ n: 4, workload: told(lie, [0], receivers) });
    expectSound(line);
    expect(line.epochs!.growth).toBe(1);
  });

  test("who leaves out one client is replaced, however well it serves the others", () => {
    const workload =
      "clients: { mode: closed, count: 4, think: 5ms, retry: 200ms }\n" +
      "faults: [{ at: 2s, partition: [[n1, n2, n3, c1], [n0, n1, n2, n3, c0, c2, c3]] }]\n" +
      "byzantine: [{ node: n0, lie: withhold, at: 2s, receivers: [n1], types: [Forward] }]";
    const line = run({ n: 4, workload });
    expectSound(line);
    expect(line.ops!.unknown).toBe(0);
  });

  test("equivocation that keeps anybody from a quorum ends with the view", () => {
    const line = run({ n: 4, workload: told("equivocate", [0], ", receivers: [n1, n2]") });
    expectSound(line);
    expect(line.epochs!.growth).toBe(1);
  });

  test("slow, but just within the backups' patience, it stays", () => {
    const line = run({ n: 4, workload: told("slow", [0], ", delay: 150ms") });
    expectSound(line);
    expect(line.epochs!.growth).toBe(0);
  });
});

describe("PBFT, honest replicas in two views", () => {
  test("one has given up a view in which the others, with a silent liar, are no quorum: they follow", () => {
    const workload = `${told("silent", [2])}\nfaults: [{ at: 1s, for: 1500ms, isolate: n0, direction: out }]`;
    for (const seed of [1, 2, 3]) {
      const line = run({ n: 4, seed, workload: workload.replace(", for: 4s", "") });
      expectSound(line);
      expect(line.epochs!.growth).toBeGreaterThan(2);
    }
  });
});

describe("PBFT, beyond what it tolerates", () => {
  test("two pairs of twins among four break agreement, and it is told as that", () => {
    const workload = told("twins", [0, 1], ", receivers: [n3]");
    const found = [1, 2, 3, 4, 5, 6].map(seed => run({ n: 4, seed, workload, options: often }));
    const broken = found.filter(
      ({ checks }) => checks.invariants === "invalid" || checks.linearizable === "invalid",
    );
    expect(broken.length).toBeGreaterThan(0);
    for (const { unsafe } of found) expect(unsafe).toContain("beyond what pbft tolerates");
  });
});

describe("PBFT's own lies", () => {
  const changed = (lie: keyof typeof lies, message: Message) => lies[lie].tell(message);

  test("each is about one type of message, and leaves the others alone", () => {
    const prepared = viewChange(1, 1, { prepared: [at(1)] });
    const messages: readonly Message[] = [
      prePrepare(1, [first]),
      checkpoint(1, 8, "state"),
      prepared,
      newView(1, [prepared], [at(1)]),
      { type: "Executed", position: 1, digests: ["d"], batches: [[first]], proofBytes: 64 },
    ];
    const about = Object.keys(lies).map(name => {
      const told = messages.map(message => changed(name as keyof typeof lies, message));
      return told.flatMap((message, index) => (message === messages[index] ? [] : messages[index]!.type));
    });
    expect(about).toEqual([
      ["Checkpoint"],
      ["ViewChange"],
      ["ViewChange"],
      ["NewView"],
      ["PrePrepare"],
      ["PrePrepare"],
      ["Executed"],
    ]);
  });

  test("an invented request is told from a client's", () => {
    const invented = changed("invent-requests", prePrepare(1, [first])) as ReturnType<typeof prePrepare>;
    expect(invented.requests[0]!.command).not.toEqual(first.command);
    const tested = replica({ forged: request => request !== first && request !== second });
    tested.hear(
      0,
      prePrepare(1, invented.requests),
      prePrepare(2, [put(9, "?", 9)]),
      prePrepare(3, [second]),
    );
    expect(tested.replica.status().logLength).toBe(3);
    expect(tested.said().map(({ message }) => "position" in message && message.position)).toEqual([3]);
  });
});
