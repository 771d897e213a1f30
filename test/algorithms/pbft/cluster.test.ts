/** PBFT in the simulator: crashes, restarts, partitions and laggards, on clusters of every shape. */
import { describe, expect, test } from "vitest";
import { pbft } from "../../../algorithms/pbft/index.ts";
import { expectSound, run } from "./runs.ts";

const everyShape = [4, 5, 6, 7, 8, 9, 10];
const often = { checkpointEvery: 8, logSize: 16 };

describe("PBFT, primaries that crash", () => {
  test.each(everyShape)("n=%i: the next one takes over", n => {
    const line = run({ n, workload: "faults: [{ at: 2s, crash: leader }]" });
    expectSound(line);
    expect(line.epochs).toMatchObject({ growth: 1, leader_changes: 1 });
    expect(line.ops!.unknown).toBe(0);
    // A client asks all after 200 ms, and the backups wait 500 ms for the primary.
    expect(line.availability!.longest_gap_us).toBeLessThan(900_000);
  });

  test.each([7, 8, 9, 10, 13])("n=%i: f of them, one after another", n => {
    const faults = Array.from({ length: pbft.tolerates(n) }, (_, at) => `{ at: ${1 + at}s, crash: leader }`);
    const line = run({ n, workload: `faults: [${faults.join(", ")}]` });
    expectSound(line);
    expect(line.epochs!.growth).toBeGreaterThanOrEqual(faults.length);
    expect(line.ops!.unknown).toBe(0);
  });

  test("f that are the next primaries: a view in vain for each", () => {
    const line = run({ n: 7, workload: "faults: [{ at: 2s, crash: n1 }, { at: 2s, crash: n0 }]" });
    expectSound(line);
    expect(line.epochs!.growth).toBe(2);
  });

  test("one more than f stops everything, and nothing else", () => {
    const workload =
      "faults: [{ at: 2s, for: 2s, crash: n2 }, { at: 2s, for: 2s, crash: n3 }]\ndurability: sync";
    const line = run({ n: 4, workload });
    expectSound(line);
    expect(line.availability!.longest_gap_us).toBeGreaterThan(1_900_000);
  });
});

describe("PBFT, restarts with what was stored", () => {
  test.each(everyShape)("n=%i: a restarted replica catches up", n => {
    const workload = "faults: [{ at: 1s, for: 2s, crash: follower }, { at: 4s, for: 1s, crash: leader }]";
    for (const seed of [1, 2]) expectSound(run({ n, seed, workload, options: often }));
  });

  test.each([1, 4, 6])("n=%i: all at once, a loss of power", n => {
    const line = run({ n, workload: "faults: [{ at: 2s, for: 500ms, crash: all }]", options: often });
    expectSound(line);
    expect(line.ops!.ok).toBeGreaterThan(200);
  });

  test("n=1: alone, what the disk loses was no certificate yet", () => {
    const faults = "faults: [{ start: 1s, when: { fact: accepted, count: 5 }, for: 500ms, crash: all }]";
    expectSound(run({ n: 1, workload: `${faults}\noperations: { append: 100 }` }));
  });

  test("without a disk to remember by, a replica that was down counts as one of the faulty", () => {
    const workload = "durability: memory\nfaults: [{ at: 2s, for: 1s, crash: n2 }]";
    const line = run({ n: 4, workload, options: often });
    expectSound(line);
  });
});

describe("PBFT, replicas that are left behind", () => {
  test.each(everyShape)("n=%i: by less than the log, from what the others have executed", n => {
    const line = run({ n, workload: "faults: [{ at: 2s, for: 300ms, isolate: follower }]" });
    expectSound(line);
    expect(line.messages!.by_type.Executed!.count).toBeGreaterThan(0);
    expect(line.messages!.by_type.InstallState!.count).toBe(0);
  });

  test.each(everyShape)("n=%i: by more than the log, from a state", n => {
    const line = run({ n, workload: "faults: [{ at: 1s, for: 3s, isolate: follower }]", options: often });
    expectSound(line);
    expect(line.messages!.by_type.InstallState!.count).toBeGreaterThan(0);
  });

  test("one that is cut off from everybody climbs one view at most, however long it lasts", () => {
    const line = run({ n: 4, workload: "faults: [{ at: 1s, for: 4s, isolate: follower }]" });
    expect(Math.max(...line.epochs!.nodes.map(({ growth }) => growth))).toBeLessThanOrEqual(1);
  });

  test.each([4, 5, 6])("n=%i: a primary that is cut off with its clients", n => {
    const workload = "faults: [{ at: 1500ms, for: 2500ms, partition: [[leader, c0], [rest, clients]] }]";
    expectSound(run({ n, workload }));
  });
});

