import { describe, expect, test } from "vitest";
import { CLIENTS, type LinkModel } from "../../src/simulation/models.ts";
import { cluster, freeCost, MILLISECOND, steadyLink, steadyNetwork } from "./cluster.ts";
import { toy } from "./toy.ts";

const linkWith = (change: Partial<LinkModel>) => ({
  ...steadyNetwork,
  link: () => ({ ...steadyLink, ...change }),
});
const syncOf = (milliseconds: number) => () => ({
  ...freeCost,
  disk: { sync: { distribution: "constant", meanNs: milliseconds * MILLISECOND } as const, byteNs: 0 },
});

describe("messages", () => {
  test("take the link's latency; those to oneself take no time and are not counted", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 3);
    client.ask(0, "put", 1, "a");
    run(10);
    expect(seen.messages).toEqual([
      [0, 0, 1, 1],
      [1, 0, 1, 2],
      [2, 0, 1, 2],
    ]);
    expect(client.answers.map(({ atNs }) => atNs)).toEqual([2 * MILLISECOND]);
    const { byType, byCause, client: clients } = simulation.traffic.read();
    expect(byType).toEqual({ Told: { count: 2, bytes: 200 } });
    expect(byCause.ordering).toBe(2);
    expect(clients.count).toBe(2);
  });

  test("a cut loses one direction and not the other, and what was under way arrives", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 2);
    client.ask(0, "put");
    run(1.5); // the message to n1 has left
    simulation.network.setCut(0, 1, true);
    run(5);
    client.ask(0, "put");
    client.ask(1, "put");
    run(5);
    const between = seen.messages.filter(([to, from]) => to !== from);
    expect(between.map(([to, , count]) => [to, count])).toEqual([
      [1, 1],
      [0, 3],
    ]);
    simulation.network.setCut(0, 1, false);
    client.ask(0, "put");
    run(5);
    expect(seen.messages.filter(([to, from]) => to === 1 && from === 0)).toHaveLength(2);
  });

  test("isolated nodes hear neither the others nor the clients until they are joined again", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 3);
    simulation.isolate([0, 1]);
    client.ask(0, "put");
    client.ask(2, "put");
    run(5);
    expect(seen.messages.filter(([to]) => to !== 2)).toEqual([]);
    simulation.isolate([0, 1], false);
    client.ask(0, "put");
    run(5);
    expect(seen.messages.filter(([to, from]) => to !== from)).toHaveLength(2);
  });

  test("loss, duplication and reordering happen about as often as they should", () => {
    const count = (change: Partial<LinkModel>) => {
      const { protocol, seen } = toy();
      const { client, run } = cluster(protocol, 2, {
        network: linkWith({ ...change, latency: { distribution: "uniform", minNs: 1, maxNs: 1000 } }),
      });
      for (let asked = 0; asked < 2000; asked++) client.ask(0, "put", 0, "", asked);
      run(10);
      const counts = seen.messages.filter(([to]) => to === 1).map(([, , sequence]) => sequence);
      const overtaken = counts.filter((sequence, index) => index > 0 && sequence < counts[index - 1]!).length;
      return { arrived: counts.length, overtaken, asked: seen.messages.filter(([to]) => to === 0).length };
    };
    const lossy = count({ loss: 0.2 });
    expect(lossy.arrived / lossy.asked).toBeCloseTo(0.8, 1);
    const repeating = count({ duplication: 0.3 });
    expect(repeating.arrived / repeating.asked).toBeCloseTo(1.3, 1);
    expect(count({ reordering: 0.3 }).overtaken).toBeGreaterThan(50);
  });

  test("links between nodes keep their order when nothing reorders", () => {
    const { protocol, seen } = toy();
    const uniform = { distribution: "uniform", minNs: 1, maxNs: 5 * MILLISECOND } as const;
    const link = (from: number) => ({
      ...steadyLink,
      latency: from === CLIENTS ? steadyLink.latency : uniform,
    });
    const { simulation, client, run } = cluster(protocol, 2, { network: { ...steadyNetwork, link } });
    for (let asked = 0; asked < 200; asked++) simulation.at(asked * 10_000, () => client.ask(0, "put"));
    run(20);
    const counts = seen.messages.filter(([to]) => to === 1).map(([, , count]) => count);
    expect(counts).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  test("a node's bandwidth serialises what it sends", () => {
    const { protocol, seen } = toy();
    const network = { ...steadyNetwork, bandwidthBitsPerSecond: 800_000 }; // 100 bytes: 1 ms
    const { client, run } = cluster(protocol, 3, { network });
    client.ask(0, "put");
    run(10);
    expect(seen.messages.map(([to, , , now]) => [to, now])).toEqual([
      [0, 1],
      [1, 3],
      [2, 4],
    ]);
  });
});

