import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { refuseUnknownLiars } from "../../src/harness/liars.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const lines = (byzantine: string) => `
duration: 2s
warmup: 1s
clients: { mode: closed, count: 2, think: 20ms }
byzantine: ${byzantine}
`;
const workloadWith = (byzantine: string) => parseWorkload("liars", lines(byzantine), "liars.yaml");

function runWith(byzantine: string) {
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {}, options: {} };
  const workload = workloadWith(byzantine);
  return runOnce({ algo: "raft", n: 3, seed: 1, workload, ...identity }, raft).line;
}

describe("nodes that lie, from a workload file", () => {
  test("do so from their time on, and the line says so", () => {
    const honest = runWith("[]");
    const silent = runWith("[{ node: n0, lie: silent }, { node: n1, lie: silent }]");
    expect(honest.unsafe).toBeNull();
    expect(honest.ops!.ok).toBeGreaterThan(50);
    expect(silent.ops!.ok).toBe(0);
    expect(silent.unsafe).toBe("n0 lies (silent), n1 lies (silent): beyond what raft tolerates");
  });

  test("change nothing before and after", () => {
    const honest = runWith("[]");
    expect(runWith("[{ node: n0, lie: silent, at: 20s }]").trace_hash).toBe(honest.trace_hash);
    expect(runWith("[{ node: n0, lie: silent, at: 1s, for: 100ms }]").trace_hash).not.toBe(honest.trace_hash);
  });

  test("are refused where there is no such node or lie", () => {
    const refusal = (byzantine: string) => () => refuseUnknownLiars(raft, workloadWith(byzantine), 3);
    expect(refusal("[{ node: n3, lie: silent }]")).toThrow("byzantine names n3, but the nodes are n0 to n2");
    expect(refusal("[{ node: n1, lie: forge-the-seal }]")).toThrow("raft has no lie 'forge-the-seal'");
    expect(() => workloadWith("[{ node: n1, lie: silnt }]")).toThrow('did you mean "silent"?');
  });
});
