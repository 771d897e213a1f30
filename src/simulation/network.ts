/**
 * The network between places: nodes 0 … n-1 and, as the last ones, those of the clients. A link is one direction
 * between two places. Links between nodes keep their order, as TCP does; each client has connections of its own.
 *
 * Every link draws from its own random streams, one a purpose.
 */
import { DelaySource } from "./delay.ts";
import { CLIENTS, type LinkModel, type NetworkModel } from "./models.ts";
import { RandomStream } from "./random.ts";
import type { Traffic } from "./traffic.ts";
import type { Trouble } from "./trouble.ts";

export const LOST = -1;

/**
 * Instants go in and out by fields: a number above 2^31 that is handed from function to function is boxed, one in a
 * field is not.
 */
export class Network {
  departure = 0; // set before `route`: when the message is handed over
  arrival = 0; // set by `route`: when it arrives, or LOST
  // Set by `route` unless it arrives just once.
  duplicateAt = LOST; // when it arrives a second time
  holder: Trouble | undefined; // of a message that is LOST: who keeps it for later
  lost = 0; // messages so far that nobody keeps

  private readonly n: number;
  private readonly places: number;
  private readonly clientPlaces: number;
  private client = 0;
  private clientPlace: number; // of that client
  private readonly constantNs: Float64Array; // by link: its latency, or 0 where it has to be drawn
  private readonly troubled: Uint8Array; // by link: whether it loses, repeats or reorders
  private readonly cut: Uint8Array; // by link
  private readonly lastArrival: Float64Array; // by link: what may not be overtaken
  private readonly egressFree: Float64Array; // by node: when its network card has sent what it was given
  private readonly byteNs: number; // a byte's time on the wire
  private readonly sources: (DelaySource | undefined)[]; // by link, made when it is first used
  private readonly linkFree: Float64Array; // by link: when it has sent what it was given, if its bandwidth is limited
  private readonly troubleStreams: RandomStream[] = [];
  private readonly faultStreams: RandomStream[] = [];
  private readonly troubles: (readonly Trouble[] | undefined)[] = []; // by link
  private readonly traffic: Traffic;
  private readonly models: LinkModel[] = [];
  private readonly seed: number;

  constructor(n: number, model: NetworkModel, seed: number, traffic: Traffic) {
    this.n = n;
    this.clientPlaces = model.clientPlaces ?? 1;
    this.clientPlace = n;
    this.places = n + this.clientPlaces;
    this.traffic = traffic;
    const links = this.places * this.places;
    this.sources = new Array(links).fill(undefined);
    this.constantNs = new Float64Array(links);
    this.troubled = new Uint8Array(links);
    this.cut = new Uint8Array(links);
    this.lastArrival = new Float64Array(links);
    this.linkFree = new Float64Array(links);
    this.egressFree = new Float64Array(this.places);
    this.byteNs = 8e9 / model.bandwidthBitsPerSecond;
    this.seed = seed;
    for (let link = 0; link < links; link++) {
      const from = Math.floor(link / this.places);
      this.setLink(link, model.link(this.place(from), this.place(link % this.places)));
    }
  }

  /** To be called before `route` from or to `CLIENTS`: whose message it is. */
  forClient(client: number): void {
    this.client = client;
    if (this.clientPlaces > 1) this.clientPlace = this.n + (client % this.clientPlaces);
  }

  /** Returns whether the message simply arrives. If not, ask for the other fields. */
  route(from: number, to: number, bytes: number): boolean {
    const { n } = this;
    const source = from === CLIENTS ? this.clientPlace : from;
    const target = to === CLIENTS ? this.clientPlace : to;
    const link = source * this.places + target;
    let departure = this.departure;
    if (this.byteNs > 0 && source < n) {
      departure = Math.ceil(Math.max(this.egressFree[source]!, departure) + bytes * this.byteNs);
      this.egressFree[source] = departure;
      this.departure = departure;
    }
    const constant = this.constantNs[link]!;
    this.arrival = departure + (constant > 0 ? constant : this.draw(link));
    const ordered = source < n && target < n;
    if (this.troubled[link] === 1) return this.routeTroubled(link, ordered, bytes);
    if (ordered) this.keepOrder(link);
    return true;
  }

  /** Cuts one direction between two places, or joins it again. What is on its way still arrives. */
  setCut(from: number, to: number, cut: boolean): void {
    for (const link of this.linksOf(from, to)) {
      this.cut[link] = cut ? 1 : 0;
      this.assess(link);
    }
  }

  /** Something begins to be wrong with one direction, or ends. What is on its way is not concerned. */
  trouble(from: number, to: number, trouble: Trouble, present: boolean): void {
    for (const link of this.linksOf(from, to)) {
      const others = (this.troubles[link] ?? []).filter(other => other !== trouble);
      const now = present ? [...others, trouble] : others;
      this.troubles[link] = now.length > 0 ? now : undefined;
      this.assess(link);
    }
  }

