import { beforeAll, describe, expect, test } from "vitest";
import type { KeptRow, KeptTrace } from "../../src/results/kept-trace.ts";
import { kept, keptText, type Performed, performOne } from "./kept-traces-runs.ts";

const of = <Kind extends KeptRow[0]>(trace: KeptTrace, kind: Kind) =>
  trace.rows.filter((row): row is Extract<KeptRow, { 0: Kind }> => row[0] === kind);

let crash: Performed;
let trace: KeptTrace;
beforeAll(async () => {
  crash = await performOne("raft", 5, "crash-leader");
  trace = kept(crash);
});

describe("a run whose leader crashes", () => {
  test("the windows are where something happened", () => {
    const inside = (ns: number) =>
      trace.header.windows.some(({ from_ns, to_ns }) => from_ns <= ns && ns <= to_ns);
    const elections = crash.whole.filter(({ fact }) => fact === "leads");
    const crashes = crash.whole.filter(({ event }) => event === "crash" || event === "restart");
    expect(elections).toHaveLength(2);
    expect(crashes).toHaveLength(2);
    for (const { t_ns } of [...elections, ...crashes]) expect(inside(t_ns)).toBe(true);
    expect(trace.header.windows.map(({ why }) => why).join()).toMatch(
      /first election.*median.*crash n4, election/,
    );
  });

  test("inside a window no message between replicas is missing, and outside there are only those of paths", () => {
    const told = new Set(trace.header.operations.flatMap(({ path }) => path));
    for (const { from_ns, to_ns } of trace.header.windows) {
      const within = (ns: number) => from_ns < ns && ns < to_ns;
      const sent = crash.whole.filter(
        ({ event, t_ns, departs_ns }) => event === "send" && within(t_ns) && within(departs_ns as number),
      );
      const there = of(trace, "send").filter(([, departs]) => within(departs));
      expect(sent.length).toBeGreaterThan(0);
      for (const { from, to, departs_ns, arrives_ns, type } of sent) {
        const same = ([, departs, , sender, receiver, arrives, name]: (typeof there)[number]) =>
          departs === departs_ns &&
          sender === from &&
          receiver === to &&
          arrives === arrives_ns &&
          name === type;
        expect(there.filter(same)).toHaveLength(1);
      }
    }
    const outside = [...trace.rows.entries()].filter(
      ([place, row]) =>
        row[0] === "send" &&
        !told.has(place) &&
        !trace.header.windows.some(({ from_ns, to_ns }) => from_ns <= row[1] && row[1] <= to_ns + 1e6),
    );
    expect(outside).toEqual([]);
  });

  test("how nodes stood is there for the whole run", () => {
    const roles = of(trace, "status").map(([, , node, role, epoch]) => `n${node} ${role} ${epoch}`);
    const changes = roles.filter((text, place) => !roles.slice(0, place).includes(text));
    for (const text of ["n4 leader 1", "n4 down 0", "n3 candidate 2", "n3 leader 2", "n4 follower 2"]) {
      expect(changes).toContain(text);
    }
    const last = of(trace, "status").findLast(([, , node]) => node === 3)!;
    const committed = crash.whole.filter(
      ({ fact, node, t_ns }) => fact === "committed" && node === 3 && t_ns <= trace.header.end_ns,
    );
    expect(last[7]).toBe(Math.max(...committed.map(({ position }) => position as number)));
    expect(last[9]).toEqual([2]); // all its last entries are of the second leader
  });

  test("messages to the node that is down say so, and faults have their names", () => {
    const toDown = of(trace, "send").filter(
      ([, , , , to, arrives]) => to === 4 && arrives! > 2.5e9 && arrives! < 4.5e9,
    );
    expect(toDown.length).toBeGreaterThan(0);
    expect(toDown.every(row => row[9] === "down")).toBe(true);
    expect(of(trace, "fault").map(([, ns, what]) => [ns, what])).toEqual([
      [2_500_000_000, "crash n4"],
      [4_500_000_000, "end of crash n4"],
    ]);
  });
});