describe("PBFT, bad links", () => {
  test.each([4, 6, 7])("n=%i: losses, repetitions and disorder", n => {
    const workload = "network: { loss: 3%, duplication: 5%, reordering: 10% }";
    const line = run({ n, workload, options: often });
    expectSound(line);
    expect(line.messages!.by_cause.retransmission).toBeGreaterThan(0);
  });

  const variants = [
    { execution: "tentative" },
    { execution: "tentative", commits: "piggyback" },
    { requests: "all", replies: "digest" },
    { authentication: "signature" },
  ];
  test.each(variants)("%o: chaos", options => {
    const kinds =
      "{ crash: 15/min, pause: 10/min, partition: 15/min, loss: 10/min, jitter: 6/min, diskStall: 6/min }";
    for (const [index, n] of [4, 6, 7].entries()) {
      const reads = index % 2 === 0 ? "index" : "log";
      const workload = `reads: ${reads}\nduration: 8s\nchaos: { start: 1s, until: 6s, longest: 1s, kinds: ${kinds} }`;
      expectSound(run({ n, seed: 3 + index, workload, options: { ...often, ...options } }));
    }
  });
});

describe("PBFT, reads that are not ordered", () => {
  test.each([4, 5, 7, 8])("n=%i: see what was written, whoever fails", n => {
    const workload =
      "reads: index\nfaults: [{ at: 2s, for: 1s, crash: follower }, { at: 4s, crash: leader }]";
    const line = run({ n, workload, options: often });
    expectSound(line);
    expect(line.ops!.unknown).toBe(0);
  });

  test("n=6: two that are behind and two that are not find nothing, of different times; nobody promised more", () => {
    const workload = `
duration: 1109ms
warmup: 0s
batching: { max: 2, window: 4 }
reads: index
clients: { mode: open, rate: 140/s, retry: 141ms, timeout: 846ms }
operations: { get: 4, put: 5, cas: 3, delete: 1 }
keys: { distribution: uniform, count: 3 }
value: 10B
network: { latency: { distribution: constant, mean: 1ms } }
faults:
  - { after: { elections: 1, delay: 37ms }, for: 636ms, partition: [[minority-with-leader], [rest]] }
  - { after: { elections: 2, delay: 5249us }, for: 362ms, pause: leader }
byzantine: [{ node: n1, lie: equivocate, at: 699ms }]`;
    const { checks } = run({ n: 6, seed: 772848273, workload });
    expect(checks).toMatchObject({ linearizable: "invalid", invariants: "valid", live: "valid" });
    expect(checks.violations!.map(({ outside }) => outside)).toEqual([
      "reads without a place in the log, of a key that was deleted",
    ]);
  });
});

describe("PBFT, words that are lost", () => {
  test("n=7: two that were far behind lack each other's checkpoints, and two of the others fall silent", () => {
    const workload = `
duration: 12s
clients: { count: 4 }
faults:
  - { at: 1s, for: 1200ms, isolate: [n5, n6] }
  - { at: 1s, for: 5s, loss: 1, messages: Checkpoint, between: [n5, n6] }
byzantine: [{ node: n0, lie: silent, at: 2s }, { node: n1, lie: silent, at: 2s }]`;
    const line = run({ n: 7, workload });
    expect(line.checks).toMatchObject({ linearizable: "valid", invariants: "valid", live: "valid" });
    expect(line.availability!.longest_gap_us).toBeLessThan(6_000_000);
  });
});

describe("PBFT, many replicas", () => {
  test("n=34, more than 32 votes: a primary crashes", () => {
    const workload = "duration: 2500ms\nfaults: [{ at: 1s, crash: leader }]";
    const line = run({ n: 34, workload, options: often });
    expectSound(line);
    expect(line.epochs!.growth).toBe(1);
  });

  test("n=100: in order", () => {
    const workload = "duration: 150ms\nwarmup: 50ms\nclients: { count: 8 }";
    const line = run({ n: 100, workload });
    expectSound(line);
    expect(line.ops!.ok).toBeGreaterThan(50);
  });
});
