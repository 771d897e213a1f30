/** When faults strike, whom they find in their roles, and what chaos may do. */
import { describe, expect, test } from "vitest";
import { drawChaos } from "../../src/faults/chaos.ts";
import { type Chaos, disables, type FaultKind, faultKinds } from "../../src/faults/fault.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { hitBy, type Traced, traced } from "./traced.ts";

const starts = ({ series }: Traced, kind: string) =>
  series.faults.filter(([, what]) => what.startsWith(kind)).map(([us]) => us);
const leaderAt = (run: Traced, ms: number) =>
  run.between(0, ms, "fact").findLast(({ fact }) => fact === "leads")?.node;

describe("roles", () => {
  test("are those at the moment of the strike", () => {
    const run = traced(
      "faults: [{ at: 1s, for: 500ms, crash: leader }, { at: 2s, for: 500ms, crash: leader }]",
    );
    const [first, second] = run.series.faults
      .filter(([, what]) => what.startsWith("crash"))
      .map(([, what]) => Number(what.slice(-1)));
    expect(first).toBe(leaderAt(run, 1000));
    expect(second).toBe(leaderAt(run, 2000));
    expect(second).not.toBe(first);
  });

  test("follow the leader of the highest epoch, not one that has been cut off", () => {
    const run = traced(`
options: { raft: { checkQuorum: false } }
faults:
  - { at: 1s, isolate: leader }
  - { at: 2s, for: 100ms, pause: leader }`);
    expect(hitBy(run, "pause")).not.toBe(hitBy(run, "isolate"));
  });

  test("keep their players within one fault, and differ where they should", () => {
    const run = traced(
      "faults: [{ at: 1s, for: 100ms, partition: [[leader, follower], [another-follower, follower]] }]",
    );
    const [, a, b, c, d] = /\[n(\d),n(\d)\] \| \[n(\d),n(\d)\]/.exec(run.series.faults[0]![1])!;
    expect(b).toBe(d);
    expect(new Set([a, b, c]).size).toBe(3);
  });

  test("that nobody plays make a fault wait", () => {
    const run = traced(
      "faults: [{ at: 0s, for: 100ms, pause: leader }, { at: 1s, for: 2s, crash: candidate }]",
    );
    expect(starts(run, "pause")[0]).toBeGreaterThan(100_000);
    expect(run.line.faults).toMatchObject({ struck: 1, never_struck: ["fault 1: crash candidate"] });
  });
});

describe("when nobody is up", () => {
  const dead = (rest: string, choice = {}) => traced(`faults: [{ at: 1s, crash: all }, ${rest}]`, choice);

  test.each(["all", "any", "some", "followers", "n1"])("%s can be restarted", who => {
    const { line, series } = dead(`{ at: 1.5s, restart: ${who} }`, { n: 3 });
    expect(line.faults).toMatchObject({ struck: 2, withheld: 0, never_struck: [] });
    expect(series.faults[1]![0]).toBe(1_500_000);
  });

  test("all are restarted, and the cluster answers again", () => {
    const { between } = dead("{ at: 1.5s, restart: all }", { n: 3 });
    expect(between(1500, 1501, "restart").map(({ node }) => node)).toEqual([0, 1, 2]);
    expect(between(2000, 3000, "reply").length).toBeGreaterThan(50);
  });

  test("links, disks and clocks that are named are hit all the same, and live players are waited for", () => {
    const { series } = dead(`
      { at: 1.1s, loss: 10% }, { at: 1.1s, partition: [[n0], [n1, n2]] }, { at: 1.1s, isolate: n1 },
      { at: 1.1s, clockRate: n0, factor: 1.1 }, { at: 1.1s, slowDisk: n0, factor: 2 },
      { at: 1.1s, for: 10ms, pause: n2 }, { at: 1.1s, slowCpu: any, factor: 2 }, { at: 1.5s, restart: all }`);
    const strikes = series.faults.filter(([, what]) => !what.startsWith("end"));
    const at = strikes.map(([us, what]) => [Math.floor(us / 1e5), what.split(" ")[0]]);
    expect(at.slice(1, 7)).toEqual([
      ...["loss", "partition", "isolate", "clockRate", "slowDisk"].map(kind => [11, kind]),
      [15, "restart"],
    ]);
    expect(at.slice(7).map(([, kind]) => kind)).toEqual(expect.arrayContaining(["pause", "slowCpu"]));
  });

  test("chaos beyond what is tolerated withholds nothing, and goes on to something else", () => {
    const wild = "chaos: { until: 2s, kinds: { crash: 20/s }, shortest: 500ms, beyondTolerance: true }";
    const { line, series } = traced(wild, { n: 3 });
    expect(line.faults).toMatchObject({ withheld: 0, never_struck: [] });
    const back = series.faults.findIndex(([, what]) => what.startsWith("end of"));
    expect(series.faults[back + 1]![0] - series.faults[back]![0]).toBeGreaterThan(1000);
  });
});

