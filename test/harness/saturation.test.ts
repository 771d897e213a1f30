import { expect, test } from "vitest";
import { climbsOf, Progress, reach, saturationOf, wantedCells } from "../../src/harness/saturation.ts";
import type { Sweep } from "../../src/workload/sweep.ts";
import { runLine } from "../results/line.ts";

const values = [1, 2, 4, 8, 16, 32];
const cells = ["raft", "pbft"].flatMap(algo =>
  values.map(value => {
    return {
      algo,
      n: 3,
      workload: "w",
      options: {},
      point: { value: "1B", "clients.count": value },
      seeds: [1, 2],
    };
  }),
);
const sweep: Sweep = { axes: [], points: [], saturation: { field: "clients.count", gain: 0.02 } };
const climbs = climbsOf(cells, new Map([["w", sweep]]));
const [raft, pbft] = climbs as [(typeof climbs)[0], (typeof climbs)[0]];

/** Two seeds a point, whose mean is the number given. */
function after(throughputs: readonly number[], algo = "raft", seeds = [1, 2]): Progress {
  const lines = throughputs.flatMap((throughput, index) =>
    seeds.map(seed =>
      runLine(`${algo} ${index} ${seed}`, {
        algo,
        workload: "w",
        seed,
        point: { value: "1B", "clients.count": values[index] },
        throughput_ops_s: throughput + (seed === 1 ? 10 : -10),
      }),
    ),
  );
  return new Progress(lines);
}

test("a climb is the cells that differ in the searched field only", () => {
  expect(climbs.map(({ rungs }) => rungs.map(({ algo }) => algo))).toEqual([
    values.map(() => "raft"),
    values.map(() => "pbft"),
  ]);
  expect(climbsOf(cells, new Map([["w", { ...sweep, saturation: undefined }]]))).toEqual([]);
});

test("begins with three points, and goes on one by one while the throughput rises", () => {
  expect(reach(raft, after([]))).toEqual({ wanted: 3, knee: undefined });
  expect(reach(raft, after([100, 200]))).toEqual({ wanted: 3, knee: undefined });
  expect(reach(raft, after([100, 200, 400]))).toEqual({ wanted: 4, knee: undefined });
  expect(reach(raft, after([100, 200, 400, 800, 900]))).toEqual({ wanted: 6, knee: undefined });
});

test("ends once two gains in a row are below the limit, and not after one", () => {
  expect(reach(raft, after([100, 200, 201, 300]))).toEqual({ wanted: 5, knee: undefined });
  expect(reach(raft, after([100, 200, 203, 204]))).toEqual({ wanted: 4, knee: 1 });
  expect(reach(raft, after([100, 100, 50]))).toEqual({ wanted: 3, knee: 0 });
  expect(reach(raft, after([0, 0, 0]))).toEqual({ wanted: 3, knee: 0 });
});

test("decides nothing before all the seeds of a point are there", () => {
  expect(reach(raft, after([100, 101, 101], "raft", [1]))).toEqual({ wanted: 3, knee: undefined });
});

test("ends at the greatest value without a knee", () => {
  const progress = after([1, 2, 4, 8, 16, 32].map(factor => factor * 100));
  expect(reach(raft, progress)).toEqual({ wanted: 6, knee: undefined });
  expect(saturationOf([raft], progress)[0]).toMatchObject({ knee: null, throughput_ops_s: null });
});

test("each climb goes its own way, and the manifest tells how", () => {
  const progress = after([100, 200, 203, 204]);
  expect(reach(pbft, progress).wanted).toBe(3);
  expect(wantedCells(cells, climbs, progress).size).toBe(4 + 3);
  expect(saturationOf([raft], progress)).toEqual([
    {
      workload: "w",
      algo: "raft",
      n: 3,
      point: { value: "1B" },
      field: "clients.count",
      gain: 0.02,
      knee: 2,
      throughput_ops_s: 200,
      tried: [100, 200, 203, 204].map((throughput, index) => ({
        value: values[index],
        throughput_ops_s: throughput,
      })),
      law: expect.objectContaining({ lambda_ops_s: expect.closeTo(107, 0) }),
    },
  ]);
});

test("the universal scalability law is fitted where the field is the number of clients, and is any good", () => {
  const law = (n: number) => (1000 * n) / (1 + 0.02 * (n - 1) + 0.001 * n * (n - 1));
  const progress = after(values.map(law));
  expect(saturationOf([raft], progress)[0]!.law).toEqual({
    lambda_ops_s: expect.closeTo(1000, 3),
    sigma: expect.closeTo(0.02, 6),
    kappa: expect.closeTo(0.001, 6),
    peak: expect.closeTo(Math.sqrt(0.98 / 0.001), 3),
    worst: expect.closeTo(0, 6),
  });
  expect(saturationOf([{ ...raft, field: "value" }], progress)[0]!.law).toBeNull();
  expect(saturationOf([raft], after([1000, 10, 1000, 10, 1000, 10]))[0]!.law).toBeNull();
  expect(saturationOf([raft], after([1000, 2000, 2000]))[0]!.law).toBeNull(); // too few points
});