describe("the processor", () => {
  test("takes time to receive and to send, and does one thing at a time", () => {
    const cost = { ...freeCost, cpu: { ...freeCost.cpu, receiveNs: 100_000, sendNs: 50_000, byteNs: 1 } };
    const { protocol } = toy();
    const { simulation, client, run } = cluster(protocol, 2, { cost: () => cost });
    client.ask(0, "put");
    client.ask(0, "put");
    run(10);
    // Receive 44 bytes of request, send 100 bytes to the peer, answer with 24 bytes.
    const each = 100_000 + 44 + (50_000 + 100) + (50_000 + 24);
    expect(client.answers.map(({ atNs }) => atNs)).toEqual([
      2 * MILLISECOND + each,
      2 * MILLISECOND + 2 * each,
    ]);
    expect(simulation.nodes[0]!.busyNs).toBe(2 * each);
    expect(simulation.nodes[1]!.busyNs).toBe(2 * (100_000 + 100));
  });

  test("that is paused handles nothing until it goes on, timers included", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 2);
    simulation.nodes[1]!.setTimer("tick", 3);
    simulation.nodes[1]!.pauseUntil(8 * MILLISECOND);
    client.ask(0, "put");
    run(20);
    expect(seen.messages.filter(([to]) => to === 1).map(([, , , now]) => now)).toEqual([8]);
    expect(seen.ticks).toEqual([[1, 8]]);
  });

  test("is charged for cryptography", () => {
    const cost = {
      ...freeCost,
      cpu: { ...freeCost.cpu, macNs: 1000, signNs: 35_000, verifyNs: 110_000, digestNs: 300 },
    };
    const { protocol } = toy({}, (context, request) => {
      const digest = context.digest(request.command);
      const proofs = [context.authenticate(digest), context.sign(digest)];
      expect(proofs.map(proof => context.verify(0, digest, proof))).toEqual([true, true]);
      expect(context.verify(1, digest, proofs[1]!)).toBe(false);
      expect(context.digest({ ...request.command })).toBe(digest);
      expect(context.digest({ ...request.command, key: 9 })).not.toBe(digest);
      context.reply(request, undefined);
    });
    const { simulation, client, run } = cluster(protocol, 3, { cost: () => cost });
    client.ask(0, "put");
    run(10);
    expect(client.answers).toHaveLength(1);
    expect(simulation.nodes[0]!.busyNs).toBe(3 * 300 + 2 * 1000 + 35_000 + 1000 + 2 * 110_000);
  });
});

describe("the disk", () => {
  test("holds back what was sent after persist until the record is durable", () => {
    const { protocol, seen } = toy();
    const { client, run } = cluster(protocol, 2, { cost: syncOf(5) });
    client.ask(0, "put");
    run(20);
    expect(seen.messages.map(([to, , , now]) => [to, now])).toEqual([
      [0, 6],
      [1, 7],
    ]);
    expect(client.answers[0]!.atNs).toBe(7 * MILLISECOND);
  });

  test("sendNow and replyNow do not wait", () => {
    const { protocol, seen } = toy({}, (context, request) => {
      context.persist(1);
      context.sendNow(1, { type: "Told", count: 1 });
      context.replyNow(request, undefined);
    });
    const { client, run } = cluster(protocol, 2, { cost: syncOf(5) });
    client.ask(0, "put");
    run(20);
    expect(seen.messages.map(([, , , now]) => now)).toEqual([2]);
    expect(client.answers[0]!.atNs).toBe(2 * MILLISECOND);
  });

  test("writes everything that waits with one sync", () => {
    const { protocol } = toy();
    const { client, simulation, run } = cluster(protocol, 1, { cost: syncOf(5) });
    for (let asked = 0; asked < 10; asked++) client.ask(0, "put");
    run(30);
    // The first request is written alone, the nine that came meanwhile together.
    expect(client.answers.map(({ atNs }) => atNs / MILLISECOND)).toEqual([7, ...new Array(9).fill(12)]);
    expect(simulation.nodes[0]!.disk.busyNs).toBe(10 * MILLISECOND);
  });

  test("loses at a crash what was not synced, and keeps the rest in order", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 1, { cost: syncOf(5) });
    client.ask(0, "put");
    run(8); // durable at 6 ms
    client.ask(0, "put");
    client.ask(0, "put");
    run(2);
    simulation.crash(0);
    run(20);
    simulation.restart(0);
    run(1);
    expect(seen.started.map(([, stored]) => stored)).toEqual([[], [1]]);
    expect(client.answers).toHaveLength(1);
  });

  test("with durability memory nothing waits and nothing survives", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 1, { cost: syncOf(5), durability: "memory" });
    client.ask(0, "put");
    run(3);
    expect(client.answers[0]!.atNs).toBe(2 * MILLISECOND);
    simulation.crash(0);
    simulation.restart(0);
    run(1);
    expect(seen.started.map(([, stored]) => stored)).toEqual([[], []]);
  });

  test("a snapshot replaces all earlier records", () => {
    const { protocol, seen } = toy({}, (context, request) => {
      if (request.sequence === 3) context.snapshot(100);
      else context.persist(request.sequence);
      context.reply(request, undefined);
    });
    const { simulation, client, run } = cluster(protocol, 1, { cost: syncOf(1) });
    for (let asked = 0; asked < 4; asked++) client.ask(0, "put");
    run(20);
    simulation.crash(0);
    simulation.restart(0);
    expect(seen.started[1]).toEqual([0, [100, 4]]);
  });
});