describe("times", () => {
  test("repeat until the end", () => {
    const run = traced("faults: [{ every: 500ms, until: 1900ms, for: 200ms, pause: any }]");
    expect(starts(run, "pause")).toEqual([500_000, 1_000_000, 1_500_000]);
  });

  test("at random come about as often as they should", () => {
    const run = traced("faults: [{ rate: 10/s, for: 1ms, pause: any }]");
    expect(starts(run, "pause").length).toBeGreaterThan(15);
    expect(starts(run, "pause").length).toBeLessThan(50);
  });

  test("of a fault more do not move those of another", () => {
    const first = "{ rate: 5/s, for: 1ms, loss: 10% }";
    const alone = traced(`faults: [${first}]`);
    const beside = traced(`faults: [${first}, { rate: 5/s, for: 1ms, jitter: 1ms }]`);
    expect(starts(beside, "loss")).toEqual(starts(alone, "loss"));
  });
});

describe("triggers", () => {
  test("fire once, at the election they wait for", () => {
    const run = traced(`
faults:
  - { every: 800ms, for: 100ms, crash: leader }
  - { after: { elections: 2, delay: 10ms }, for: 50ms, pause: leader }`);
    const elections = run.trace.filter(({ fact }) => fact === "leads").map(({ t_ns }) => t_ns);
    expect(elections.length).toBeGreaterThan(2);
    expect(starts(run, "pause")).toEqual([Math.round((elections[1]! + 10e6) / 1e3)]);
  });

  test("on any fact", () => {
    const run = traced(
      "faults: [{ when: { fact: committed, count: 20 }, start: 1s, for: 100ms, pause: follower }]",
    );
    const facts = run.trace.filter(({ fact, t_ns }) => fact === "committed" && t_ns >= 1e9);
    expect(starts(run, "pause")).toEqual([Math.round(facts[19]!.t_ns / 1e3)]);
  });

  test("on an entry that nobody but the leader has: it is discarded once the leader returns", () => {
    const run = traced(`
faults:
  - { at: 1s, for: 1s, isolate: leader }
  - { start: 1s, when: { entry: committed-nowhere-but-leader, delay: 2ms }, for: 1200ms, crash: leader }`);
    expect(run.line.faults).toMatchObject({ struck: 2, never_struck: [] });
    const node = hitBy(run, "crash");
    expect(node).toBe(hitBy(run, "isolate"));
    expect(run.trace.some(row => row.fact === "withdrew" && row.node === node && row.t_ns > 2e9)).toBe(true);
  });

  test("of healing are strikes too", () => {
    const { faults } = traced("faults: [{ at: 1s, isolate: leader }, { at: 2s, heal: all }]").line;
    expect(faults).toMatchObject({ scheduled: 2, struck: 2, strikes: 2 });
  });

  test("of healing end what lasts", () => {
    const run = traced(
      "faults: [{ at: 1s, isolate: leader }, { at: 1.2s, crash: n1 }, { at: 2s, heal: all }]",
    );
    expect(
      run.series.faults.filter(([us]) => us === 2_000_000).map(([, what]) => what.split(" ")[0]),
    ).toEqual(["heal", "end", "end"]);
    expect(run.between(2000, 2001, "restart").map(row => row.node)).toEqual([1]);
    expect(run.between(2000, 3000, "lose")).toEqual([]);
  });
});

