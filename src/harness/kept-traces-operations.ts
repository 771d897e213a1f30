/** Of all operations, the slowest and one of median latency: with their whole lives. */
import type { ClientId, Request } from "#protocol";
import type { Outcome } from "../protocol/client.ts";
import type { AnswerEntry, AskEntry, Entry, Ring } from "./kept-traces-entries.ts";
import { ofClients } from "./kept-traces-entries.ts";
import { criticalPath } from "./kept-traces-paths.ts";

const slowest = ["slowest", "second slowest", "third slowest"] as const;
const MOST_OF_ITS_OWN = 40; // requests, answers and retries of one operation
const LONGEST_LIFE = 400; // entries
const CLOSE = 0.01; // to the median

export interface KeptOperation {
  readonly request: Request;
  readonly callNs: number;
  readonly returnNs: number;
  readonly outcome: Outcome;
  readonly why: string;
  readonly path: readonly Entry[];
  readonly own: readonly Entry[];
  readonly life: readonly Entry[] | undefined; // all that happened meanwhile; undefined: too much
}

interface Underway {
  readonly sequence: number;
  readonly first: number; // the number of its first entry
  readonly asks: AskEntry[];
  readonly answers: AnswerEntry[];
}

export interface Ended {
  readonly request: Request;
  readonly callNs: number;
  readonly returnNs: number;
  readonly outcome: Outcome;
}

/** As a contradiction names an operation. */
export interface Told {
  readonly client: string;
  readonly call_ns: number;
}

export interface Sought {
  readonly warmNs: number; // of what was called before only what is told of matters
  readonly medianNs: number | undefined;
  readonly told: readonly Told[];
}

export class Operations {
  private readonly ring: Ring;
  private readonly sought: Sought;
  private readonly told: KeptOperation[] = [];
  private readonly underway = new Map<ClientId, Underway>();
  private slow: KeptOperation[] = []; // the slowest first
  private median: KeptOperation | undefined;

  constructor(ring: Ring, sought: Sought) {
    this.ring = ring;
    this.sought = sought;
  }

  kept(): KeptOperation[] {
    return [...this.told, ...this.slow, ...(this.median === undefined ? [] : [this.median])];
  }

  onAsk(entry: AskEntry): void {
    const { client, sequence } = entry.request;
    const known = this.underway.get(client);
    if (known?.sequence === sequence) known.asks.push(entry);
    else this.underway.set(client, { sequence, first: entry.number, asks: [entry], answers: [] });
  }

  onAnswer(entry: AnswerEntry): void {
    const known = this.underway.get(entry.request.client);
    if (known?.sequence === entry.request.sequence) known.answers.push(entry);
  }

  onEnd(ended: Ended): void {
    const known = this.underway.get(ended.request.client);
    this.underway.delete(ended.request.client);
    if (known === undefined) return;
    const latency = ended.returnNs - ended.callNs;
    if (this.isTold(ended)) this.told.push(this.remembered(ended, known, "contradiction"));
    if (ended.callNs < this.sought.warmNs) return;
    if (this.isMedian(latency, ended.outcome)) this.median = this.remembered(ended, known, "median");
    else if (latency > latencyOf(this.slow[slowest.length - 1]))
      this.addSlow(this.remembered(ended, known, "slow"));
  }

  private isTold({ request, callNs }: Ended): boolean {
    return this.sought.told.some(
      ({ client, call_ns }) => call_ns === callNs && client === String(request.client),
    );
  }

  private isMedian(latency: number, outcome: Outcome): boolean {
    const { medianNs } = this.sought;
    if (this.median !== undefined || medianNs === undefined || outcome !== "ok") return false;
    return Math.abs(latency - medianNs) <= CLOSE * medianNs;
  }

  private addSlow(operation: KeptOperation): void {
    this.slow.push(operation);
    this.slow = this.slow
      .toSorted((left, right) => latencyOf(right) - latencyOf(left))
      .slice(0, slowest.length)
      .map((one, place) => ({ ...one, why: slowest[place]! }));
  }

  private remembered(ended: Ended, { asks, answers, first }: Underway, why: string): KeptOperation {
    // Where several replicas have to agree, the last of them is what it waited for.
    const decisive = answers.findLast(({ arrivesNs }) => arrivesNs === ended.returnNs);
    const path = decisive === undefined ? [] : criticalPath(this.ring, asks, decisive);
    return { ...ended, why, path, own: ends([...asks, ...answers]), life: this.lifeSince(first) };
  }

  private lifeSince(first: number): Entry[] | undefined {
    const life: Entry[] = [];
    for (let number = first; number < this.ring.length; number++) {
      const entry = this.ring.get(number);
      if (entry === undefined || life.length === LONGEST_LIFE) return undefined;
      if (!ofClients(entry)) life.push(entry);
    }
    return life;
  }
}

const latencyOf = (operation: KeptOperation | undefined): number =>
  operation === undefined ? -1 : operation.returnNs - operation.callNs;

/** The beginning and the end of what is too long. */
const ends = (entries: readonly Entry[]): Entry[] =>
  entries.length <= MOST_OF_ITS_OWN
    ? [...entries]
    : [...entries.slice(0, MOST_OF_ITS_OWN / 2), ...entries.slice(-MOST_OF_ITS_OWN / 2)];
