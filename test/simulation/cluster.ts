/** A small cluster for tests: a protocol, constant delays, no costs unless asked for, and a scripted client. */
import type { AnyProtocol, NodeId, Options, Request, Result } from "#protocol";
import type { ClientSide } from "../../src/protocol/client.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import type { CostModel, LinkModel, NetworkModel } from "../../src/simulation/models.ts";
import { type TraceEvent, unobserved } from "../../src/simulation/observer.ts";
import { Simulation, type SimulationSettings } from "../../src/simulation/simulation.ts";

export const MILLISECOND = 1_000_000;

export const freeCost: CostModel = {
  cpu: { receiveNs: 0, sendNs: 0, byteNs: 0, macNs: 0, signNs: 0, verifyNs: 0, digestNs: 0 },
  disk: { sync: { distribution: "constant", meanNs: 0 }, byteNs: 0 },
};

export const steadyLink: LinkModel = {
  latency: { distribution: "constant", meanNs: MILLISECOND },
  loss: 0,
  duplication: 0,
  reordering: 0,
};

export const steadyNetwork: NetworkModel = { link: () => steadyLink, bandwidthBitsPerSecond: Infinity };

export interface Answer {
  readonly atNs: number;
  readonly from: NodeId;
  readonly request: Request;
  readonly result: Result | "redirect" | "refuse";
}

/** Asks what it is told to ask, and writes down what comes back. */
export class ScriptedClient implements ClientSide {
  readonly answers: Answer[] = [];
  simulation!: Simulation;
  private sequence = 0;

  ask(to: NodeId, kind: Request["command"]["kind"], key = 0, value = "", client = 0): Request {
    const command = { kind, key, value, expected: undefined, bytes: value.length };
    const request = { client, sequence: ++this.sequence, command };
    this.simulation.clients.send(to, request);
    return request;
  }
  onStart() {}
  onWake() {}
  onReply(from: NodeId, request: Request, result: Result) {
    this.answers.push({ atNs: this.simulation.tick, from, request, result });
  }
  onRedirect(from: NodeId, request: Request) {
    this.answers.push({ atNs: this.simulation.tick, from, request, result: "redirect" });
  }
  onRefuse(from: NodeId, request: Request) {
    this.answers.push({ atNs: this.simulation.tick, from, request, result: "refuse" });
  }
}

export interface Cluster {
  readonly simulation: Simulation;
  readonly client: ScriptedClient;
  readonly trace: TraceEvent[];
  /** Lets so many milliseconds of virtual time pass. */
  run(milliseconds: number): void;
}

export function cluster(protocol: AnyProtocol, n: number, given: Partial<SimulationSettings> = {}): Cluster {
  const defaults = Object.entries(protocol.options).map(([name, option]) => [name, option.default]);
  const trace: TraceEvent[] = [];
  const simulation = new Simulation({
    protocol,
    n,
    seed: 1,
    policy: defaultPolicy,
    network: steadyNetwork,
    cost: () => freeCost,
    durability: "sync",
    clock: () => ({ rate: 1, offsetNs: 0 }),
    observer: unobserved,
    tracer: { record: event => trace.push(event) },
    eventBudget: 10_000_000,
    ...given,
    options: { ...Object.fromEntries(defaults), ...given.options } as Options,
  });
  const client = new ScriptedClient();
  client.simulation = simulation;
  let until = 0;
  simulation.start(client);
  const run = (milliseconds: number) => {
    until += milliseconds * MILLISECOND;
    simulation.at(until, () => simulation.stop());
    simulation.run();
  };
  return { simulation, client, trace, run };
}
