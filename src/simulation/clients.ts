/** The clients' side of the simulated wire: their clock, their random streams, their wake-ups. */
import type { ClientId, NodeId, Request } from "#protocol";
import type { ClientPurpose, ClientSide, ClientWorld, RandomSource } from "../protocol/client.ts";
import { CLIENT } from "./events.ts";
import { RandomStream } from "./random.ts";
import type { Simulation } from "./simulation.ts";

export class ClientWire implements ClientWorld {
  readonly replicas: readonly NodeId[];
  side: ClientSide = nobody;
  private readonly wakeAt: number[] = []; // by client, `ARRIVAL` first: the tick of the wake-up that counts
  private readonly simulation: Simulation;
  private readonly seed: number;

  constructor(simulation: Simulation, seed: number) {
    this.simulation = simulation;
    this.replicas = simulation.replicas;
    this.seed = seed;
  }

  nowNs(): number {
    return this.simulation.queue.tick;
  }

  stream(purpose: ClientPurpose): RandomSource {
    const stream = new RandomStream(this.seed, `clients' ${purpose}`);
    return { random: () => stream.next() };
  }

  send(to: NodeId, request: Request): void {
    this.simulation.ask(to, request);
  }

  wakeAfterNs(client: ClientId, delayNs: number): void {
    const tick = this.simulation.queue.tick + Math.max(1, Math.ceil(delayNs));
    const index = client + 1;
    while (this.wakeAt.length <= index) this.wakeAt.push(-1);
    this.wakeAt[index] = tick;
    this.simulation.queueAt(tick, CLIENT, 0, client);
  }

  woke(client: ClientId): void {
    if (this.wakeAt[client + 1] !== this.simulation.queue.tick) return; // replaced by a later call
    this.wakeAt[client + 1] = -1;
    this.side.onWake(client);
  }
}

const nobody: ClientSide = {
  onStart() {},
  onReply() {},
  onRedirect() {},
  onRefuse() {},
  onWake() {},
};
