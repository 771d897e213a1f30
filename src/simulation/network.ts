/**
 * The network between places: nodes 0 … n-1 and, as the last place, the clients. A link is one direction between two
 * places. Links between nodes keep their order, as TCP does; each client has connections of its own.
 *
 * Every link draws from its own random streams, one a purpose.
 */
import { drawDelay } from "./delay.ts";
import { CLIENTS, type Delay, type LinkModel, type NetworkModel } from "./models.ts";
import { RandomStream } from "./random.ts";

export const LOST = -1;

export class Network {
  duplicateAt = LOST; // when the last message sent arrives a second time

  private readonly places: number;
  private readonly latency: Delay[] = [];
  private readonly constantNs: Float64Array; // by link: its latency, or 0 where it has to be drawn
  private readonly troubled: Uint8Array; // by link: whether it loses, repeats or reorders
  private readonly cut: Uint8Array; // by link
  private readonly lastArrival: Float64Array; // by link: what may not be overtaken
  private readonly egressFree: Float64Array; // by node: when its network card has sent what it was given
  private readonly byteNs: number; // a byte's time on the wire
  private readonly latencyStreams: RandomStream[] = [];
  private readonly troubleStreams: RandomStream[] = [];
  private readonly models: LinkModel[] = [];
  private readonly seed: number;

  constructor(n: number, model: NetworkModel, seed: number) {
    this.places = n + 1;
    const links = this.places * this.places;
    this.constantNs = new Float64Array(links);
    this.troubled = new Uint8Array(links);
    this.cut = new Uint8Array(links);
    this.lastArrival = new Float64Array(links);
    this.egressFree = new Float64Array(this.places);
    this.byteNs = 8e9 / model.bandwidthBitsPerSecond;
    this.seed = seed;
    for (let link = 0; link < links; link++) {
      const from = Math.floor(link / this.places);
      this.setLink(link, model.link(this.place(from), this.place(link % this.places)));
    }
  }

  /** When a message handed over at `tick` arrives, or LOST. Sets `duplicateAt`. */
  route(from: number, to: number, tick: number, bytes: number): number {
    const source = from === CLIENTS ? this.places - 1 : from;
    const target = to === CLIENTS ? this.places - 1 : to;
    const link = source * this.places + target;
    let departure = tick;
    if (this.byteNs > 0 && from !== CLIENTS) {
      const free = this.egressFree[source]!;
      departure = Math.ceil(Math.max(free, tick) + bytes * this.byteNs);
      this.egressFree[source] = departure;
    }
    const constant = this.constantNs[link]!;
    let arrival = departure + (constant > 0 ? constant : this.draw(link));
    this.duplicateAt = LOST;
    if (this.troubled[link] === 1) return this.routeTroubled(link, departure, arrival);
    if (source !== this.places - 1 && target !== this.places - 1) {
      const last = this.lastArrival[link]!;
      if (arrival < last) arrival = last;
      this.lastArrival[link] = arrival;
    }
    return arrival;
  }

  /** Cuts one direction between two places, or joins it again. What is on its way still arrives. */
  setCut(from: number, to: number, cut: boolean): void {
    const link = this.linkOf(from, to);
    this.cut[link] = cut ? 1 : 0;
    this.assess(link);
  }

  /** Gives one direction another character. */
  change(from: number, to: number, model: LinkModel): void {
    this.setLink(this.linkOf(from, to), model);
  }

  modelOf(from: number, to: number): LinkModel {
    return this.models[this.linkOf(from, to)]!;
  }

  private routeTroubled(link: number, departure: number, arrival: number): number {
    if (this.cut[link] === 1) return LOST;
    const { loss, duplication, reordering } = this.models[link]!;
    const stream = this.troubleStream(link);
    // Three draws a message, whatever the probabilities: changing one does not shift the others.
    const lost = stream.next() < loss;
    const repeated = stream.next() < duplication;
    const unordered = stream.next() < reordering;
    if (lost) return LOST;
    if (repeated) this.duplicateAt = departure + this.draw(link);
    if (unordered) return arrival + this.draw(link); // a second latency on top, and nobody waits for it
    const last = this.lastArrival[link]!;
    const kept = Math.max(arrival, last);
    this.lastArrival[link] = kept;
    return kept;
  }

  private draw(link: number): number {
    this.latencyStreams[link] ??= new RandomStream(this.seed, `latency ${this.name(link)}`);
    const drawn = drawDelay(this.latency[link]!, this.latencyStreams[link]);
    return Math.max(drawn, 1);
  }

  private troubleStream(link: number): RandomStream {
    this.troubleStreams[link] ??= new RandomStream(
      this.seed,
      `loss, duplication, reordering ${this.name(link)}`,
    );
    return this.troubleStreams[link];
  }

  private setLink(link: number, model: LinkModel): void {
    this.models[link] = model;
    this.latency[link] = model.latency;
    const { latency } = model;
    this.constantNs[link] = latency.distribution === "constant" ? Math.max(1, Math.ceil(latency.meanNs)) : 0;
    this.assess(link);
  }

  private assess(link: number): void {
    const { loss, duplication, reordering } = this.models[link]!;
    this.troubled[link] = this.cut[link] === 1 || loss + duplication + reordering > 0 ? 1 : 0;
  }

  private linkOf(from: number, to: number): number {
    const last = this.places - 1;
    return (from === CLIENTS ? last : from) * this.places + (to === CLIENTS ? last : to);
  }

  private place(index: number): number {
    return index === this.places - 1 ? CLIENTS : index;
  }

  /** Clients are named by word, so that node n of a larger cluster does not share their streams. */
  private name(link: number): string {
    const name = (place: number) => (place === this.places - 1 ? "clients" : `n${place}`);
    return `${name(Math.floor(link / this.places))} to ${name(link % this.places)}`;
  }
}
