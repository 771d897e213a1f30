/** What the laboratory read from the nodes by hand: their status, by the options of the scenario's file. */
import { expect, test } from "vitest";
import type { Options } from "#protocol";
import { raft } from "../../algorithms/raft/index.ts";
import { watched } from "../algorithms/watched.ts";
import { lab } from "./lab-runs.ts";

async function started(name: string, more: Options = {}) {
  const { runs } = await lab(name, [1]);
  const { n, options } = runs[0]!.spec;
  const made = watched(raft, n, { options: { ...options, ...more } as Options, tracer: undefined });
  made.run(1000);
  const leader = made.leader();
  return { ...made, leader, status: () => made.simulation.nodes[leader]!.replica!.status() };
}

test("lab-lone-survivor-leader: it keeps role and term, and says that it has no quorum", async () => {
  const { simulation, leader, status, run } = await started("lab-lone-survivor-leader");
  const before = status();
  expect(before).toMatchObject({ role: "leader", hasQuorum: true });
  for (const node of [0, 1, 2]) if (node !== leader) simulation.crash(node);
  run(60_000);
  expect(status()).toMatchObject({ role: "leader", epoch: before.epoch, hasQuorum: false });
  expect(
    status()
      .peers!.filter(({ node }) => node !== leader)
      .map(({ reachable }) => reachable),
  ).toEqual([false, false]);
});

test.each(["put", "append"] as const)("lab-put-append-get: a %s is one more entry", async kind => {
  const { client, leader, status, run } = await started("lab-put-append-get");
  const before = status();
  client.ask(leader, kind, 0, "x");
  run(100);
  const { committed, applied, logLength } = status();
  expect([committed, applied, logLength]).toEqual([
    before.committed + 1,
    before.applied + 1,
    before.logLength + 1,
  ]);
});

test("lab-put-append-get: where compaction strikes, the log gets no longer, and the node says so", async () => {
  const { client, leader, status, run, facts } = await started("lab-put-append-get", {
    snapshotEvery: 5,
    snapshotKeep: 0,
  });
  const lengths: number[] = [];
  for (let put = 0; put < 12; put++) {
    client.ask(leader, "put", 0, "x");
    run(100);
    lengths.push(status().logLength);
  }
  expect(Math.max(...lengths)).toBeLessThanOrEqual(5);
  expect(status().committed).toBeGreaterThan(12);
  expect(facts.filter(({ fact, node }) => fact === "snapshot" && node === leader).length).toBeGreaterThan(1);
});
