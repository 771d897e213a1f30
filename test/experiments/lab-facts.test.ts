/** What the laboratory's scenarios must show and the line of a run cannot: seen in the event log. */
import { describe, expect, test } from "vitest";
import { answersOf, committed, contested, diverged, factsOf, lab, type Traced } from "./lab-runs.ts";

async function traceOf(
  name: string,
  seed: number,
  at: Readonly<Record<string, unknown>> = {},
): Promise<Traced> {
  const { runs, traced } = await lab(name, [seed]);
  const planned = runs.find(({ spec }) =>
    Object.entries(at).every(([field, value]) => spec.point[field] === value),
  );
  return traced(planned!);
}

const nodesOf = (traced: Traced): number[] => [...committed(traced).keys()].sort();

/** At the end all nodes have committed the same, each of them all of it. */
function expectEqualLogs(traced: Traced, n: number): void {
  expect(nodesOf(traced)).toHaveLength(n);
  expect(diverged(traced)).toEqual([]);
  const ends = [...committed(traced).values()].map(log => Math.max(...log.keys()));
  expect(Math.min(...ends)).toBeGreaterThan(Math.max(...ends) - 2); // the last may still be on its way
}

describe("safe scenarios", () => {
  test.each([
    ["lab-election", 5],
    ["lab-no-majority", 5],
    ["lab-leader-return", 3],
    ["lab-uncommitted-entry", 3],
    ["lab-partition-2-3-etcd-healed", 5],
  ])("%s: a term has one leader at most, and all logs end equal", async (name, n) => {
    const traced = await traceOf(name, 1);
    expect(contested(traced)).toEqual([]);
    expectEqualLogs(traced, n);
  });
});

test("lab-uncommitted-entry: what only the old leader had is withdrawn, its client never answered", async () => {
  const traced = await traceOf("lab-uncommitted-entry", 1);
  const crash = traced.events.find(({ event }) => event === "crash")!;
  const withdrawn = factsOf(traced, "withdrew").filter(({ t_ns }) => t_ns > crash.t_ns);
  expect(withdrawn.map(({ node }) => node)).toEqual([crash.node]);
  expect(traced.line.ops!.unknown).toBe(1);
  const during = ({ t_ns }: { readonly t_ns: number }) => t_ns < 20e9; // after that it is asked for again
  const asked = new Set(
    traced.events
      .filter(({ event }) => event === "request")
      .filter(during)
      .map(keyOf),
  );
  const answered = new Set(answersOf(traced).filter(during).map(keyOf));
  expect(asked.size - answered.size).toBe(1);
});

test.each([1, 2])(
  "lab-cloudflare-2020-loaded, seed %i: the node in the middle ends as the leader",
  async seed => {
    const off = { "options.raft.preVote": false, "options.raft.checkQuorum": false };
    for (const noOp of [false, true]) {
      const { runs, run } = await lab("lab-cloudflare-2020-loaded", [seed]);
      const at = { ...off, "options.raft.noOp": noOp };
      const planned = runs.find(({ spec }) => isAt(spec.point, at))!;
      const { series } = run(planned);
      const cut = /n(\d) <-> n(\d)/.exec(series.faults.find(([, what]) => what.startsWith("cut"))![1])!;
      const middle = [0, 1, 2].find(node => !cut.slice(1).map(Number).includes(node));
      expect(series.leaders.filter(([, , , began]) => began === 1).at(-1)![1]).toBe(middle);
    }
  },
);

describe("unsafe scenarios", () => {
  test("lab-bully: both sides commit, and different things", async () => {
    const traced = await traceOf("lab-bully", 1);
    expect(diverged(traced).length).toBeGreaterThan(10);
    const cut = traced.events.filter(({ event, t_ns }) => event === "reply" && t_ns > 11e9 && t_ns < 30e9);
    expect([...new Set(cut.map(({ from }) => from))].sort()).toEqual([2, 4]);
  });

  test("lab-bully-majority: two lead, but only one side commits", async () => {
    const traced = await traceOf("lab-bully-majority", 1);
    expect(diverged(traced)).toEqual([]);
    const late = factsOf(traced, "committed").filter(({ t_ns }) => t_ns > 11e9);
    expect([...new Set(late.map(({ node }) => node))].sort()).toEqual([0, 1, 2]);
  });

  test("lab-byzantine-raft: what was acknowledged gives way to something else", async () => {
    const traced = await traceOf("lab-byzantine-raft", 1);
    expect(diverged(traced).length).toBeGreaterThan(10);
  });

  test("lab-byzantine-raft-double-vote: a term has two leaders, who commit different things", async () => {
    const traced = await traceOf("lab-byzantine-raft-double-vote", 1);
    expect(contested(traced)).toEqual([1]);
    expect(diverged(traced).length).toBeGreaterThan(10);
  });

  test("lab-volatile-term: terms fall, and positions are given away again", async () => {
    const traced = await traceOf("lab-volatile-term", 1);
    expect(diverged(traced).length).toBeGreaterThan(10);
    const before = factsOf(traced, "leads").at(-2)!;
    expect(factsOf(traced, "leads").at(-1)!.epoch).toBeLessThan(before.epoch);
  });

  test.each([
    ["local", true],
    ["log", false],
  ])("lab-local-read: reads: %s, stale reads: %s", async (reads, expected) => {
    const traced = await traceOf("lab-local-read", 1, { reads });
    expect(staleReads(traced) > 0).toBe(expected);
    expect(traced.line.unsafe === null).toBe(!expected);
  });
});

const keyOf = ({ request }: Traced["events"][number]): string => `${request.client}.${request.sequence}`;

const isAt = (point: Readonly<Record<string, unknown>>, at: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(at).every(([field, value]) => point[field] === value);

/** Gets that were answered with less than a put, which had ended before they were asked, had left there. */
function staleReads(traced: Traced): number {
  const askedAt = new Map<string, number>();
  for (const event of traced.events) {
    if (event.event === "request" && !askedAt.has(keyOf(event))) askedAt.set(keyOf(event), event.t_ns);
  }
  const order = new Map<string, number>(); // of puts: their place in the log, by value
  for (const { position, subject } of factsOf(traced, "committed")) {
    if (typeof subject === "object") order.set(subject.command.value, position);
  }
  const answers = answersOf(traced).toSorted((left, right) => left.arrives_ns! - right.arrives_ns!);
  const newest = (key: number, by: number) =>
    Math.max(
      0,
      ...answers
        .filter(
          ({ request, arrives_ns }) =>
            request.command.kind === "put" && request.command.key === key && arrives_ns! < by,
        )
        .map(({ request }) => order.get(request.command.value) ?? 0),
    );
  const gets = answers.filter(({ request }) => request.command.kind === "get");
  return gets.filter(
    answer =>
      (order.get(answer.result ?? "") ?? 0) < newest(answer.request.command.key, askedAt.get(keyOf(answer))!),
  ).length;
}
