/** PBFT's fault-free case: closed formulas from the papers, to be met exactly, also where n is not 3f + 1. */
import { describe, expect, test } from "vitest";
import type { Options } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { counted, DELAY_US, type Ideal, ideal } from "./ideal.ts";

const sizes = [4, 5, 6, 7, 8, 9, 10, 13];
const batches = [1, 2, 8, 64];
const cells = sizes.flatMap(n => batches.map(batch => ({ n, batch })));

/** So rare that none falls into a run. */
const noCheckpoints = { checkpointEvery: 1000, logSize: 1000 };
/** Nobody has to be elected; clients only have to learn who the primary is. */
const workload = { warmupNs: 20e6 };

interface Expected {
  readonly perInstance: number; // messages between replicas
  readonly perCommand: number; // messages of clients
  readonly delays: number;
}

function measured(given: Ideal): RunLine {
  const line = ideal(pbft, { workload, ...given, options: { ...noCheckpoints, ...given.options } });
  expect(line.ops!.ok).toBe((given.batch ?? 1) * 20);
  expect(line.ops!.submitted).toBe(line.ops!.ok);
  return line;
}

function expectExactly(given: Ideal, { perInstance, perCommand, delays }: Expected): void {
  const line = measured(given);
  expect(counted(line)).toBe(20 * perInstance);
  expect(line.messages!.client.count).toBe(perCommand * line.ops!.ok);
  const { mean, min, max } = line.latency_us!;
  const latency = delays * DELAY_US;
  expect({ mean, min, max }).toEqual({ mean: latency, min: latency, max: latency });
}

const normal = (n: number): number => n - 1 + (n - 1) * (n - 1) + n * (n - 1);

describe("PBFT, messages per command and client latency", () => {
  test.each(cells)(
    "n=$n, batch $batch: 2n(n-1)/b between replicas, 1+n with the client, 5 delays",
    ({ n, batch }) => {
      expect(normal(n)).toBe(2 * n * (n - 1));
      expectExactly({ n, batch }, { perInstance: normal(n), perCommand: 1 + n, delays: 5 });
    },
  );

  test.each(cells)(
    "n=$n, batch $batch: n-1 more where the primary multicasts a Prepare too",
    ({ n, batch }) => {
      const options = { primaryPrepares: true };
      const perInstance = normal(n) + n - 1;
      expectExactly({ n, batch, options }, { perInstance, perCommand: 1 + n, delays: 5 });
    },
  );

  test.each(cells)(
    "n=$n, batch $batch: clients that multicast their requests send n, and nothing else changes",
    ({ n, batch }) => {
      const options = { requests: "all" };
      expectExactly({ n, batch, options }, { perInstance: normal(n), perCommand: 2 * n, delays: 5 });
    },
  );

  test.each(cells)("n=$n, batch $batch: 4 delays with tentative execution, same counts", ({ n, batch }) => {
    const options = { execution: "tentative" };
    expectExactly({ n, batch, options }, { perInstance: normal(n), perCommand: 1 + n, delays: 4 });
  });

  test.each(cells)(
    "n=$n, batch $batch: n(n-1)/b with commits that travel with the next instance",
    ({ n, batch }) => {
      // Each instance takes the commits of the one before along, and the last one's are still to leave.
      const options = { execution: "tentative", commits: "piggyback", commitDelayMs: 1000 };
      expectExactly({ n, batch, options }, { perInstance: n * (n - 1), perCommand: 1 + n, delays: 4 });
    },
  );

  test.each(cells)("n=$n, batch $batch: all replicas answer, most of them briefly", ({ n, batch }) => {
    const options = { replies: "digest" };
    expectExactly({ n, batch, options }, { perInstance: normal(n), perCommand: 1 + n, delays: 5 });
  });

  test.each(cells)("n=$n, batch $batch: checkpoints every K instances add n(n-1)/(K b)", ({ n, batch }) => {
    const every = 4; // of twenty instances in a row, five
    const options = { checkpointEvery: every, logSize: 64 };
    const perInstance = normal(n) + (n * (n - 1)) / every;
    expectExactly({ n, batch, options }, { perInstance, perCommand: 1 + n, delays: 5 });
    const line = ideal(pbft, { n, batch, options, workload });
    expect(line.messages!.by_cause.checkpoint).toBe(5 * n * (n - 1));
  });

  test.each(cells)("n=$n, batch $batch: as many commands in every instance", ({ n, batch }) => {
    const line = measured({ n, batch });
    expect([line.batch_mean, line.instances]).toEqual([batch, 20]);
  });

  test.each([
    [1, 2],
    [2, 4],
    [3, 4],
  ])("n=%i tolerates nothing, and answers after %i delays", (n, delays) => {
    expectExactly({ n }, { perInstance: normal(n), perCommand: 1 + n, delays });
  });
});

