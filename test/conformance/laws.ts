/**
 * What is asked of every protocol, whatever it is. A law throws where a protocol breaks it; `exceptions.ts` names
 * those of whom a law is not true, and why.
 */
import { expect } from "vitest";
import type { AnyProtocol, NodeId, Options } from "#protocol";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { counted, DELAY_US, INSTANCES, ideal } from "../oracles/ideal.ts";
import { cluster } from "../simulation/cluster.ts";
import { expectBytesOfFields } from "./bytes.ts";
import {
  asksOf,
  expectAllAnswered,
  expectSound,
  explored,
  happening,
  type Observed,
  observe,
} from "./observed.ts";

export interface Law {
  readonly name: string;
  hold(protocol: AnyProtocol): void;
}

/** The fewest replicas that survive so many failures; as many as Raft's where none do. */
function smallest(protocol: AnyProtocol, failures: number): number {
  const n = protocol.smallestCluster(failures);
  return Number.isFinite(n) ? n : 2 * failures + 1;
}

/** So many nodes, as faults name them: the leader and some others, or only others. */
const withLeader = (count: number): string =>
  ["leader", "follower", "another-follower"].slice(0, count).join(", ");
const withoutLeader = (count: number): string => ["follower", "another-follower"].slice(0, count).join(", ");

function answersEveryRequest(protocol: AnyProtocol): void {
  for (const n of [1, 2, 3, 4, 5, 7]) {
    const observed = observe(protocol, n, {
      duration: undefined,
      clients: "{ mode: closed, count: 8 }",
      operations: "{ get: 40, put: 30, append: 20, cas: 5, delete: 5, total: 150 }",
    });
    expectAllAnswered(observed);
    expect(observed.line.ops!.ok).toBe(150);
    expectSound(observed);
  }
}

/** Appends: what takes effect twice is there to be read twice. */
function executesEachRequestOnce(protocol: AnyProtocol): void {
  for (const failures of [1, 2]) {
    const observed = observe(protocol, smallest(protocol, failures), {
      clients: "{ mode: open, rate: 100/s, retry: 10ms, timeout: 20s }",
      operations: "{ append: 80, get: 20 }",
      network: "{ loss: 8%, duplication: 15%, reordering: 15% }",
    });
    expect(asksOf(observed.events).filter(times => times > 1).length).toBeGreaterThan(20);
    expectAllAnswered(observed);
    expectSound(observed);
  }
}

function losesNothingAcknowledged(protocol: AnyProtocol): void {
  for (const failures of [1, 2]) {
    const crashes = [
      `{ at: 700ms, for: 400ms, crash: [${withLeader(failures)}] }`,
      `{ at: 1700ms, for: 300ms, crash: [${withoutLeader(failures)}] }`,
      `{ at: 2100ms, for: 300ms, crash: [${withLeader(failures)}] }`,
    ];
    const observed = observe(protocol, smallest(protocol, failures), { faults: `[${crashes}]` });
    expectAllAnswered(observed);
    expectSound(observed);
  }
}

function goesOnWithoutTheFailed(protocol: AnyProtocol): void {
  for (const failures of [1, 2]) {
    for (const nodes of [withLeader(failures), withoutLeader(failures)]) {
      const observed = observe(protocol, smallest(protocol, failures), {
        faults: `[{ at: 700ms, crash: [${nodes}] }]`,
      });
      expect(crashed(observed.events)).toBe(failures);
      expectAllAnswered(observed);
      expectSound(observed);
    }
  }
}

const crashed = (events: Observed["events"]): number =>
  new Set(happening(events, "crash").map(({ node }) => node)).size;

function stopsWithTooFew(protocol: AnyProtocol): void {
  for (const failures of [1, 2]) {
    expectStandstill(protocol, smallest(protocol, failures), withLeader(failures + 1));
  }
}

function stopsThoughItIsLed(protocol: AnyProtocol): void {
  expectStandstill(protocol, smallest(protocol, 1), withoutLeader(2));
}

/** Nobody is told that anything is done that was asked for meanwhile. Afterwards everything goes on. */
function expectStandstill(protocol: AnyProtocol, n: number, nodes: string): void {
  const observed = observe(protocol, n, { faults: `[{ at: 1s, for: 1s, crash: [${nodes}] }]` });
  const { events } = observed;
  const operations = happening(events, "operation");
  const from = Math.max(...happening(events, "crash").map(({ t_ns }) => t_ns));
  const to = Math.min(...happening(events, "restart").map(({ t_ns }) => t_ns));
  expect(to - from).toBe(1e9);
  const during = operations.filter(({ call_ns }) => (call_ns as number) > from && (call_ns as number) < to);
  expect(during.length).toBeGreaterThan(20);
  expect(during.filter(({ t_ns }) => t_ns < to).length).toBe(0);
  expectAllAnswered(observed);
  expectSound(observed);
}

function recoversOnceHealed(protocol: AnyProtocol): void {
  // Replicas that say nothing to each other cannot be cut off.
  const faults = [
    "partition: [[minority-with-leader], [majority-without-leader]], optional: true",
    "isolate: all, optional: true",
    "crash: all",
  ];
  for (const fault of faults) {
    const observed = observe(protocol, smallest(protocol, 2), {
      faults: `[{ at: 700ms, for: 700ms, ${fault} }]`,
    });
    const recoveries = observed.line.availability!.recoveries!;
    if (!fault.includes("optional") || observed.line.faults!.struck > 0)
      expect(recoveries.length).toBeGreaterThan(0);
    for (const { recovered_us } of recoveries) expect(recovered_us).not.toBeNull();
    expectAllAnswered(observed);
    expectSound(observed);
  }
}

