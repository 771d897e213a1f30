import { describe, expect, test } from "vitest";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { strangeLiars } from "../../src/harness/liars.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const lines = (byzantine: string) => `
duration: 2s
warmup: 1s
clients: { mode: closed, count: 2, think: 20ms }
byzantine: ${byzantine}
`;
const workloadWith = (byzantine: string) => parseWorkload("liars", lines(byzantine), "liars.yaml");

function runWith(byzantine: string, protocol = raft, n = 3) {
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {}, options: {} };
  const workload = workloadWith(byzantine);
  return runOnce({ algo: protocol.name, n, seed: 1, workload, ...identity }, protocol).line;
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

  test("are not called unsafe where the protocol reckons with so many", () => {
    expect(runWith("[{ node: n1, lie: silent }, { node: n1, lie: slow }]", pbft, 4).unsafe).toBeNull();
    expect(runWith("[{ node: n1, lie: silent }, { node: n2, lie: slow }]", pbft, 4).unsafe).toBe(
      "n1 lies (silent), n2 lies (slow): beyond what pbft tolerates",
    );
  });

  test("change nothing before and after", () => {
    const honest = runWith("[]");
    expect(runWith("[{ node: n0, lie: silent, at: 20s }]").trace_hash).toBe(honest.trace_hash);
    expect(runWith("[{ node: n0, lie: silent, at: 1s, for: 100ms }]").trace_hash).not.toBe(honest.trace_hash);
  });

  test("are refused where there is no such node or lie", () => {
    const mistakes = (byzantine: string) =>
      strangeLiars(raft, workloadWith(byzantine), 3).map(({ path, message }) => [path.join("."), message]);
    expect(mistakes("[{ node: n2, lie: silent }, { node: n3, lie: withhold, receivers: [n0, n4] }]")).toEqual(
      [
        ["byzantine.1.node", "there is no n3: the nodes are n0 to n2"],
        ["byzantine.1.receivers", "there is no n4: the nodes are n0 to n2"],
      ],
    );
    expect(mistakes("[{ node: n1, lie: forge-the-seal }]")).toEqual([
      ["byzantine.0.lie", "raft has no lie 'forge-the-seal'"],
    ]);
    expect(mistakes("[{ node: n1, lie: hide-prepared }]")).toEqual([
      ["byzantine.0.lie", "raft has no lie 'hide-prepared'; only pbft has it: algorithms: [pbft]"],
    ]);
    const ofPbft = (types: string) =>
      strangeLiars(pbft, workloadWith(`[{ node: n1, lie: hide-prepared, types: ${types} }]`), 4);
    expect(ofPbft("[Prepare]")).toMatchObject([
      {
        path: ["byzantine", 0, "types"],
        message: "hide-prepared is told in ViewChange only: leave types out",
      },
    ]);
    expect(ofPbft("[Prepare, ViewChange]")).toEqual([]);
    expect(mistakes("[{ node: n1, lie: silent, at: 20h }]")[0]![1]).toMatch(/^begins when the run has ended/);
    expect(() => workloadWith("[{ node: n1, lie: twins }, { node: n1, lie: twins }]")).toThrow(
      "byzantine.1.lie: n1 has a twin already",
    );
    expect(() => workloadWith("[{ node: n1, lie: silnt }]")).toThrow('did you mean "silent"?');
  });
});
