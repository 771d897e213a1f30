/** Each fault of a node is seen in the trace, and so is its end. */
import { describe, expect, test } from "vitest";
import { hitBy, type Line, type Traced, traced } from "./traced.ts";

const one = (fault: string, others = "") => traced(`${others}faults: [{ at: 1s, for: 500ms, ${fault} }]`);
const struck = ({ line }: Traced) =>
  expect(line.faults).toMatchObject({ scheduled: 1, struck: 1, never_struck: [] });
const by = (rows: readonly Line[], node: number) =>
  rows.filter(row => row.node === node || row.from === node);
const deliveredTo = (rows: readonly Line[], node: number) =>
  rows.filter(({ event, to }) => event === "deliver" && to === node);

describe("a node that is down", () => {
  test("after a crash does nothing, another leads, and it comes back when the fault ends", () => {
    const run = one("crash: leader");
    struck(run);
    const node = hitBy(run, "crash");
    expect(run.between(1000, 1500, "crash").map(row => row.node)).toEqual([node]);
    expect(by(run.between(1001, 1500, "send"), node)).toEqual([]);
    expect(run.between(1001, 1500, "drop").some(({ to }) => to === node)).toBe(true);
    expect(run.between(1500, 1501, "restart").map(row => row.node)).toEqual([node]);
    expect(by(run.between(1501, 3000, "send"), node).length).toBeGreaterThan(0);
    expect(run.line.epochs).toMatchObject({ leader_changes: 1 });
    const [recovery] = run.line.availability!.recoveries!;
    expect(recovery).toMatchObject({ fault: `crash n${node}`, at_us: 1_000_000 });
    expect(recovery!.recovered_us).toBeGreaterThan(100_000);
    expect(recovery!.recovered_us).toBeLessThan(1_000_000);
    expect(run.line.ops!.ok).toBe(run.line.ops!.submitted);
  });

  describe("after a power loss of all", () => {
    const busy = `clients: { mode: open, rate: 2000/s }
operations: { put: 100 }
batching: { max: 1, window: 64 }
cost: { cpu: { receive: 1us, send: 1us, byte: 0s }, disk: { sync: 5ms, byte: 0s } }
`;
    /** By node: the last entry that it had accepted, and the last that it found on its disk again. */
    const logs = (run: Traced, fromMs: number, toMs: number) =>
      [0, 1, 2, 3, 4].map(node =>
        by(run.between(fromMs, toMs, "fact"), node)
          .filter(({ fact }) => fact === "accepted")
          .reduce((last, { position, subject }) => Math.max(last, position + subject.length - 1), 0),
      );
    const plain = one("crash: all", busy);
    const torn = one("crash: all, torn: true", busy);

    test("what had been synced is there again, and no more; of a torn batch a part", () => {
      const [before, found, more] = [logs(plain, 0, 1000), logs(plain, 1500, 1501), logs(torn, 1500, 1501)];
      expect(logs(torn, 0, 1000)).toEqual(before);
      before.forEach((last, node) => {
        expect(found[node]).toBeLessThan(last);
        expect(found[node]).toBeGreaterThan(last - 50);
        expect(more[node]).toBeGreaterThanOrEqual(found[node]!);
        expect(more[node]).toBeLessThan(last);
      });
      expect(more).not.toEqual(found);
      expect(torn.series.faults.map(([, what]) => what)).toEqual(
        ["", "end of "].map(when => `${when}crash n0,n1,n2,n3,n4 torn`),
      );
    });

    test("all come back when it ends, and serve", () => {
      for (const run of [plain, torn]) {
        expect(run.between(1000, 1001, "crash")).toHaveLength(5);
        expect(run.between(1500, 1501, "restart")).toHaveLength(5);
        expect(run.line.faults!.beyond_tolerance).toBe(true);
        expect(run.line.availability!.recoveries![0]!.recovered_us).toBeGreaterThan(500_000);
        expect(run.line.checks.linearizable).toBe("valid");
      }
    });
  });

  test("stays down until it is told to restart, and then once", () => {
    const run = traced("faults: [{ at: 1s, crash: n1 }, { at: 2s, restart: all }]");
    expect(run.between(1001, 2000, "restart")).toEqual([]);
    expect(run.between(2000, 3000, "restart").map(row => row.node)).toEqual([1]);
  });

  test("and is kept down by two faults comes back after the later one", () => {
    const run = traced("faults: [{ at: 1s, for: 1s, crash: n1 }, { at: 1.1s, for: 200ms, crash: all }]");
    expect(run.between(1300, 1301, "restart").map(row => row.node)).toEqual([0, 2, 3, 4]);
    expect(run.between(2000, 2001, "restart").map(row => row.node)).toEqual([1]);
  });

  test("with its disk wiped has forgotten everything, which is beyond what Raft tolerates", () => {
    const run = one("wipe: follower");
    const node = hitBy(run, "wipe");
    expect(run.between(1000, 1001, "wipe").map(row => row.node)).toEqual([node]);
    const again = by(run.between(1500, 3000, "fact"), node).find(({ fact }) => fact === "accepted");
    expect(again?.position).toBe(1);
    expect(run.line.faults!.beyond_tolerance).toBe(true);
  });
});

