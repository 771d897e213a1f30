import { describe, expect, test } from "vitest";
import { Targets } from "../../src/workload/targets.ts";
import { constant, type FakeWorld, MS, poolIn } from "./fake-world.ts";

const targets = (world: FakeWorld) => world.sent.map(({ at, to }) => [at, to]);
const outcomes = (world: FakeWorld) => world.ended.map(({ outcome }) => outcome);

describe("a closed loop", () => {
  test("each client asks again as soon as it is answered, in one session", () => {
    const world = poolIn(3, (at, to, request) => at.reply(1, to, request), { clients: { count: 2 } });
    world.pool.onStart();
    world.runUntil(2.5);
    const sessions = world.sent.map(({ at, to, request }) => [at, to, request.client, request.sequence]);
    expect(sessions).toEqual([
      [0, 0, 0, 1],
      [0, 1, 1, 1],
      [1, 0, 0, 2],
      [1, 1, 1, 2],
      [2, 0, 0, 3],
      [2, 1, 1, 3],
    ]);
    expect(world.ended[2]).toMatchObject({ call: 1, end: 2, outcome: "ok" });
    expect(world.pool.submitted).toBe(6);
  });

  test("time to think passes between an answer and the next request, and does not count as latency", () => {
    const world = poolIn(3, (at, to, request) => at.reply(1, to, request), {
      clients: { think: constant(10 * MS) },
    });
    world.pool.onStart();
    world.runUntil(30);
    expect(world.ended.map(({ call, end }) => [call, end])).toEqual([
      [0, 1],
      [11, 12],
      [22, 23],
    ]);
  });

  test("a wake that comes late counts as latency: an operation starts when it was meant to", () => {
    const world = poolIn(3, (at, to, request) => at.reply(1, to, request), {
      clients: { think: constant(10 * MS) },
    });
    world.pool.onStart();
    world.runUntil(5);
    world.wakeAfterNs(0, 16 * MS);
    world.runUntil(30);
    expect(world.ended[1]).toMatchObject({ call: 11, end: 22 });
  });

  test("operations that are answered set no timers of their own", () => {
    const world = poolIn(3, (at, to, request) => at.reply(1, to, request));
    world.pool.onStart();
    world.runUntil(2000);
    expect(world.ended).toHaveLength(2000);
    expect(world.timersSet).toBeLessThan(10);
  });
});