/** After some quiet all replicas have the same data. */
function convergesToOneState(protocol: AnyProtocol): void {
  const { append, states } = converging(protocol, {});
  append(40);
  expect(states()).toBe(1);
}

/** By what it has missed, and by a snapshot where the others no longer have that. */
function bringsTheLateUpToDate(protocol: AnyProtocol): void {
  for (const options of [{}, explored(protocol, 1)]) {
    const { simulation, leader, append, states } = converging(protocol, options);
    const late = (leader() + 1) % simulation.replicas.length;
    simulation.crash(late);
    append(40);
    simulation.restart(late);
    expect(states()).toBe(1);
  }
}

/**
 * A cluster and what is appended through its leader, each by itself: in a few large batches it would be too few
 * instances for a snapshot. `states`: how many there are once all is quiet.
 */
function converging(protocol: AnyProtocol, options: Options) {
  const { simulation, client, run } = cluster(protocol, smallest(protocol, 1), {
    options,
    policy: { ...defaultPolicy, batch: { max: 1, min: 1, delay: 0 } },
    tracer: undefined,
  });
  const leader = (): NodeId =>
    simulation.nodes.findIndex(({ replica }) => replica?.status().role === "leader");
  const append = (count: number): void => {
    for (let index = 0; index < count; index++) client.ask(leader(), "append", index % 3, `${index};`);
    run(500);
  };
  const states = (): number => {
    run(2000);
    const executed = client.answers.filter(({ result }) => result === undefined);
    expect(new Set(executed.map(({ request }) => request)).size).toBe(40);
    return new Set(simulation.nodes.map(node => node.stateDigest())).size;
  };
  run(1000);
  return { simulation, leader, append, states };
}

function repeatsItself(protocol: AnyProtocol): void {
  const chaos = "{ start: 600ms, until: 2s, kinds: { crash: 200/min, pause: 200/min, loss: 400/min } }";
  const by = (seed: number) => {
    const { line, series } = observe(protocol, smallest(protocol, 1), { chaos }, { seed });
    const { host: _, ...same } = line;
    return { line: same, series };
  };
  const first = by(1);
  expect(first.line.faults!.strikes).toBeGreaterThan(1);
  expect(by(1)).toEqual(first);
  expect(by(2).line.trace_hash).not.toBe(first.line.trace_hash);
}

function costsWhatItDeclares(protocol: AnyProtocol): void {
  for (const n of [1, 3, 4, 5, 7]) {
    for (const batch of [1, 8]) {
      const line = ideal(protocol, { n, batch });
      const policy = { batch: { max: batch, min: batch, delay: 0 }, window: 4, reads: "log" } as const;
      const declared = protocol.cost(n, policy, line.options);
      expect(line.ops!.ok).toBe(batch * INSTANCES);
      expect(counted(line) / line.ops!.ok).toBe(declared.messagesPerCommand);
      expect(line.latency_us!.mean).toBe(declared.delaysToClient * DELAY_US);
    }
  }
}

/** Each setting of a workload changes what happens, or the protocol says that it does not have it. */
function followsOrSaysSo(protocol: AnyProtocol): void {
  const hash = (fields: Record<string, string>): string =>
    observe(protocol, smallest(protocol, 1), { ...crowd, ...fields }).line.trace_hash!;
  const usual = hash({});
  const batchings = ["max: 1, window: 3", "max: 4, min: 3, delay: 5ms, window: 3", "max: 4, window: 1"];
  for (const batching of batchings) {
    const isFollowed = hash({ batching: `{ ${batching} }` }) !== usual;
    expect(isFollowed).toBe(protocol.without?.batching === undefined);
  }
  for (const reads of ["index", "lease", "local"] as const) {
    const isFollowed = hash({ reads }) !== usual;
    expect(isFollowed).toBe(protocol.without?.reads?.[reads] === undefined);
  }
}

/** More clients than an instance takes, so that they have to wait for each other. */
const crowd = { duration: "1s", clients: "{ mode: closed, count: 20 }" };

export const laws: readonly Law[] = [
  { name: "answers every request on a healthy network", hold: answersEveryRequest },
  { name: "executes each request once, however often it comes", hold: executesEachRequestOnce },
  { name: "loses nothing acknowledged when f replicas crash and return", hold: losesNothingAcknowledged },
  { name: "goes on when f replicas have failed", hold: goesOnWithoutTheFailed },
  { name: "stops, and says nothing untrue, when more have failed", hold: stopsWithTooFew },
  { name: "stops likewise if its leader has not", hold: stopsThoughItIsLed },
  { name: "recovers once everything is healed", hold: recoversOnceHealed },
  { name: "converges to one state", hold: convergesToOneState },
  { name: "brings a replica that was down up to date", hold: bringsTheLateUpToDate },
  { name: "repeats itself to the bit, given the same seed", hold: repeatsItself },
  { name: "costs what it declares", hold: costsWhatItDeclares },
  { name: "follows the settings of a workload, or says so", hold: followsOrSaysSo },
  { name: "sends as many bytes as its messages have fields for", hold: expectBytesOfFields },
];
