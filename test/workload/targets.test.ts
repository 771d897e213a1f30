import { describe, expect, test } from "vitest";
import { nearestOf, networkOf } from "../../src/harness/models.ts";
import { runOnce } from "../../src/harness/run.ts";
import { CLIENTS } from "../../src/simulation/models.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { toy } from "../simulation/toy.ts";
import { type FakeWorld, MS, poolIn } from "./fake-world.ts";

const asked = (world: FakeWorld) => world.sent.map(({ at, to }) => [at, to]);
const nearest = { sendTo: "nearest", nearest: () => [2, 0, 1] } as const;

describe("a client that goes to its nearest replica", () => {
  test("begins every operation there, whomever it is sent on to", () => {
    const world = poolIn(
      3,
      (at, to, request) => {
        if (to === 1) at.reply(1, 1, request);
        else at.redirect(1, to, request, 1);
      },
      nearest,
    );
    world.pool.onStart();
    world.runUntil(3.5);
    expect(asked(world)).toEqual([
      [0, 2],
      [1, 1],
      [2, 2],
      [3, 1],
    ]);
  });

  test("goes to the next nearest where that one is silent, and stays there until this one is", () => {
    const world = poolIn(
      3,
      (at, to, request) => {
        if (to === (at.sent.length < 5 ? 0 : 2)) at.reply(200, to, request);
      },
      nearest,
    );
    world.pool.onStart();
    world.runUntil(2300);
    expect(asked(world)).toEqual([
      [0, 2],
      [500, 0],
      [700, 0],
      [900, 0],
      [1100, 0],
      [1600, 1],
      [2100, 2],
      [2300, 2],
    ]);
  });

  test("tries the next nearest once, where the nearest turns it away", () => {
    const world = poolIn(
      3,
      (at, to, request) => {
        if (to === 2) at.refuse(1, to, request);
        else at.reply(1, to, request);
      },
      nearest,
    );
    world.pool.onStart();
    world.runUntil(24);
    expect(asked(world)).toEqual([
      [0, 2],
      [21, 0],
      [22, 2],
    ]);
  });

  test("gives its place to one that lives elsewhere", () => {
    const away = { ...nearest, nearest: (client: number) => (client === 0 ? [2, 0, 1] : [1, 0, 2]) };
    const world = poolIn(3, () => {}, { ...away, clients: { timeoutNs: 600 * MS } });
    world.pool.onStart();
    world.runUntil(600);
    expect(asked(world)).toEqual([
      [0, 2],
      [500, 0],
      [600, 1],
    ]);
  });
});

describe("who is near, by the round trips of the network", () => {
  const parse = (network: string) => parseWorkload("mine", `network: ${network}`, "mine.yaml");
  const regions = "regions: { a: { a: 1ms, b: 20ms, c: 50ms }, b: { b: 1ms, c: 10ms }, c: { c: 1ms } }";

  test("clients of each region have an order of their own", () => {
    const order = nearestOf(parse(`{ ${regions} }`), 3);
    expect([0, 1, 2, 3].map(order)).toEqual([
      [0, 1, 2],
      [1, 2, 0],
      [2, 1, 0],
      [0, 1, 2],
    ]);
    const together = nearestOf(parse(`{ ${regions}, clients: c }`), 3);
    expect([0, 1].map(together)).toEqual([
      [2, 1, 0],
      [2, 1, 0],
    ]);
  });

  test("equally near ones share the clients", () => {
    const order = nearestOf(parse(`{ ${regions} }`), 6);
    expect([0, 3, 6, 9].map(client => order(client)[0])).toEqual([0, 3, 0, 3]);
    expect([0, 1, 2, 3].map(client => nearestOf(parse("lan"), 3)(client)[0])).toEqual([0, 1, 2, 0]);
  });

  test("a link that differs counts, both ways", () => {
    const slow = parse(`{ ${regions}, links: [{ from: n0, to: clients, latency: 70ms }] }`);
    expect(networkOf(slow).link(0, CLIENTS).latency).toMatchObject({ meanNs: 70e6 });
    expect(nearestOf(slow, 3)(0)).toEqual([1, 2, 0]);
  });

  test("in a run, clients are answered from next door", () => {
    const { protocol } = toy({}, (context, request) => context.reply(request, context.execute(1, request)));
    const near = { ...protocol, clients: { sendTo: "nearest", matchingReplies: () => 1 } } as const;
    const text = `{ network: { ${regions} }, cost: ideal, operations: { put: 1, total: 60 }, warmup: 0s }`;
    const workload = parseWorkload("mine", text, "mine.yaml");
    const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {}, options: {} };
    const { latency_us } = runOnce({ algo: "toy", n: 3, seed: 1, workload, ...identity }, near).line;
    expect(latency_us!.max).toBeLessThan(1001);
  });
});