describe("finding the leader", () => {
  test("a redirection is followed at once, and remembered", () => {
    const world = poolIn(3, (at, to, request) => {
      if (to === 2) at.reply(1, 2, request);
      else at.redirect(1, to, request, 2);
    });
    world.pool.onStart();
    world.runUntil(3.5);
    expect(targets(world)).toEqual([
      [0, 0],
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
  });

  test("where nobody leads, the next replica is asked after a pause, with the same request", () => {
    const world = poolIn(3, (at, to, request) => at.redirect(1, to, request, undefined));
    world.pool.onStart();
    world.runUntil(70);
    expect(targets(world)).toEqual([
      [0, 0],
      [21, 1],
      [42, 2],
      [63, 0],
    ]);
    expect(new Set(world.sent.map(({ request }) => request)).size).toBe(1);
  });

  test("replicas that name each other do not keep a request going round", () => {
    const world = poolIn(2, (at, to, request) => at.redirect(0.1, to, request, 1 - to));
    world.pool.onStart();
    world.runUntil(100);
    expect(world.sent.length).toBeLessThan(20);
  });

  test("a replica that names itself knows no better", () => {
    const world = poolIn(3, (at, to, request) => at.redirect(1, to, request, to));
    world.pool.onStart();
    world.runUntil(25);
    expect(targets(world)).toEqual([
      [0, 0],
      [21, 1],
    ]);
  });

  test("without an answer for the time of a retry, the next replica gets the same request", () => {
    const world = poolIn(3, (at, to, request) => {
      if (to === 1) at.reply(1, 1, request);
    });
    world.pool.onStart();
    world.runUntil(502.5);
    expect(targets(world)).toEqual([
      [0, 0],
      [500, 1],
      [501, 1],
      [502, 1],
    ]);
    expect(world.sent[1]!.request).toBe(world.sent[0]!.request);
    expect(world.ended[0]).toMatchObject({ call: 0, end: 501 });
  });

  test("those who send the client back to a silent replica do not keep it there", () => {
    const targets = new Targets(5);
    for (let slot = 0; slot < 5; slot++) targets.addSlot(slot);
    const tried = Array.from({ length: 5 }, () => {
      targets.turn(0);
      const asked = targets.of[0];
      targets.of[0] = 0; // it names the silent replica as the leader
      return asked;
    });
    expect(tried).toEqual([1, 2, 3, 4, 1]);
    targets.renew(0);
    targets.turn(0);
    expect(targets.of[0]).toBe(1);
  });

  test("whoever answers is asked next, even if another was asked", () => {
    const world = poolIn(3, (at, _to, request) => at.reply(1, 2, request));
    world.pool.onStart();
    world.runUntil(1.5);
    expect(targets(world)).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });
});

describe("giving up", () => {
  test("an operation without an answer is unknown after its time, and its client never asks again", () => {
    const world = poolIn(2, () => {}, { clients: { timeoutNs: 1200 * MS } });
    world.pool.onStart();
    world.runUntil(1300);
    expect(targets(world)).toEqual([
      [0, 0],
      [500, 1],
      [1000, 0],
      [1200, 1],
    ]);
    expect(world.ended).toMatchObject([{ call: 0, end: 1200, outcome: "unknown", result: undefined }]);
    expect(world.sent.map(({ request }) => [request.client, request.sequence])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 1],
    ]);
  });

  test("an answer to a client that has retired is ignored", () => {
    const world = poolIn(2, () => {}, { clients: { timeoutNs: 100 * MS } });
    world.pool.onStart();
    const first = world.sent[0]!.request;
    world.runUntil(150);
    world.pool.onReply(0, first, undefined);
    world.pool.onRedirect(0, first, 1);
    world.pool.onRefuse(0, first);
    expect(outcomes(world)).toEqual(["unknown"]);
    expect(world.sent).toHaveLength(2);
  });

  test("an operation that every replica refused has certainly failed", () => {
    const world = poolIn(2, (at, to, request) => at.refuse(1, to, request), {
      clients: { timeoutNs: 100 * MS },
    });
    world.pool.onStart();
    world.runUntil(100);
    expect(outcomes(world)).toEqual(["failed"]);
  });

  test("one try without an answer leaves the outcome unknown, however many were refused", () => {
    const world = poolIn(2, (at, to, request) => to === 1 && at.refuse(1, to, request), {
      clients: { timeoutNs: 1100 * MS },
    });
    world.pool.onStart();
    world.runUntil(1100);
    expect(outcomes(world)).toEqual(["unknown"]);
  });

  test("where messages may arrive twice, a refusal proves nothing", () => {
    const world = poolIn(2, (at, to, request) => at.refuse(1, to, request), {
      clients: { timeoutNs: 100 * MS },
      duplication: 0.1,
    });
    world.pool.onStart();
    world.runUntil(100);
    expect(outcomes(world)).toEqual(["unknown"]);
  });
});

describe("replicas that may lie", () => {
  test("an operation ends with as many equal answers as are needed, each replica counted once", () => {
    const world = poolIn(4, () => {}, { matching: () => 2 });
    world.pool.onStart();
    const { request } = world.sent[0]!;
    world.pool.onReply(3, request, "lie");
    world.pool.onReply(3, request, "lie");
    world.pool.onReply(0, request, "truth");
    expect(world.ended).toEqual([]);
    world.pool.onReply(1, request, "truth");
    expect(world.ended).toMatchObject([{ outcome: "ok", result: "truth" }]);
  });

  test("answers of one operation do not count for the next", () => {
    const world = poolIn(4, () => {}, { matching: () => 2 });
    world.pool.onStart();
    const first = world.sent[0]!.request;
    for (const node of [0, 1, 2]) world.pool.onReply(node, first, undefined);
    const second = world.sent[1]!.request;
    world.pool.onReply(0, second, undefined);
    expect(world.ended).toHaveLength(1);
    world.pool.onReply(3, second, undefined);
    expect(world.ended).toHaveLength(2);
  });

  test("reads and writes may need different numbers, and replicas above the 32nd count", () => {
    const world = poolIn(100, () => {}, { matching: read => (read ? 1 : 34) });
    world.pool.onStart();
    for (let node = 60; node < 93; node++) world.pool.onReply(node, world.sent[0]!.request, undefined);
    expect(world.ended).toHaveLength(0);
    world.pool.onReply(28, world.sent[0]!.request, undefined);
    expect(world.ended).toHaveLength(1);
  });

  test("a retry goes to everybody", () => {
    const world = poolIn(4, () => {}, { matching: () => 2 });
    world.pool.onStart();
    world.runUntil(500);
    expect(targets(world)).toEqual([
      [0, 0],
      [500, 0],
      [500, 1],
      [500, 2],
      [500, 3],
    ]);
  });

  test("a protocol whose clients ask everybody gets each request at every replica", () => {
    const world = poolIn(3, (at, to, request) => at.reply(1, to, request), { sendTo: "all" });
    world.pool.onStart();
    world.runUntil(1.5);
    expect(targets(world)).toEqual([0, 0, 0, 1, 1, 1].map((at, index) => [at, index % 3]));
  });

  test("when all that were asked turn the client away, it asks all of them again after a pause", () => {
    const world = poolIn(2, (at, to, request) => at.refuse(1, to, request), { sendTo: "all" });
    world.pool.onStart();
    world.runUntil(22);
    expect(targets(world)).toEqual([
      [0, 0],
      [0, 1],
      [21, 0],
      [21, 1],
    ]);
  });
});