describe("crash and restart", () => {
  test("a crash takes what waited for the disk, and the write under way ends for nobody", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 2, { cost: syncOf(5) });
    client.ask(0, "put");
    run(3); // it would be durable at 6 ms
    simulation.crash(0);
    simulation.restart(0);
    client.ask(0, "put");
    run(20);
    expect(seen.messages.filter(([to]) => to === 1)).toEqual([[1, 0, 2, 10]]);
  });

  test("a crashed node hears nothing, fires no timer, and starts with an empty store", () => {
    const { protocol, seen } = toy();
    const { simulation, client, run } = cluster(protocol, 2, { durability: "memory" });
    client.ask(1, "put", 3, "x");
    run(5);
    simulation.nodes[1]!.setTimer("tick", 4);
    simulation.crash(1);
    client.ask(0, "put");
    run(10);
    simulation.restart(1);
    run(10);
    expect(seen.messages.filter(([to, from]) => to === 1 && from === 0)).toEqual([]);
    expect(seen.ticks).toEqual([]);
    expect(simulation.nodes[1]!.read({ ...client.answers[0]!.request })).toBeUndefined();
  });
});

describe("timers", () => {
  test("fire once, at the last deadline set, and not after a cancel", () => {
    const { protocol, seen } = toy();
    const { simulation, run } = cluster(protocol, 2);
    const [first, second] = simulation.nodes;
    first!.setTimer("tick", 5);
    first!.setTimer("tick", 9);
    first!.setTimer("tick", 3);
    second!.setTimer("tick", 2);
    second!.cancelTimer("tick");
    run(20);
    expect(seen.ticks).toEqual([[0, 3]]);
  });

  test("follow the node's own clock", () => {
    const { protocol, seen } = toy();
    const clock = (node: number) => ({ rate: node === 0 ? 2 : 1, offsetNs: node * 500 * MILLISECOND });
    const { simulation, trace, run } = cluster(protocol, 2, { clock });
    for (const node of simulation.nodes) node.setTimer("tick", 10);
    run(20);
    expect(seen.ticks).toEqual([
      [0, 10],
      [1, 510],
    ]);
    const fired = trace.filter(({ event }) => event === "timer").map(event => event.t_ns);
    expect(fired).toEqual([5 * MILLISECOND, 10 * MILLISECOND]);
  });
});

describe("a run", () => {
  test("with the same seed has the same trace hash, with another seed another", () => {
    const hash = (seed: number) => {
      const { protocol } = toy();
      const network = linkWith({
        latency: { distribution: "exponential", meanNs: MILLISECOND, minNs: 0 },
        loss: 0.1,
      });
      const { simulation, client, run } = cluster(protocol, 3, { seed, network });
      for (let asked = 0; asked < 50; asked++)
        simulation.at(asked * MILLISECOND, () => client.ask(asked % 3, "put"));
      run(100);
      return simulation.traceHash();
    };
    expect(hash(5)).toBe(hash(5));
    expect(hash(5)).not.toBe(hash(6));
    expect(hash(5)).toMatchInlineSnapshot(`"b48db6d30d401dc3"`);
  });

  test("is traced without being changed", () => {
    const hash = (traced: boolean) => {
      const { protocol } = toy();
      const { simulation, client, run } = cluster(protocol, 3, traced ? {} : { tracer: undefined });
      client.ask(0, "put");
      run(10);
      return simulation.traceHash();
    };
    expect(hash(true)).toBe(hash(false));
  });

  test("that floods the network ends, and says so", () => {
    const { protocol } = toy({}, context => {
      for (let count = 0; count < 3_000_000; count++) context.send(1, { type: "Told", count });
    });
    const { client, run } = cluster(protocol, 2, { tracer: undefined });
    client.ask(0, "put");
    expect(() => run(10)).toThrow("more than a million events are pending");
  });

  test("ends when its budget of events is used up", () => {
    const { protocol } = toy();
    const { client, run } = cluster(protocol, 2, { eventBudget: 3 });
    client.ask(0, "put");
    expect(() => run(10)).toThrow("used up its budget of 3 events");
  });

  test("in which a replica talks to itself for ever is ended", () => {
    const { protocol } = toy({}, context => context.send(0, { type: "Told", count: 0 }));
    const talker = {
      ...protocol,
      create: (context: Parameters<typeof protocol.create>[0], options: Record<string, never>) => {
        const replica = protocol.create(context, options);
        return { ...replica, onMessage: () => context.send(context.self, { type: "Told", count: 1 }) };
      },
    };
    const { client, run } = cluster(talker, 1);
    client.ask(0, "put");
    expect(() => run(10)).toThrow("n0 keeps sending messages to itself: Told");
  });

  test("has a quiet moment once nothing but heartbeats is under way", () => {
    const { protocol } = toy();
    const { simulation, client } = cluster(protocol, 3, { cost: syncOf(5) });
    client.ask(0, "put");
    simulation.onQuiet = () => simulation.stop();
    simulation.run();
    expect(simulation.tick).toBe(7 * MILLISECOND);
  });
});
