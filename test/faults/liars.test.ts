/** When liars begin to lie, whom a role makes one, and how many may become one. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { type Traced, traced } from "./traced.ts";

const pbft = { algo: "pbft", n: 4 };
const lying = (liars: string, choice = pbft, rest = "") => traced(`byzantine: [${liars}]\n${rest}`, choice);
const told = ({ trace }: Traced) =>
  trace.filter(({ event }) => event === "fault").map(({ t_ns, what }) => [Math.round(t_ns / 1e3), what]);
const faultsOf = ({ line }: Traced) => line.faults!;

describe("liars that are named", () => {
  test("are in the series and in the trace from their first lie to their last, with how often they lied", () => {
    const run = lying("{ node: n2, lie: silent, at: 1s, for: 500ms }");
    const [begin, end] = run.series.faults as [[number, string], [number, string]];
    const { first_us, times, ...who } = faultsOf(run).lies[0]!;
    expect(who).toEqual({ node: 2, lie: "silent" });
    expect(begin).toEqual([first_us, "lie silent n2"]);
    expect(first_us).toBeGreaterThanOrEqual(1_000_000);
    expect(first_us).toBeLessThan(1_050_000);
    expect(end[1]).toBe(`end of lie silent n2 (${times} lies)`);
    expect(end[0]).toBeGreaterThanOrEqual(1_500_000);
    expect(end[0]).toBeLessThan(1_600_000);
    expect(told(run)).toEqual(run.series.faults);
    const sent = (fromMs: number, toMs: number) =>
      run.between(fromMs, toMs, "send").filter(({ from }) => from === 2).length;
    expect(sent(1001, 1499)).toBe(0);
    expect(sent(1600, 2000)).toBeGreaterThan(0);
  });

  test("are not in them if they never lied", () => {
    const run = lying("{ node: n2, lie: false-new-view, at: 1s }");
    expect(run.series.faults).toEqual([]);
    expect(faultsOf(run)).toMatchObject({ struck: 0, lies: [] });
    expect(faultsOf(run).never_struck).toEqual(["lie false-new-view of n2 from 1s on"]);
  });
});

describe("liars that are cast", () => {
  test("play the role that they are named by when the lie begins, and the results say who it was", () => {
    const run = lying(
      "{ node: primary, lie: equivocate, at: 2s, for: 500ms }",
      pbft,
      "faults: [{ at: 1s, for: 900ms, crash: n0 }]",
    );
    const led = run.between(0, 2000, "fact").filter(({ fact }) => fact === "leads");
    const leads = led.reduce((one, other) => (other.epoch > one.epoch ? other : one)).node;
    expect(leads).not.toBe(0);
    const times = faultsOf(run).lies[0]!.times;
    expect(faultsOf(run).lies).toMatchObject([{ node: leads, lie: "equivocate" }]);
    expect(run.series.faults.slice(2)).toEqual([
      [2_000_000, `lie equivocate n${leads}`],
      [2_500_000, `end of lie equivocate n${leads} (${times} lies)`],
    ]);
    expect(run.line.checks).toMatchObject({ invariants: "valid", linearizable: "valid" });
  });

  test("wait for what is to happen first", () => {
    const run = lying(
      "{ node: n3, lie: silent, for: 100ms, when: { fact: committed, count: 20, delay: 1ms }, start: 1s }",
    );
    const committed = run.trace.filter(({ fact, t_ns }) => fact === "committed" && t_ns >= 1e9);
    expect(run.series.faults[0]).toEqual([Math.round((committed[19]!.t_ns + 1e6) / 1e3), "lie silent n3"]);
  });

  test("begin at random, and lie on a share of occasions", () => {
    const begins = (run: Traced) => run.series.faults.filter(([, what]) => what.startsWith("lie "));
    const often = lying("{ node: n3, lie: silent, for: 1ms, strikes: 10/s }");
    expect(begins(often).length).toBeGreaterThan(12);
    expect(begins(often).length).toBeLessThan(60);
    const steady = (rate: string) =>
      faultsOf(lying(`{ node: follower, lie: withhold, at: 1s, rate: ${rate} }`)).lies[0]!.times;
    expect(steady("25%") / steady("100%")).toBeGreaterThan(0.15);
    expect(steady("25%") / steady("100%")).toBeLessThan(0.35);
  });

  test("are never more than f, and who has lied once counts for good", () => {
    const run = lying("{ node: any, lie: silent, for: 1ms, strikes: 10/s }");
    const { lies, strikes, withheld, beyond_tolerance } = faultsOf(run);
    expect(lies).toHaveLength(1);
    expect(strikes).toBeGreaterThan(12);
    expect(withheld).toBe(0);
    expect(beyond_tolerance).toBe(false);
    expect(run.line.checks).toMatchObject({ invariants: "valid", live: "valid" });
  });

  test("are withheld where whoever has lied already does not play the role", () => {
    const run = lying(
      "{ node: primary, lie: slow, at: 1s, for: 50ms, delay: 1ms }, { node: follower, lie: silent, at: 2s }",
    );
    expect(faultsOf(run)).toMatchObject({
      withheld: 1,
      never_struck: ["liar 1: lie silent follower, withheld"],
    });
  });

  test("are more than f where the file says so, and then the results do", () => {
    const wild = lying("{ node: any, lie: silent, for: 1ms, strikes: 10/s, beyondTolerance: true }");
    expect(faultsOf(wild).lies.length).toBeGreaterThan(1);
    expect(faultsOf(wild).beyond[0]).toMatch(/^lie silent n\d at .*: 2 nodes faulty at once/);
  });

  test("are faulty from their first lie on, and not because they might lie", () => {
    const raft = { algo: "raft", n: 3 };
    const never = "lie: wrong-reply, at: 1s, optional: true, beyondTolerance: true";
    for (const node of ["n1", "any"]) {
      const run = lying(
        `{ node: ${node}, ${never} }`,
        raft,
        "faults: [{ at: 1.5s, for: 500ms, crash: any }]",
      );
      expect(faultsOf(run)).toMatchObject({ beyond: [], beyond_tolerance: false, lies: [] });
      expect(run.line.unsafe).toBeNull();
    }
  });

  test("may be what goes too far", () => {
    const run = lying(
      "{ node: n2, lie: silent, at: 1500ms }",
      pbft,
      "faults: [{ at: 1s, for: 1s, crash: n3 }]",
    );
    expect(faultsOf(run).beyond[0]).toMatch(/^lie silent n2 at 1\.5\d*s: 2 nodes faulty at once \(n2,n3\)$/);
  });

  test("are withheld from a protocol that reckons with no liar, unless the file says otherwise", () => {
    const raft = { algo: "raft", n: 5 };
    expect(faultsOf(lying("{ node: leader, lie: silent, at: 1s }", raft))).toMatchObject({
      lies: [],
      withheld: 1,
      never_struck: ["liar 0: lie silent leader, withheld"],
    });
    const anyway = lying("{ node: leader, lie: silent, at: 1s, beyondTolerance: true }", raft);
    expect(faultsOf(anyway).beyond[0]).toMatch(/^lie silent n\d at 1[.\d]*s: nobody may lie/);
  });

  test("leave room for so many other faults less", () => {
    const chaos = "chaos: { until: 2s, kinds: { crash: 10/s } }";
    const run = lying("{ node: follower, lie: silent, at: 0s }", pbft, chaos);
    expect(faultsOf(run)).toMatchObject({ beyond_tolerance: false, never_struck: ["chaos crash, withheld"] });
  });

  test("lie on when all else is healed", () => {
    const run = lying(
      "{ node: n3, lie: silent, after: { elections: 1 } }",
      pbft,
      "faults: [{ at: 1s, heal: all }]",
    );
    expect(run.between(1001, 2900, "send").filter(({ from }) => from === 3)).toEqual([]);
  });
});

describe("liars that cannot be", () => {
  const read = (liar: string) => () => parseWorkload("liars", `byzantine: [${liar}]`, "liars.yaml");

  test.each([
    ["{ node: leader, lie: twins }", "must be named, such as n2: a twin lives from the beginning"],
    ["{ node: n1, lie: silent, at: 1s, strikes: 1/s }", "at and strikes exclude each other"],
    ["{ node: n1, lie: silent, start: 1s }", "goes with every, strikes, after and when"],
    ["{ node: n1, lie: silent, delay: 50ms }", "byzantine.0.delay: goes with slow, not with silent"],
    ["{ node: n1, lie: slow, delay: 0s }", "byzantine.0.delay: must be above 0: nothing would be late"],
    ["{ node: n1, lie: mutate, rate: 0 }", "byzantine.0.rate: must be above 0: it would never lie"],
    [
      "{ node: n1, lie: wrong-reply, types: [Prepare] }",
      "byzantine.0.types: does not go with wrong-reply, which takes no notice of it",
    ],
    [
      "{ node: n1, lie: double-vote, receivers: [n2] }",
      "byzantine.0.receivers: does not go with double-vote",
    ],
    ["{ node: n1, lie: twins, rate: 5% }", "byzantine.0.rate: does not go with twins"],
    ["{ node: boss, lie: silent }", "expected a node, such as n2, or a role: leader, primary"],
  ])("are mistakes of the file: %s", (liar, message) => {
    expect(read(liar)).toThrow(message);
  });
});

test("every lie of a protocol's own says which messages it is about, and is in the manual", () => {
  const manual = readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8");
  for (const { lies } of algorithms) {
    for (const [lie, { help }] of Object.entries(lies ?? {})) {
      const [type, says] = help.split(": ") as [string, string];
      expect(manual.replace(/ +/g, " ")).toContain(`| \`${lie}\` | \`${type}\` | ${says} |`);
    }
  }

  const own = algorithms.flatMap(({ lies, messages }) =>
    Object.values(lies ?? {}).map(({ help }) => [Object.keys(messages), help.split(":")[0]] as const),
  );
  expect(own.length).toBeGreaterThan(0);
  for (const [types, type] of own) expect(types).toContain(type);
});
