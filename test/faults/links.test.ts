/** Each fault of links is seen in the trace, and so is its end. */
import { describe, expect, test } from "vitest";
import { type Line, traced } from "./traced.ts";

const one = (fault: string, others = "") => traced(`${others}faults: [{ at: 1s, for: 500ms, ${fault} }]`);
const replicas = (rows: readonly Line[]) =>
  rows.filter(({ from, to }) => from !== undefined && to !== undefined);
const pairs = (rows: readonly Line[]) =>
  [...new Set(replicas(rows).map(({ from, to }) => `${from}-${to}`))].toSorted();
const latency = (row: Line) => row.arrives_ns - row.departs_ns;

describe("a partition", () => {
  test("loses what its groups say to each other, and nothing else, until it heals", () => {
    const run = one("partition: [[n0, n1], [rest]]");
    expect(run.series.faults[0]).toEqual([1_000_000, "partition [n0,n1] | [n2,n3,n4]"]);
    expect(run.series.faults[1]![1]).toMatch(/^end of partition \[n0,n1\] \| \[n2,n3,n4\] \(\d+ messages\)$/);
    for (const { from, to } of run.between(1000, 1500, "lose")) expect(from < 2).not.toBe(to < 2);
    for (const { from, to } of replicas(run.between(1000, 1500, "send"))) expect(from < 2).toBe(to < 2);
    expect(run.between(1500, 3000, "lose")).toEqual([]);
    expect(run.line.faults).toMatchObject({ struck: 1, beyond_tolerance: false });
  });

  test("by role follows the roles: a leader in the minority loses its place", () => {
    const run = one("partition: [minority-with-leader, majority-without-leader]");
    expect(run.series.faults[0]![1]).toMatch(/^partition \[n\d,n\d\] \| \[n\d,n\d,n\d\]$/);
    expect(run.line.epochs!.leader_changes).toBe(1);
    expect(run.line.ops!.ok).toBe(run.line.ops!.submitted);
  });

  test("leaves whoever it does not name alone, and groups may overlap: a chain", () => {
    const run = traced("faults: [{ at: 1s, for: 500ms, partition: [[n0, n1], [n1, n2]] }]", { n: 3 });
    for (const { from, to } of run.between(1000, 1500, "lose")) expect([from, to].toSorted()).toEqual([0, 2]);
    expect(pairs(run.between(1000, 1500, "send"))).toEqual(
      expect.arrayContaining(["0-1", "1-2"].slice(0, 1)),
    );
    expect(run.line.faults!.beyond_tolerance).toBe(false);
  });

  test("may go one way", () => {
    const run = one("partition: [[leader], [rest]], direction: out");
    const leader = Number(run.series.faults[0]![1].match(/n(\d)/)![1]);
    const lost = run.between(1000, 1500, "lose");
    expect(lost.length).toBeGreaterThan(0);
    for (const { from } of lost) expect(from).toBe(leader);
  });

  test("as a majorities ring shows everybody another majority", () => {
    const run = one("partition: majorities-ring");
    const lost = pairs(run.between(1000, 1500, "lose"));
    const seen = [0, 1, 2, 3, 4].map(
      node => 1 + [0, 1, 2, 3, 4].filter(to => to !== node && !lost.includes(`${node}-${to}`)).length,
    );
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(3);
    expect(run.line.faults!.beyond_tolerance).toBe(false);
  });

  test("as a bridge has one node that hears both halves", () => {
    const run = one("partition: bridge");
    const [left, right] = run.series.faults[0]![1].match(/\[[^\]]+\]/g)!.map(side => side.match(/n\d/g)!);
    expect(left!.filter(node => right!.includes(node))).toHaveLength(1);
    expect(left).toHaveLength(3);
    expect(right).toHaveLength(3);
  });

  test("may take one client along, whom the others do not answer", () => {
    const clients =
      "clients: { mode: closed, count: 4, think: 5ms, retry: 100ms }\noperations: { put: 100 }\n";
    const run = one("partition: [[leader, c0], [rest, clients]]", clients);
    const leader = Number(run.series.faults[0]![1].match(/n(\d)/)![1]);
    const heard = run.between(1002, 1500, "requested");
    expect(heard.filter(({ to, request }) => (request.client === 0) !== (to === leader))).toEqual([]);
    expect(heard.some(({ request }) => request.client === 0)).toBe(true);
    expect(heard.some(({ request }) => request.client !== 0)).toBe(true);
    expect(run.between(1500, 3000, "requested").some(r => r.request.client === 0 && r.to !== leader)).toBe(
      true,
    );
  });
});

test("an isolated node loses what it says to replicas, and still hears clients", () => {
  const run = one("isolate: n2");
  for (const { from, to } of run.between(1000, 1500, "lose")) expect([from, to]).toContain(2);
  expect(run.between(1000, 1500, "lose").length).toBeGreaterThan(0);
  expect(run.between(1500, 3000, "lose")).toEqual([]);
});

test("a cut concerns its link alone, and one direction if it says so", () => {
  const lost = (fault: string) => pairs(one(fault).between(1000, 1500, "lose"));
  const both = lost("cut: [leader, follower]");
  expect(both[0]!.split("-").toReversed().join("-")).toBe(both.at(-1));
  expect(both.length).toBeLessThanOrEqual(2);
  expect(lost("cut: [leader, follower], direction: out")).toHaveLength(1);
  expect(one("cut: [leader, follower]").between(1500, 3000, "lose")).toEqual([]);
});