describe("PBFT, reads", () => {
  const reads = sizes.map(n => ({ n }));

  test.each(reads)("n=$n: a read through the log costs what a write costs", ({ n }) => {
    expectExactly({ n, kind: "get" }, { perInstance: normal(n), perCommand: 1 + n, delays: 5 });
  });

  test.each(reads)("n=$n: so does a read by lease, for there are none among liars", ({ n }) => {
    const given: Ideal = { n, kind: "get", reads: "lease" };
    expectExactly(given, { perInstance: normal(n), perCommand: 1 + n, delays: 5 });
  });

  test.each(reads)("n=$n: read-only, 2n messages with the client and 2 delays", ({ n }) => {
    const given: Ideal = { n, kind: "get", reads: "index" };
    expectExactly(given, { perInstance: 0, perCommand: 2 * n, delays: 2 });
  });

  test.each(reads)("n=$n: where reads are not ordered, writes take as long as before", ({ n }) => {
    expectExactly({ n, reads: "index" }, { perInstance: normal(n), perCommand: 1 + n, delays: 5 });
  });

  test.each(reads)("n=$n: a local read asks one replica", ({ n }) => {
    const given: Ideal = { n, kind: "get", reads: "local" };
    expectExactly(given, { perInstance: 0, perCommand: 2, delays: 2 });
  });
});

describe("PBFT, what is declared", () => {
  const variants: readonly Options[] = [
    {},
    { primaryPrepares: true },
    { execution: "tentative" },
    { execution: "tentative", commits: "piggyback", commitDelayMs: 1000 },
    { authentication: "signature" },
  ];
  const declared = variants.flatMap(options => [1, 2, 3, ...sizes].map(n => ({ n, options })));
  test.each(declared)("n=$n, $options is what is measured", ({ n, options }) => {
    const line = measured({ n, batch: 8, options });
    const policy = { batch: { max: 8, min: 8, delay: 0 }, window: 4, reads: "log" } as const;
    const cost = pbft.cost(n, policy, line.options);
    expect(counted(line) / line.ops!.ok).toBe(cost.messagesPerCommand);
    expect(line.latency_us!.mean / DELAY_US).toBe(cost.delaysToClient);
  });

  test.each([
    [1, 0, 1],
    [3, 0, 2],
    [4, 1, 3],
    [5, 1, 4],
    [6, 1, 4],
    [7, 2, 5],
    [8, 2, 6],
    [9, 2, 6],
    [10, 3, 7],
    [13, 4, 9],
    [256, 85, 171],
  ])("n=%i: f=%i, and any two quorums of %i share f+1 replicas", (n, f, quorum) => {
    expect([pbft.tolerates(n), pbft.quorum(n)]).toEqual([f, quorum]);
    expect(2 * quorum - n).toBeGreaterThanOrEqual(f + 1);
    expect(quorum).toBeLessThanOrEqual(n - f); // it can be had without the faulty
    expect(2 * (quorum - 1) - n).toBeLessThan(f + 1); // and none is smaller
  });
});
