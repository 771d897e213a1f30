/**
 * The network between places: nodes 0 … n-1 and, as the last place, the clients. A link is one direction between two
 * places. Links between nodes keep their order, as TCP does; each client has connections of its own.
 *
 * Every link draws from its own random streams, one a purpose.
 */
import { DelaySource } from "./delay.ts";
import { CLIENTS, type LinkModel, type NetworkModel } from "./models.ts";
import { RandomStream } from "./random.ts";

export const LOST = -1;

/**
 * Instants go in and out by fields: a number above 2^31 that is handed from function to function is boxed, one in a
 * field is not.
 */
export class Network {
  departure = 0; // set before `route`: when the message is handed over
  arrival = 0; // set by `route`: when it arrives, or LOST …
  duplicateAt = LOST; // … and when it arrives a second time

  private readonly places: number;
  private readonly constantNs: Float64Array; // by link: its latency, or 0 where it has to be drawn
  private readonly troubled: Uint8Array; // by link: whether it loses, repeats or reorders
  private readonly cut: Uint8Array; // by link
  private readonly lastArrival: Float64Array; // by link: what may not be overtaken
  private readonly egressFree: Float64Array; // by node: when its network card has sent what it was given
  private readonly byteNs: number; // a byte's time on the wire
  private readonly sources: (DelaySource | undefined)[]; // by link, made when it is first used
  private readonly troubleStreams: RandomStream[] = [];
  private readonly models: LinkModel[] = [];
  private readonly seed: number;

  constructor(n: number, model: NetworkModel, seed: number) {
    this.places = n + 1;
    const links = this.places * this.places;
    this.sources = new Array(links).fill(undefined);
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

  route(from: number, to: number, bytes: number): void {
    const clients = this.places - 1;
    const source = from === CLIENTS ? clients : from;
    const target = to === CLIENTS ? clients : to;
    const link = source * this.places + target;
    let departure = this.departure;
    if (this.byteNs > 0 && source !== clients) {
      departure = Math.ceil(Math.max(this.egressFree[source]!, departure) + bytes * this.byteNs);
      this.egressFree[source] = departure;
      this.departure = departure;
    }
    const constant = this.constantNs[link]!;
    this.arrival = departure + (constant > 0 ? constant : this.draw(link));
    this.duplicateAt = LOST;
    if (this.troubled[link] === 1) return this.routeTroubled(link);
    if (source !== clients && target !== clients) this.keepOrder(link);
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

  private keepOrder(link: number): void {
    const last = this.lastArrival[link]!;
    if (this.arrival < last) this.arrival = last;
    else this.lastArrival[link] = this.arrival;
  }

  private routeTroubled(link: number): void {
    const { loss, duplication, reordering } = this.models[link]!;
    const stream = this.troubleStream(link);
    // Three draws a message, whatever the probabilities: changing one does not shift the others.
    const lost = stream.next() < loss;
    const repeated = stream.next() < duplication;
    const unordered = stream.next() < reordering;
    if (lost || this.cut[link] === 1) {
      this.arrival = LOST;
      return;
    }
    if (repeated) this.duplicateAt = this.departure + this.draw(link);
    // A second latency on top, and nobody waits for it.
    if (unordered) this.arrival += this.draw(link);
    else this.keepOrder(link);
  }

  private draw(link: number): number {
    const source = this.sources[link] ?? this.sourceOf(link);
    return Math.max(source.next(), 1);
  }

  private sourceOf(link: number): DelaySource {
    const stream = new RandomStream(this.seed, `latency ${this.name(link)}`);
    const source = new DelaySource(this.models[link]!.latency, stream);
    this.sources[link] = source;
    return source;
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
    this.sources[link]?.change(model.latency);
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
