/** Whatever was answered survives the loss of power on all nodes, out of snapshots and the records behind them. */
import { describe, expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { cluster, freeCost, MILLISECOND } from "../simulation/cluster.ts";

const OPERATIONS = 12_000; // enough for every protocol to take a snapshot and to store commands behind it

describe.each(algorithms.map(protocol => [protocol.name, protocol] as const))("%s", (_name, protocol) => {
  test("has all its data back after all nodes lost power", () => {
    const disk = { sync: { distribution: "constant", meanNs: 100_000 } as const, byteNs: 0 };
    const { simulation, client, run } = cluster(protocol, 3, {
      cost: () => ({ ...freeCost, disk }),
      tracer: undefined,
    });
    run(2000);
    const leads = (node: (typeof simulation.nodes)[number]) => node.replica!.status().leader === node.self;
    const leader = simulation.nodes.findIndex(leads);
    for (let index = 0; index < OPERATIONS; index++) {
      const ask = () => client.ask(leader, "append", index % 10, `${index};`);
      simulation.at(simulation.tick + index * 20_000, ask);
    }
    run((OPERATIONS * 20_000) / MILLISECOND + 1000);
    expect(new Set(client.answers.map(({ request }) => request)).size).toBe(OPERATIONS);
    const held = simulation.nodes[leader]!.stateDigest();
    for (const node of simulation.nodes) simulation.crash(node.self);
    run(100);
    for (const node of simulation.nodes) simulation.restart(node.self);
    run(2000);
    const next = simulation.nodes.findIndex(leads);
    // One more command lets a new Raft leader commit, and with it find out, all that came before.
    client.ask(next, "get", 0);
    run(1000);
    expect(client.answers.at(-1)!.result).toMatch(/^0;10;20;.*11990;$/);
    expect(held).not.toBe(0);
  });
});