describe("links", () => {
  test("are slower by a delay, until it ends", () => {
    const run = one("delay: 20ms, of: n1");
    const through = (fromMs: number, toMs: number) =>
      replicas(run.between(fromMs, toMs, "send")).filter(({ from, to }) => from === 1 || to === 1);
    expect(Math.min(...through(1000, 1500).map(latency))).toBeGreaterThan(20e6);
    expect(
      Math.max(
        ...through(1500, 3000)
          .filter(row => row.t_ns > 1530e6)
          .map(latency),
      ),
    ).toBeLessThan(2e6);
    const others = replicas(run.between(1000, 1500, "send")).filter(({ from, to }) => from !== 1 && to !== 1);
    expect(Math.max(...others.map(latency))).toBeLessThan(2e6);
  });

  test("have a jitter about as large as it says", () => {
    const run = one("jitter: 5ms");
    const mean = (rows: readonly Line[]) => rows.reduce((sum, row) => sum + latency(row), 0) / rows.length;
    expect(mean(replicas(run.between(1000, 1500, "send")))).toBeGreaterThan(4e6);
    expect(mean(replicas(run.between(1600, 3000, "send")))).toBeLessThan(0.4e6);
  });

  test("lose about as much as they should, between the two that are named", () => {
    const run = one("loss: 30%, from: leader, to: followers", "network: ideal\n");
    const leader = run.trace.find(({ fact }) => fact === "leads")!.node;
    const lost = run.between(1000, 1500, "lose");
    const sent = run
      .between(1000, 1500, "send")
      .filter(({ from, to }) => from === leader && to !== undefined);
    expect(lost.every(({ from }) => from === leader)).toBe(true);
    expect(lost.length / (lost.length + sent.length)).toBeCloseTo(0.3, 1);
    expect(run.between(1500, 3000, "lose")).toEqual([]);
  });

  test("repeat messages, and stop it", () => {
    const run = one("duplication: 1");
    const count = (event: string, fromMs: number, toMs: number) =>
      replicas(run.between(fromMs, toMs, event)).length;
    expect(count("deliver", 1010, 1490) / count("send", 1010, 1490)).toBeCloseTo(2, 0);
    expect(count("deliver", 1510, 2900) / count("send", 1510, 2900)).toBeCloseTo(1, 1);
  });

  test("reorder messages, and stop it", () => {
    const run = one("reordering: 50%", "clients: { mode: open, rate: 4000/s }\noperations: { put: 100 }\n");
    const overtaken = (fromMs: number, toMs: number) => {
      const last = new Map<string, number>();
      return replicas(run.between(fromMs, toMs, "send")).filter(row => {
        const link = `${row.from}-${row.to}`;
        const before = last.get(link) ?? 0;
        last.set(link, row.arrives_ns);
        return row.arrives_ns < before;
      }).length;
    };
    expect(overtaken(1000, 1500)).toBeGreaterThan(10);
    expect(overtaken(1510, 3000)).toBe(0);
  });

  test("hold messages back, and deliver them in order when they are released", () => {
    const run = one("hold: true, from: all, to: n3");
    expect(replicas(run.between(1001, 1500, "deliver")).filter(({ to }) => to === 3)).toEqual([]);
    const released = replicas(run.between(1500, 1500.0001, "deliver")).filter(({ to }) => to === 3);
    expect(released.length).toBeGreaterThan(3);
    expect(run.line.faults).toMatchObject({ struck: 1 });
    for (const from of [0, 1, 2, 4]) {
      const ofOne = (row: Line) => row.from === from && row.to === 3;
      const types = (rows: readonly Line[]) => rows.filter(ofOne).map(({ type }) => type);
      const kept = types(run.between(1000, 1500, "lose"));
      expect(types(released).slice(0, kept.length)).toEqual(kept);
    }
    expect(run.between(1500, 3000, "lose")).toEqual([]);
  });

  test("can lose messages of one type, and only the first few", () => {
    const run = one("loss: 1, messages: AppendEntries, count: 3, to: n2");
    const lost = run.between(0, 3000, "lose");
    expect(lost.map(({ type, to }) => [type, to])).toEqual([
      ["AppendEntries", 2],
      ["AppendEntries", 2],
      ["AppendEntries", 2],
    ]);
  });
});

test("a fault that no message has met has never struck", () => {
  const { line } = one("loss: 1, messages: NoSuchMessage");
  expect(line.faults).toMatchObject({
    scheduled: 1,
    struck: 0,
    never_struck: ["fault 0: loss 100% on every link of NoSuchMessage"],
  });
});

test("where a message may arrive twice, being turned away proves nothing", () => {
  const outcomes = (others: string) => {
    const faults = `faults: [{ at: 0s, loss: 100%, messages: RequestVote }${others}]`;
    const leaderless = `${faults}\nclients: { mode: closed, timeout: 1s }\n`;
    const { failed, unknown, ok } = traced(leaderless, { n: 3 }).line.ops!;
    expect(ok).toBe(0);
    return [failed > 0, unknown > 0];
  };
  expect(outcomes("")).toEqual([true, false]);
  expect(outcomes(", { at: 0s, duplication: 10%, from: all, to: clients }")).toEqual([false, true]);
});