  /** Gives one direction another character. */
  change(from: number, to: number, model: LinkModel): void {
    for (const link of this.linksOf(from, to)) this.setLink(link, model);
  }

  modelOf(from: number, to: number): LinkModel {
    return this.models[this.linksOf(from, to)[0]!]!;
  }

  private keepOrder(link: number): void {
    const last = this.lastArrival[link]!;
    if (this.arrival < last) this.arrival = last;
    else this.lastArrival[link] = this.arrival;
  }

  private routeTroubled(link: number, ordered: boolean, bytes: number): false {
    const { loss, duplication, reordering, bandwidthBitsPerSecond } = this.models[link]!;
    if (bandwidthBitsPerSecond !== undefined) this.queueOnLink(link, (bytes * 8e9) / bandwidthBitsPerSecond);
    const stream = this.troubleStream(link);
    // Three draws a message, whatever the probabilities: changing one does not shift the others.
    const lost = stream.next() < loss;
    const repeated = stream.next() < duplication;
    const unordered = stream.next() < reordering;
    this.holder = undefined;
    this.duplicateAt = LOST;
    if (lost || this.cut[link] === 1) {
      this.arrival = LOST;
      this.lost++;
      return false;
    }
    if (repeated) this.duplicateAt = this.departure + this.draw(link);
    // A second latency on top, and nobody waits for it.
    if (unordered) this.arrival += this.draw(link);
    const overtaking = this.troubles[link] !== undefined && this.suffer(link, ordered);
    if (ordered && !unordered && !overtaking && this.arrival !== LOST) this.keepOrder(link);
    return false;
  }

  /** The bandwidth of the link itself: a message begins to travel once those before it are on their way. */
  private queueOnLink(link: number, takesNs: number): void {
    const free = Math.ceil(Math.max(this.linkFree[link]!, this.departure) + takesNs);
    this.linkFree[link] = free;
    this.arrival += free - this.departure;
  }

  /** What faults do to the message. Returns whether it may be overtaken. */
  private suffer(link: number, betweenNodes: boolean): boolean {
    const type = betweenNodes ? this.traffic.typeName(this.traffic.type) : undefined;
    let overtaking = false;
    for (const trouble of this.troubles[link]!) {
      if (!trouble.concerns(type, this.client)) continue;
      const { loss, duplication, reordering, delayNs, jitterNs } = trouble;
      const held = trouble.hold;
      const lost = held || this.happens(loss, link);
      const repeated = this.happens(duplication, link);
      const unordered = this.happens(reordering, link);
      if (lost || repeated || unordered || delayNs + jitterNs > 0) trouble.touch();
      if (lost) {
        this.arrival = this.duplicateAt = LOST;
        this.holder = held ? trouble : undefined;
        if (!held) this.lost++;
        return false;
      }
      const jitter = jitterNs > 0 ? -jitterNs * Math.log(1 - this.faultStream(link).next()) : 0;
      this.arrival += Math.ceil(delayNs + jitter);
      if (repeated) this.duplicateAt = this.arrival + this.draw(link);
      if (unordered) this.arrival += this.draw(link);
      overtaking ||= unordered;
    }
    return overtaking;
  }

  private happens(probability: number, link: number): boolean {
    return probability >= 1 || (probability > 0 && this.faultStream(link).next() < probability);
  }

  private faultStream(link: number): RandomStream {
    this.faultStreams[link] ??= new RandomStream(this.seed, `faults ${this.name(link)}`);
    return this.faultStreams[link];
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
    const { loss, duplication, reordering, bandwidthBitsPerSecond } = this.models[link]!;
    const unusual = loss + duplication + reordering > 0 || bandwidthBitsPerSecond !== undefined;
    const disturbed = this.cut[link] === 1 || this.troubles[link] !== undefined;
    this.troubled[link] = unusual || disturbed ? 1 : 0;
  }

  /** One link, unless the clients are at several places. */
  private linksOf(from: number, to: number): number[] {
    const places = (place: number) =>
      place >= 0 ? [place] : Array.from({ length: this.clientPlaces }, (_, client) => this.n + client);
    return places(from).flatMap(source => places(to).map(target => source * this.places + target));
  }

  private place(index: number): number {
    return index < this.n ? index : CLIENTS - (index - this.n);
  }

  /** Clients are named by word, so that node n of a larger cluster does not share their streams. */
  private name(link: number): string {
    const clients = (place: number) => (place === this.n ? "clients" : `clients ${place - this.n}`);
    const name = (place: number) => (place < this.n ? `n${place}` : clients(place));
    return `${name(Math.floor(link / this.places))} to ${name(link % this.places)}`;
  }
}
