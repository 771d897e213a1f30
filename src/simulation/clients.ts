/** The clients' side of the simulated wire: their clock, their random stream, their wake-ups. */
import type { ClientId, NodeId, Request } from "#protocol";
import type { ClientSide, ClientWorld } from "../protocol/client.ts";
import { CLIENT } from "./events.ts";
import { RandomStream } from "./random.ts";
import type { Simulation } from "./simulation.ts";

export class ClientWire implements ClientWorld {
  readonly replicas: readonly NodeId[];
  side: ClientSide = nobody;
  private readonly stream: RandomStream;
  private readonly wakeAt: number[] = []; // by client: the tick of the wake-up that counts
  private readonly simulation: Simulation;

  constructor(simulation: Simulation, seed: number) {
    this.simulation = simulation;
    this.replicas = simulation.replicas;
    this.stream = new RandomStream(seed, "clients");
  }

  nowNs(): number {
    return this.simulation.queue.tick;
  }

  random(): number {
    return this.stream.next();
  }

  send(to: NodeId, request: Request): void {
    this.simulation.ask(to, request);
  }

  wakeAfterNs(client: ClientId, delayNs: number): void {
    const tick = this.simulation.queue.tick + Math.max(1, Math.ceil(delayNs));
    while (this.wakeAt.length <= client) this.wakeAt.push(-1);
    this.wakeAt[client] = tick;
    this.simulation.queueAt(tick, CLIENT, 0, client);
  }

  woke(client: ClientId): void {
    if (this.wakeAt[client] !== this.simulation.queue.tick) return; // replaced by a later call
    this.wakeAt[client] = -1;
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