describe("chaos", () => {
  const kinds = faultKinds.map(({ name }) => name).filter(name => name !== "heal" && name !== "restart");
  const chaos: Chaos = {
    startNs: 0,
    untilNs: 10e9,
    perSecond: Object.fromEntries(kinds.map(kind => [kind, 1])),
    shortestNs: 1e8,
    longestNs: 1e9,
    beyondTolerance: false,
  };
  const draw = (seed: number, given = chaos) => drawChaos(given, name => new RandomStream(seed, name));

  test("is the same for the same seed, another for another, and a kind less leaves the others", () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const { crash: _, ...rest } = chaos.perSecond;
    const without = draw(1, { ...chaos, perSecond: rest as Partial<Record<FaultKind, number>> });
    expect(without).toEqual(draw(1).filter(({ what }) => what.kind !== "crash"));
    expect(draw(1).every(({ untilNs }) => untilNs === 10e9)).toBe(true);
  });

  const text = `duration: 9s
chaos: { start: 500ms, until: 6s, longest: 1s, kinds: {${kinds
    .filter(kind => kind !== "wipe")
    .map(kind => `${kind}: 20/min`)
    .join(", ")}} }`;

  /** The most nodes that were out of action at once, by what the results say. */
  function mostHit({ series }: Traced): number {
    const nodeKinds = faultKinds
      .map(({ name }) => name)
      .filter(name => disables(name) && name !== "partition");
    const hit = new Map<string, number>();
    let most = 0;
    for (const [, what] of series.faults) {
      const [, end, kind, nodes] = /^(end of )?(\w+) (n[\d,n]+)/.exec(what) ?? [];
      if (!(nodeKinds as string[]).includes(kind!)) continue;
      for (const node of nodes!.split(","))
        hit.set(node, (hit.get(node) ?? 0) + (end === undefined ? 1 : -1));
      most = Math.max(most, [...hit.values()].filter(times => times > 0).length);
    }
    return most;
  }

  test.each([1, 2, 3])(
    "never hits more than f nodes at once, then heals, and the run recovers (seed %i)",
    seed => {
      const run = traced(text, { seed });
      expect(mostHit(run)).toBeGreaterThan(0);
      expect(mostHit(run)).toBeLessThanOrEqual(2);
      expect(run.line.faults).toMatchObject({
        beyond_tolerance: false,
        healed_us: 6_000_000,
      });
      expect(run.line.faults!.strikes).toBeGreaterThan(10);
      expect(run.series.faults.findLast(() => true)![0]).toBe(6_000_000);
      expect(run.line.availability!.recoveries!.at(-1)!.recovered_us).toBeLessThan(2_000_000);
      const committed = run.between(8500, 9000, "fact").filter(({ fact }) => fact === "committed");
      expect(new Set(committed.map(({ node }) => node)).size).toBe(5);
    },
  );

  test("says so when it goes beyond", () => {
    const wild = "chaos: { until: 2s, kinds: { crash: 10/s }, shortest: 1s, beyondTolerance: true }";
    const { beyond_tolerance, beyond } = traced(wild).line.faults!;
    expect(beyond_tolerance).toBe(true);
    expect(beyond).toHaveLength(1);
    expect(beyond[0]).toMatch(/^crash n\d( torn)? at [\d.]+s: 3 nodes faulty at once \(n\d,n\d,n\d\)$/);
  });

  test("names each of its kinds that did nothing, and says where it was withheld", () => {
    const rare = "chaos: { until: 2s, kinds: { crash: 5/s, diskStall: 1/h } }";
    expect(traced(rare).line.faults!.never_struck).toEqual(["chaos diskStall"]);
    const small = traced("chaos: { until: 2s, kinds: { crash: 5/s, loss: 5/s } }", { n: 2 });
    expect(small.line.faults!.never_struck).toEqual(["chaos crash, withheld"]);
  });

  test("gives the same bytes for the same seed", () => {
    const { line, series } = traced(text, { seed: 4 });
    const again = traced(text, { seed: 4 });
    expect(JSON.stringify(again.line)).toBe(JSON.stringify(line));
    expect(JSON.stringify(again.series)).toBe(JSON.stringify(series));
  });
});

