import { describe, expect, test } from "vitest";
import { pairAlgorithms, usualBy } from "../../src/compare/algorithms.ts";
import { whyNothing } from "../../src/compare/none.ts";
import { pairSides } from "../../src/compare/pairing.ts";
import type { Side } from "../../src/compare/side.ts";
import type { Manifest, RunLine } from "../../src/results/schema.ts";
import { runLine } from "../results/line.ts";
import { manifest } from "./studies.ts";

const side = (label: string, lines: readonly RunLine[], change: Partial<Manifest> = {}): Side => {
  return { label, folder: label, manifest: manifest(change), lines, warnings: [] };
};

const seeds = (count: number, change: Partial<RunLine> = {}, mark = ""): RunLine[] =>
  Array.from({ length: count }, (_, index) =>
    runLine(`${mark}${index}`, { seed: index + 1, pair_key: `${mark}${index}`, ...change }),
  );

const resolved = (workload: object): Partial<Manifest> => ({
  workloads: [{ name: "steady", source: "steady", hash: "0", resolved: { name: "steady", ...workload } }],
});

/** The differing fields of runs of one name. */
const fieldsOf = (base: Side, next: Side) =>
  pairSides(base, next).refused[0]!.fields.map(({ field, base, next }) => [field, base, next]);

describe("two studies", () => {
  test("are paired by what was run, seed by seed; what one side has alone is listed", () => {
    const base = side("old", [...seeds(3), ...seeds(1, { n: 7 }, "seven")]);
    const next = side("new", [...seeds(2), ...seeds(2, { algo: "pbft" }, "pbft")]);
    const { pairs, refused, onlyBase, onlyNext } = pairSides(base, next);
    expect(pairs.map(({ base, next }) => [base.seed, next.seed])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(refused).toEqual([]);
    expect(onlyBase.map(({ n, seed }) => [n, seed])).toEqual([
      [3, 3],
      [7, 1],
    ]);
    expect(onlyNext.map(({ algo }) => algo)).toEqual(["pbft", "pbft"]);
  });

  test.each([
    ["crypto", "none", "mac"],
    ["durability", "sync", "memory"],
    ["cost_model", "lan", "wan"],
    ["f", 1, 0],
    ["quorum", 2, 3],
  ])("with another %s are refused, even where the keys agree", (field, base, next) => {
    const found = fieldsOf(
      side("old", seeds(1, { [field]: base })),
      side("new", seeds(1, { [field]: next })),
    );
    expect(found).toEqual([[field, base, next]]);
  });

  test("with another workload are refused by the fields of the workload", () => {
    const base = side("old", seeds(2, {}, "a"), resolved({ network: { loss: 0, delay: 1 }, faults: [] }));
    const next = side(
      "new",
      seeds(2, {}, "b"),
      resolved({ network: { loss: 0.1, delay: 1 }, faults: [1], extra: true }),
    );
    expect(fieldsOf(base, next)).toEqual([
      ["extra", undefined, true],
      ["faults", [], [1]],
      ["network.loss", 0, 0.1],
    ]);
    expect(whyNothing(pairSides(base, next), "old", "new")).toBe(
      "raft n=3 steady: extra: absent in old, true in new; faults: [] in old, [1] in new; " +
        "network.loss: 0 in old, 0.1 in new",
    );
  });

  test("are held to the workload as their own point has it", () => {
    const at = (loss: number) => ({ at: { "clients.count": 4 }, workload: { network: { loss } } });
    const swept = (loss: number) => resolved({ network: { loss: 9 }, sweep: { points: [at(loss)] } });
    const point = { "clients.count": 4 };
    expect(
      fieldsOf(
        side("old", seeds(1, { point }, "a"), swept(1)),
        side("new", seeds(1, { point }, "b"), swept(2)),
      ),
    ).toEqual([["network.loss", 1, 2]]);
  });

  test("with other options are refused, unless these are to vary", () => {
    const base = side("old", seeds(2, { options: { preVote: false } }, "a"));
    const next = side("new", seeds(2, { options: { preVote: true } }, "b"));
    expect(fieldsOf(base, next)).toEqual([["options.preVote", false, true]]);
    expect(pairSides(base, next, ["options.preVote"]).pairs).toHaveLength(2);
    expect(pairSides(base, next, ["options"]).pairs).toHaveLength(2);
    expect(pairSides(base, next, ["options.pre"]).pairs).toHaveLength(0);
  });

  test("whose keys differ for no visible reason are refused all the same", () => {
    expect(fieldsOf(side("old", seeds(1, {}, "a")), side("new", seeds(1, {}, "b")))).toEqual([
      ["pair_key", "a0", "b0"],
    ]);
  });

  test("that have nothing in common are told apart by what they are about", () => {
    const why = (base: RunLine[], next: RunLine[]) =>
      whyNothing(pairSides(side("old", base), side("new", next)), "old", "new");
    expect(why(seeds(2, { n: 3 }, "a"), seeds(2, { n: 5 }, "b"))).toBe("n: 3 in old, 5 in new");
    expect(why(seeds(1, { algo: "raft" }, "a"), seeds(1, { algo: "pbft", seed: 9 }, "b"))).toBe(
      "algo: raft in old, pbft in new; seed: 1 in old, 9 in new",
    );
    const crossed = (n: number, seed: number) => runLine(`${n} ${seed}`, { n, seed });
    expect(why([crossed(3, 1), crossed(5, 2)], [crossed(3, 2), crossed(5, 1)])).toContain(
      "no run of old has",
    );
  });

  test("of which one was merged from two versions are refused", () => {
    const twice = [runLine("a", { pair_key: "p" }), runLine("b", { pair_key: "p" })];
    expect(() => pairSides(side("old", twice), side("new", seeds(1)))).toThrow(
      "old holds the same run 2 times",
    );
  });
});

describe("algorithms of one study", () => {
  const lines = (algo: string, sizes: readonly (readonly [number, number])[]) =>
    sizes.flatMap(([n, f]) => seeds(2, { algo, n, f, quorum: n - f }, `${algo} ${n} `));

  test("meet at the same size, or where they survive as much", () => {
    const same = [
      ...lines("raft", [
        [4, 1],
        [7, 3],
      ]),
      ...lines("pbft", [
        [4, 1],
        [7, 2],
      ]),
    ];
    expect(usualBy(same, "raft", "pbft")).toBe("n");
    const fair = [
      ...lines("raft", [
        [3, 1],
        [5, 2],
      ]),
      ...lines("pbft", [
        [4, 1],
        [7, 2],
      ]),
    ];
    expect(usualBy(fair, "raft", "pbft")).toBe("f");
    const { pairs, onlyBase } = pairAlgorithms(side("study", fair), "raft", "pbft", "f");
    expect(pairs.map(({ base, next }) => [base.n, next.n, base.seed === next.seed])).toEqual([
      [3, 4, true],
      [3, 4, true],
      [5, 7, true],
      [5, 7, true],
    ]);
    expect(onlyBase).toEqual([]);
  });

  test("meet with the smallest cluster that survives so much", () => {
    const some = [
      ...lines("raft", [
        [3, 1],
        [4, 1],
      ]),
      ...lines("pbft", [[4, 1]]),
    ];
    const { pairs } = pairAlgorithms(side("study", some), "raft", "pbft", "f");
    expect(pairs.map(({ base }) => base.n)).toEqual([3, 3]);
  });

  test("may differ in quorum, options and crypto, and in nothing else", () => {
    const raft = seeds(1, { algo: "raft", options: { preVote: true } }, "a");
    const pbft = seeds(1, { algo: "pbft", crypto: "mac", options: {}, quorum: 3 }, "b");
    expect(pairAlgorithms(side("study", [...raft, ...pbft]), "raft", "pbft", "n").pairs).toHaveLength(1);
    const memory = pbft.map(line => ({ ...line, durability: "memory" as const }));
    const { refused } = pairAlgorithms(side("study", [...raft, ...memory]), "raft", "pbft", "n");
    expect(refused[0]!.fields).toEqual([{ field: "durability", base: "sync", next: "memory" }]);
  });

  test("that the study does not have are named", () => {
    expect(() => pairAlgorithms(side("study", seeds(1)), "raft", "pbft", "n")).toThrow(
      "study holds no runs of pbft; it has raft",
    );
  });
});