describe("a pause", () => {
  test("stops what the node does and sends, and keeps what reaches it for later", () => {
    const run = one("pause: leader");
    struck(run);
    const node = hitBy(run, "pause");
    const meanwhile = by(run.between(1001, 1500), node).map(({ event }) => event);
    const passive = ["durable", "deliver", "send", "waits"];
    expect(meanwhile.filter(event => !passive.includes(event))).toEqual([]);
    expect(by(run.between(1001, 1500, "send"), node).filter(row => row.departs_ns < 1500e6)).toEqual([]);
    expect(run.between(1500, 1501, "resume").map(row => row.node)).toEqual([node]);
    expect(by(run.between(1500, 3000, "fact"), node).some(({ fact }) => fact === "yields")).toBe(true);
    expect(run.line.epochs!.leader_changes).toBe(1);
  });
});

describe("slowness", () => {
  const departures = (run: Traced, node: number, fromMs: number, toMs: number) =>
    run.between(fromMs, toMs, "send").filter(row => row.from === node);

  test("of a processor delays what it sends, until it ends", () => {
    const run = one("slowCpu: leader, factor: 100");
    struck(run);
    const node = hitBy(run, "slowCpu");
    expect(run.trace.filter(({ event }) => event === "cpu").map(row => [row.t_ns, row.factor])).toEqual([
      [1000e6, 100],
      [1500e6, 1],
    ]);
    const longest = (fromMs: number, toMs: number) =>
      Math.max(...departures(run, node, fromMs, toMs).map(row => row.departs_ns - row.t_ns));
    expect(longest(1000, 1500)).toBeGreaterThan(500_000);
    expect(longest(1600, 3000)).toBeLessThan(100_000);
  });

  test("of a disk lengthens its syncs, until it ends", () => {
    const run = one("slowDisk: follower, factor: 50");
    struck(run);
    const node = hitBy(run, "slowDisk");
    const syncs = (fromMs: number, toMs: number) => {
      const rows = by(run.between(fromMs, toMs), node).filter(({ event }) =>
        /^(persist|durable)$/.test(event),
      );
      return rows.flatMap((row, at) =>
        row.event === "durable" && rows[at - 1]?.event === "persist" ? [row.t_ns - rows[at - 1]!.t_ns] : [],
      );
    };
    expect(Math.max(...syncs(1000, 1500))).toBeGreaterThan(50 * 50_000);
    expect(Math.max(...syncs(1600, 3000))).toBeLessThan(2_000_000);
  });
});

describe("a disk", () => {
  test("that stalls finishes nothing before it flows again", () => {
    const run = one("diskStall: leader");
    struck(run);
    const node = hitBy(run, "diskStall");
    expect(by(run.between(1000, 1500, "durable"), node)).toEqual([]);
    expect(by(run.between(1500, 1501, "durable"), node).length).toBeGreaterThan(0);
    expect(run.line.faults!.beyond_tolerance).toBe(false);
    expect(run.line.ops!.ok).toBe(run.line.ops!.submitted);
  });

  test("that stalls for good does not keep a run from ending", () => {
    const run = traced("faults: [{ at: 1s, diskStall: all }]");
    expect(run.line.status).toBe("ok");
    expect(run.line.availability!.longest_gap_us).toBeGreaterThan(1_900_000);
  });

  test.each(["fsyncFailure", "diskFull"])(
    "with %s stops its node, which comes back when the disk works",
    kind => {
      const run = one(`${kind}: leader`);
      struck(run);
      const node = hitBy(run, kind);
      expect(by(run.between(1000, 1500, "durable"), node)).toEqual([]);
      expect(run.between(1000, 1100, "crash").map(row => row.node)).toEqual([node]);
      expect(run.between(1100, 1499, "restart")).toEqual([]);
      expect(run.between(1500, 1501, "restart").map(row => row.node)).toEqual([node]);
      expect(run.line.epochs!.leader_changes).toBe(1);
    },
  );

  test("that takes no time can stall too", () => {
    const run = one("diskStall: leader", "network: ideal\ncost: ideal\n");
    expect(by(run.between(1000, 1500, "durable"), hitBy(run, "diskStall"))).toEqual([]);
    expect(run.line.ops!.ok).toBe(run.line.ops!.submitted);
  });
});

describe("a clock", () => {
  test("that runs fast brings time-outs early, until it is right again", () => {
    const run = one("clockRate: follower, factor: 8");
    struck(run);
    const node = hitBy(run, "clockRate");
    const rates = run.trace.filter(({ event, rate }) => event === "clock" && rate !== undefined);
    expect(rates.map(row => [row.t_ns, row.node, row.rate])).toEqual([
      [1000e6, node, 8],
      [1500e6, node, 1],
    ]);
    const timeouts = (fromMs: number, toMs: number) => by(run.between(fromMs, toMs, "timer"), node).length;
    expect(timeouts(1000, 1500)).toBeGreaterThan(0);
    expect(run.line.epochs!.growth).toBeGreaterThan(0);
    expect(run.line.epochs!.raised_by![0]!.node).toBe(node);
  });

  test("jumps, and back when it ends", () => {
    const run = one("clockJump: leader, by: -2s");
    struck(run);
    const jumps = run.trace.filter(row => row.jump_ns !== undefined);
    expect(jumps.map(row => [row.t_ns, row.jump_ns])).toEqual([
      [1000e6, -2e9],
      [1500e6, 2e9],
    ]);
  });
});

test("whatever reached a node while it was paused is handled afterwards", () => {
  const run = traced("faults: [{ at: 1s, for: 100ms, pause: follower }]");
  const node = hitBy(run, "pause");
  expect(deliveredTo(run.between(1000, 1100), node).length).toBeGreaterThan(0);
  expect(by(run.between(1100, 1101, "persist"), node).length).toBeGreaterThan(0);
});