describe("more than f nodes at once", () => {
  const beyond = (text: string, choice = {}) => traced(`faults: [${text}]`, choice).line.faults!;

  test("are hit by what a file lists, and the results say what it was", () => {
    expect(beyond("{ at: 1s, for: 500ms, crash: all }").beyond).toEqual([
      "crash n0,n1,n2,n3,n4 at 1s: 5 nodes faulty at once (n0,n1,n2,n3,n4)",
    ]);
    const together = "{ at: 1s, for: 1s, crash: [n0, n1] }, { at: 1.5s, for: 100ms, pause: n2 }";
    expect(beyond(together).beyond).toEqual(["pause n2 at 1.5s: 3 nodes faulty at once (n0,n1,n2)"]);
    expect(beyond("{ at: 1s, for: 1s, cut: [all, all] }").beyond_tolerance).toBe(true);
    expect(beyond("{ at: 1s, for: 1s, loss: 50% }").beyond_tolerance).toBe(false);
  });

  test("do not count before the warm-up is over, unless they last", () => {
    const early = "{ at: 0s, for: 50ms, crash: [n0, n1, n2] }";
    expect(beyond(early).beyond).toEqual([]);
    expect(beyond(early.replace("50ms", "150ms")).beyond).toEqual([
      "crash n0,n1,n2 at 0s: 3 nodes faulty at once (n0,n1,n2)",
    ]);
    expect(beyond("{ at: 0s, crash: [n0, n1, n2] }").beyond_tolerance).toBe(true);
  });

  test("do not count once they have been restarted", () => {
    const restart = "{ at: 1s, crash: [n0, n1] }, { at: 1.5s, restart: all }, { at: 2s, crash: n2 }";
    expect(beyond(restart).beyond).toEqual([]);
  });

  test("one after another are not", () => {
    const two = "{ at: 1s, for: 200ms, crash: [n0, n1] }, { at: 2s, for: 200ms, crash: [n2, n3] }";
    expect(beyond(two)).toMatchObject({ beyond_tolerance: false, beyond: [] });
  });

  test("are spared where the file says so, and the fault has never struck", () => {
    const bounded = beyond(
      "{ at: 1s, for: 1s, crash: [n0, n1] }, { at: 1.5s, for: 1s, crash: n2, beyondTolerance: false }",
    );
    expect(bounded).toMatchObject({
      struck: 1,
      withheld: 1,
      never_struck: ["fault 1: crash n2, withheld"],
      beyond_tolerance: false,
    });
    const cut = "{ at: 1s, for: 1s, partition: [[n0, n1, n2], [n3, n4]], beyondTolerance: false }";
    expect(beyond(cut)).toMatchObject({ struck: 1, withheld: 0 });
  });

  test("count those that lie", () => {
    const liar = "byzantine: [{ node: n3, lie: silent, at: 500ms }]\nfaults:";
    const crash = (node: string) =>
      traced(`${liar} [{ at: 1s, for: 1s, crash: ${node} }]`, { n: 4, algo: "pbft" });
    expect(crash("n3").line.faults!.beyond).toEqual([]);
    expect(crash("n1").line.faults!.beyond).toEqual(["crash n1 at 1s: 2 nodes faulty at once (n1,n3)"]);
  });
});

test("every example of the vocabulary is a legal fault", () => {
  for (const { name, example } of faultKinds) {
    const { faults } = parseWorkload("example", `faults: [${example}]`, "example.yaml");
    expect(faults[0]!.what.kind).toBe(name);
  }
});

/** What lasts, as in its example, but from 1 s to 1.5 s. */
const lasting = faultKinds
  .filter(({ name }) => name !== "restart" && name !== "heal")
  .map(({ name, example }) => {
    const fields = example.slice(2, -2).split(/, (?=\w+:)/);
    return [name, fields.filter(field => !/^(at|for|every):/.test(field)).join(", ")] as const;
  });

test.each(lasting)("%s strikes and ends when it should, and then all is well", (kind, what) => {
  const { line, series, between } = traced(`faults: [{ at: 1s, for: 500ms, ${what} }]`);
  const [strike, end] = series.faults as [[number, string], [number, string]];
  expect(series.faults).toHaveLength(2);
  expect([strike[0], end[0]]).toEqual([1_000_000, 1_500_000]);
  expect(strike[1]).toMatch(new RegExp(`^${kind}\\b`));
  expect(end[1].startsWith(`end of ${strike[1]}`)).toBe(true);
  expect(line.faults).toMatchObject({ scheduled: 1, struck: 1, never_struck: [], withheld: 0 });
  const answers = (fromMs: number, toMs: number) => between(fromMs, toMs, "reply").length;
  expect(answers(2200, 3000) / 0.8).toBeGreaterThan(0.7 * (answers(200, 1000) / 0.8));
  expect([line.ops!.ok, line.checks.live]).toEqual([line.ops!.submitted, "valid"]);
});