describe("phases", () => {
  const answering = (count: number) =>
    poolIn(3, (at, to, request) => at.reply(1 + to, to, request), { clients: { count } });

  test("a pause lets what is outstanding end and starts nothing", () => {
    const world = answering(3);
    world.pool.onStart();
    world.runUntil(2);
    world.pool.pause();
    expect(world.pool.idle).toBe(false);
    world.runUntil(100);
    expect(world.pool.idle).toBe(true);
    expect(world.pool.done).toBe(true);
    expect(world.ended).toHaveLength(world.pool.submitted);
  });

  test("after a pause all start at one instant, and end after exactly so many operations", () => {
    const world = answering(3);
    world.pool.onStart();
    world.pool.pause();
    world.runUntil(100);
    world.pool.resume(10);
    expect(world.sent.filter(({ at }) => at === 100)).toHaveLength(3);
    world.runUntil(500);
    expect(world.pool.done).toBe(true);
    expect(world.ended).toHaveLength(3 + 10);
  });

  test("a limit below the number of clients is kept", () => {
    const world = answering(3);
    world.pool.resume(2);
    world.runUntil(100);
    expect(world.ended).toHaveLength(2);
  });

  test("clients that think are stopped by a pause and started by what follows", () => {
    const world = poolIn(3, (at, to, request) => at.reply(1, to, request), {
      clients: { think: constant(50 * MS) },
    });
    world.pool.onStart();
    world.runUntil(10);
    world.pool.pause();
    world.runUntil(100);
    expect(world.sent).toHaveLength(1);
    world.pool.resume(1);
    world.runUntil(300);
    expect(targets(world)).toEqual([
      [0, 0],
      [100, 0],
    ]);
  });

  test("what is outstanding at the end of a run is unknown", () => {
    const world = poolIn(3, () => {}, { clients: { count: 2 } });
    world.pool.onStart();
    world.runUntil(3);
    world.pool.abandon();
    expect(world.ended).toMatchObject([
      { call: 0, end: 3, outcome: "unknown" },
      { call: 0, end: 3, outcome: "unknown" },
    ]);
    expect(world.pool.done).toBe(true);
  });
});

describe("commands", () => {
  const all = { get: 1, put: 2, append: 3, cas: 2, delete: 2 };

  test("kinds come in their shares, and the fields always in the same order", () => {
    const world = poolIn(1, (at, to, request) => at.reply(1, to, request), { mix: all });
    world.pool.onStart();
    world.runUntil(20_000);
    const commands = world.sent.map(({ request }) => request.command);
    for (const [kind, share] of Object.entries(all)) {
      const seen = commands.filter(command => command.kind === kind).length / commands.length;
      expect(Math.abs(seen - share / 10), kind).toBeLessThan(0.015);
    }
    for (const command of commands) {
      expect(Object.keys(command)).toEqual(["kind", "key", "value", "expected", "bytes"]);
    }
  });

  test("no value is written twice, and only writes carry one", () => {
    const world = poolIn(1, (at, to, request) => at.reply(1, to, request), {
      mix: all,
      clients: { count: 5 },
    });
    world.pool.onStart();
    world.runUntil(500);
    const writes = world.sent.map(({ request }) => request.command).filter(({ value }) => value !== "");
    expect(new Set(writes.map(({ value }) => value)).size).toBe(writes.length);
    for (const { kind, bytes, value } of world.sent.map(({ request }) => request.command)) {
      expect(bytes === 100).toBe(value !== "");
      expect(value === "").toBe(kind === "get" || kind === "delete");
      if (value !== "") expect(value).toMatch(/^\d+\.\d+;$/);
    }
  });

  test("cas expects what was seen last at its key", () => {
    const store: { value?: string } = {};
    const world = poolIn(
      1,
      (at, to, request) => {
        const { kind, value, expected } = request.command;
        const holds = store.value === expected;
        if (kind === "put" || (kind === "cas" && holds)) store.value = value;
        at.reply(1, to, request, kind === "cas" ? holds : undefined);
      },
      { mix: { put: 1, cas: 1 }, keys: 1 },
    );
    world.pool.onStart();
    world.runUntil(200);
    const swaps = world.ended.filter(({ request }) => request.command.kind === "cas");
    expect(swaps.length).toBeGreaterThan(50);
    expect(swaps.every(({ result }) => result === true)).toBe(true);
  });
});