describe("the slowest operations and a median one", () => {
  test("are those that the run's line tells of", () => {
    const [slowest] = trace.header.operations;
    const took = slowest!.return_ns! - slowest!.call_ns;
    expect(slowest!.why).toBe("slowest");
    expect(took / 1e3).toBe(crash.line.latency_us!.max);
    const median = trace.header.operations.find(({ why }) => why === "median")!;
    expect((median.return_ns! - median.call_ns) / 1e3 / crash.line.latency_us!.p50).toBeCloseTo(1, 1);
  });

  test("a path leads from the request to the answer, each step after the one before", () => {
    expect(trace.header.operations.length).toBe(4);
    for (const { path, op, return_ns } of trace.header.operations) {
      const rows = path.map(place => trace.rows[place]!);
      expect(rows[0]!.slice(0, 1)).toEqual(["ask"]);
      expect(rows[0]![4]).toBe(op);
      expect(rows.at(-1)![0]).toBe("answer");
      expect(rows.at(-1)![4]).toBe(return_ns);
      expect(rows.map(row => row[0]).join()).toBe("ask,send,disk,send,answer");
      const times = rows.map(row => row[1]);
      expect(times).toEqual(times.toSorted((left, right) => left - right));
    }
  });

  test("each message of a path is caused by the step before, or carries the operation", () => {
    for (const { path, op } of trace.header.operations) {
      for (const [step, place] of path.entries()) {
        const row = trace.rows[place]!;
        if (row[0] !== "send" && row[0] !== "answer" && row[0] !== "disk") continue;
        const carries = row[0] === "send" && row[8].includes(op);
        expect(carries || row[2] === path[step - 1] || row[0] === "disk").toBe(true);
      }
    }
  });
});

describe("bounds", () => {
  test("the same run gives the same bytes", () => {
    expect(keptText(crash)).toBe(keptText(crash));
  });

  test("what is left out is counted", () => {
    const { events, left_out } = trace.header;
    expect(trace.rows.filter(([kind]) => kind !== "status")).toHaveLength(events - left_out);
    const messages = crash.whole.filter(
      ({ event, t_ns }) =>
        /^(send|lose|request|reply|redirect|refuse)$/.test(event) && t_ns <= trace.header.end_ns,
    );
    expect(events).toBeGreaterThan(messages.length);
  });

  test.each([
    ["raft", 9, "chaos"],
    ["pbft", 4, "chaos"],
    ["paxos", 5, "chaos"],
  ])("%s with %i nodes under %s stays small and in order", async (algo, n, workload) => {
    const performed = await performOne(algo, n, workload);
    const text = keptText(performed);
    const { rows, header } = kept(performed);
    expect(rows.length).toBeLessThanOrEqual(3000);
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
    const times = rows.map(row => row[1]);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    for (const [place, row] of rows.entries()) {
      const cause = row[0] === "send" || row[0] === "answer" || row[0] === "disk" ? row[2] : null;
      if (cause !== null) expect(cause).toBeLessThan(place);
    }
    expect(header.windows.length).toBeGreaterThan(1);
  });

  test("a storm of elections does not fill the file", async () => {
    const performed = await performOne("raft", 5, "lab-no-majority");
    const { rows, header } = kept(performed);
    expect(performed.line.epochs!.growth).toBeGreaterThan(5);
    expect(rows.length).toBeLessThanOrEqual(3000);
    expect(header.windows_left_out).toBeGreaterThanOrEqual(0);
    const end = header.end_ns;
    expect(rows.some(row => row[0] === "status" && row[1] > 0.9 * end)).toBe(true);
  });
});

describe("a run that went wrong", () => {
  test("what cannot be is in a window, and operations that contradict each other are told of", async () => {
    const performed = await performOne("bully", 5, "lab-bully");
    const violations = performed.line.checks.violations!;
    const { header, rows } = kept(performed);
    const inside = (ns: number) => header.windows.some(({ from_ns, to_ns }) => from_ns <= ns && ns <= to_ns);
    const first = violations.find(({ check }) => check === "invariants")!;
    expect(inside(first.at_us * 1e3)).toBe(true);
    const contradiction = violations.find(({ check }) => check === "linearizable")!.contradiction!;
    const told = header.operations.filter(({ why }) => why === "contradiction");
    expect(told.map(({ call_ns }) => call_ns).sort()).toEqual(
      contradiction.operations.map(({ call_ns }) => call_ns).sort(),
    );
    for (const { path } of told) expect(rows[path[0]!]![0]).toBe("ask");
  });
});

test("an entry that only the old leader has is of another epoch than the one that takes its place", async () => {
  const { whole, ...lab } = await performOne("raft", 3, "lab-uncommitted-entry");
  const leaders = whole.filter(({ fact }) => fact === "leads").map(({ node }) => node);
  const statuses = of(kept({ whole, ...lab }), "status");
  const old = statuses.find(([, ns, node, role]) => ns > 9e9 && node === leaders[0] && role !== "down")!;
  const [, , , , , , length, committed, , epochs] = old;
  expect({ committed, epochs }).toEqual({ committed: 0, epochs: [1] });
  const instead = statuses.find(([, , node, , , , held]) => node === leaders[1] && held === length)!;
  expect(instead[9]).toEqual([1, 2]);
});
