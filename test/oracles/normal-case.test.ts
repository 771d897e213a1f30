/** Messages and delays of the fault-free case: closed formulas from the papers, to be met exactly. */
import { describe, expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { counted, DELAY_US, type Ideal, ideal } from "./ideal.ts";

const sizes = [1, 3, 4, 5, 6, 7, 9];
const batches = [1, 2, 8, 64];
const cells = sizes.flatMap(n => batches.map(batch => ({ n, batch })));

const protocolNamed = (name: string) => algorithms.find(algorithm => algorithm.name === name)!;
const raft = protocolNamed("raft");

function expectExactly(given: Ideal, perCommand: number, delays: number): void {
  const line = ideal(raft, given);
  const { submitted, ok } = line.ops!;
  expect(ok).toBe(submitted);
  expect(ok).toBe((given.clients ?? given.batch ?? 1) * 20);
  expect(counted(line)).toBe(perCommand * ok);
  expect(line.messages!.client.count).toBe(2 * ok);
  const { mean, min, max } = line.latency_us!;
  expect({ mean, min, max }).toEqual({
    mean: delays * DELAY_US,
    min: delays * DELAY_US,
    max: delays * DELAY_US,
  });
}

/** From a client to the leader and back, and from the leader to the others and back, where there are others. */
const writeDelays = (n: number) => (n === 1 ? 2 : 4);

describe("Raft, messages per command and client latency", () => {
  test.each(cells)("n=$n, batch $batch: 2(n-1)/b messages, commit index piggybacked", ({ n, batch }) => {
    expectExactly({ n, batch }, (2 * (n - 1)) / batch, writeDelays(n));
  });

  test.each(cells)("n=$n, batch $batch: 3(n-1)/b with one-way commit notices", ({ n, batch }) => {
    const options = { commitNotice: "notice" };
    expectExactly({ n, batch, options }, (3 * (n - 1)) / batch, writeDelays(n));
  });

  test.each(cells)("n=$n, batch $batch: 4(n-1)/b with commit notices that are answered", ({ n, batch }) => {
    const options = { commitNotice: "append" };
    expectExactly({ n, batch, options }, (4 * (n - 1)) / batch, writeDelays(n));
  });

  test.each(cells)(
    "n=$n: $batch commands in every instance, and as many instances as that takes",
    ({ n, batch }) => {
      const line = ideal(raft, { n, batch });
      if (n === 1) return expect(line.batch_mean).toBeNull();
      expect(line.batch_mean).toBe(batch);
      expect(line.instances).toBe(20);
    },
  );
});

describe("Raft, reads", () => {
  test.each(sizes)("n=%i: a read through the log costs what a write costs", n => {
    expectExactly({ n, kind: "get" }, 2 * (n - 1), writeDelays(n));
  });

  // The first read of a round starts it; those that come during it share the next one.
  test.each(sizes)("n=%i: a ReadIndex round, 2(n-1) messages and 4 delays", n => {
    expectExactly({ n, kind: "get", reads: "index" }, 2 * (n - 1), writeDelays(n));
  });

  test("n=5: the seven reads that arrive during a round share one", () => {
    const line = ideal(raft, { n: 5, kind: "get", reads: "index", clients: 8, workload: { operations: 8 } });
    expect(counted(line)).toBe(2 * 2 * 4);
    expect(line.messages!.by_cause.read).toBe(16);
    expect(line.latency_us!.min).toBe(4 * DELAY_US);
    expect(line.latency_us!.max).toBe(6 * DELAY_US);
  });

  test.each(sizes)("n=%i: a lease read costs no message and 2 delays", n => {
    expectExactly({ n, kind: "get", reads: "lease" }, 0, 2);
  });

  test.each(sizes)("n=%i: a local read costs no message and 2 delays", n => {
    expectExactly({ n, kind: "get", reads: "local" }, 0, 2);
  });
});

describe("the baselines", () => {
  test.each(sizes)("n=%i: one server answers in 2 delays", n => {
    const line = ideal(protocolNamed("unreplicated"), { n });
    expect(counted(line)).toBe(0);
    expect(line.latency_us!.max).toBe(2 * DELAY_US);
  });

  test.each(sizes)("n=%i: primary-backup, 2(n-1) messages and 4 delays", n => {
    const line = ideal(protocolNamed("primary-backup"), { n });
    expect(counted(line)).toBe(2 * (n - 1) * line.ops!.ok);
    expect(line.latency_us!.max).toBe(writeDelays(n) * DELAY_US);
  });
});

describe("what a protocol declares is what it costs", () => {
  const all = algorithms.flatMap(protocol => [3, 4, 5, 7].map(n => [protocol.name, n, protocol] as const));
  test.each(all)("%s at n=%i", (_name, n, protocol) => {
    const line = ideal(protocol, { n });
    const policy = { batch: { max: 1, min: 1, delay: 0 }, window: 4, reads: "log" } as const;
    const declared = protocol.cost(n, policy, line.options);
    expect(counted(line) / line.ops!.ok).toBe(declared.messagesPerCommand);
    expect(line.latency_us!.mean / DELAY_US).toBe(declared.delaysToClient);
  });
});
