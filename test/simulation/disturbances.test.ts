import { describe, expect, test } from "vitest";
import * as disturbances from "../../src/simulation/disturbances.ts";
import { cluster, freeCost, MILLISECOND, steadyLink, steadyNetwork } from "./cluster.ts";
import { toy } from "./toy.ts";

const slowSync = () => ({
  ...freeCost,
  disk: { sync: { distribution: "constant", meanNs: 2 * MILLISECOND } as const, byteNs: 0 },
});

describe("a torn write", () => {
  const stored = (written: number) => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 1, { cost: slowSync });
    for (let asked = 0; asked < 5; asked++) client.ask(0, "put", 0, "", asked);
    run(3.5); // the first record is safe, the other four are under way
    simulation.crash(0, written);
    simulation.restart(0);
    return seen.started.at(-1)![1];
  };

  test("leaves the records before the tear, and none after it", () => {
    expect(stored(0)).toEqual([1]);
    expect(stored(0.6)).toEqual([1, 2, 3]);
    expect(stored(0.999)).toEqual([1, 2, 3, 4]);
  });
});

test("what was written during a pause is sent when it is over, unless the node crashes first", () => {
  const arrivals = (crashes: boolean) => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 2, { cost: slowSync });
    client.ask(0, "put");
    run(2);
    disturbances.pause(simulation, 0, 20 * MILLISECOND);
    run(3);
    if (crashes) simulation.crash(0);
    run(30);
    return seen.messages.filter(([to]) => to === 1).map(([, , , now]) => now);
  };
  expect(arrivals(false)).toEqual([21]);
  expect(arrivals(true)).toEqual([]);
});

test("a link with a bandwidth of its own serialises what goes over it", () => {
  const { protocol, seen } = toy();
  const link = (from: number, to: number) =>
    from === 0 && to === 1 ? { ...steadyLink, bandwidthBitsPerSecond: 100_000 } : steadyLink;
  const { client, run } = cluster(protocol, 3, { network: { ...steadyNetwork, link } });
  client.ask(0, "put");
  client.ask(0, "put", 0, "", 1);
  run(30);
  expect(seen.messages.filter(([to]) => to === 1).map(([, , , now]) => now)).toEqual([10, 18]); // 100 B: 8 ms
  expect(seen.messages.filter(([to]) => to === 2).map(([, , , now]) => now)).toEqual([2, 2]);
});

test("a clock goes on from where it is at its new rate, and jumps", () => {
  const { protocol } = toy();
  const { simulation, run } = cluster(protocol, 1);
  const now = () => simulation.nodes[0]!.now();
  run(10);
  disturbances.changeClockRate(simulation, 0, 2);
  expect(now()).toBe(10);
  run(10);
  expect(now()).toBe(30);
  disturbances.jumpClock(simulation, 0, -5 * MILLISECOND);
  expect(now()).toBe(25);
  disturbances.changeClockRate(simulation, 0, 1);
  run(10);
  expect(now()).toBe(35);
});
