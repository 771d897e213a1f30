/**
 * How much goes wrong at once, held to what the protocol tolerates: f nodes that do nothing or lie, and none that
 * breaks its word where it reckons with crashes only.
 */
import type { NodeId } from "#protocol";
import { nodesText } from "./casting.ts";
import { type Fault, hitsNodes, silences, type What } from "./fault.ts";
import type { Strike } from "./strikes.ts";

export interface Bounds {
  readonly tolerated: number; // f
  /** A node that comes back has forgotten everything, and counts as faulty from then on. */
  readonly forgetful: boolean;
  /** Whether the protocol survives nodes that forget or lie, up to f of them. */
  readonly byzantine: boolean;
  /** Another fault may have restarted it meanwhile. */
  readonly isDown: (node: NodeId) => boolean;
  /** The end of the warm-up. */
  readonly countsFromNs: number;
  /** Those whose time to lie has come by then, and who leave no room for others, although they may not lie yet. */
  readonly liarsAt: (ns: number) => readonly NodeId[];
}

/** A strike, and the fault that it is one of. */
export interface Struck {
  readonly entry: { readonly fault: Fault };
  readonly strike: Strike;
}

export class Tolerance {
  /** Why more has gone wrong than the protocol tolerates; empty if it has not. */
  readonly beyond: string[] = [];
  private readonly bounds: Bounds;
  private readonly strikes: readonly Struck[]; // all so far
  private readonly unreliable = new Set<NodeId>(); // have broken their word once, and are not believed again
  private readonly cast = new Set<NodeId>(); // may lie, or have lied
  private overrun = false;

  constructor(bounds: Bounds, strikes: readonly Struck[]) {
    this.bounds = bounds;
    this.strikes = strikes;
  }

  /** How many nodes more may be hit now. */
  room(nowNs: number): number {
    return this.bounds.tolerated - this.taken(nowNs).size;
  }

  /** Whether it may lie however little room there is. */
  isLiar(nowNs: number, node: NodeId): boolean {
    return this.cast.has(node) || this.bounds.liarsAt(nowNs).includes(node);
  }

  admits(nowNs: number, kind: What["kind"], hits: readonly NodeId[]): boolean {
    if (kind === "lie" && !this.bounds.byzantine) return false;
    return new Set([...this.taken(nowNs), ...hits]).size <= this.bounds.tolerated;
  }

  /** A fault has struck, and is among the strikes. */
  struck({ kind }: What, { text, hits, startNs }: Strike): void {
    const { byzantine, forgetful } = this.bounds;
    if (kind === "lie") for (const node of hits) this.cast.add(node);
    if (kind === "wipe" || (forgetful && kind === "crash")) {
      for (const node of hits) this.unreliable.add(node);
    }
    if (kind === "wipe" && !byzantine) this.breach(kind, text, startNs, "what had been stored is lost");
    this.compare(startNs);
  }

  /** A node has told its first lie of a kind. Of those that a file names, it is told elsewhere that none may lie. */
  lied(node: NodeId, text: string, isCast: boolean, nowNs: number): void {
    this.unreliable.add(node);
    if (isCast && !this.bounds.byzantine) this.breach("lie", text, nowNs, "nobody may lie");
    this.compare(nowNs, `${text} at ${seconds(nowNs)}: `);
  }

  /** A fault is about to end. One that began before anything was measured has not been counted yet. */
  ending({ startNs }: Strike, nowNs: number): void {
    if (startNs < this.bounds.countsFromNs) this.compare(nowNs);
  }

  /** Once too many is enough to be told. What is done to a cluster before it is measured only sets the scene. */
  compare(nowNs: number, cause?: string): void {
    if (this.overrun || nowNs < this.bounds.countsFromNs) return;
    const faulty = this.hit(kind => kind !== "lie" && silences(kind));
    if (faulty.size <= this.bounds.tolerated) return;
    this.overrun = true;
    const who = nodesText([...faulty].sort((left, right) => left - right));
    const count = faulty.size === 1 ? "1 node" : `${faulty.size} nodes`;
    this.beyond.push(`${cause ?? this.latest()}${count} faulty at once (${who})`);
  }

  /** What has come last of all that lasts. */
  private latest(): string {
    const cause = this.lasting(silences).findLast(({ strike }) => strike.hits.length > 0)?.strike;
    return cause === undefined ? "" : `${cause.text} at ${seconds(cause.startNs)}: `;
  }

  private breach(kind: What["kind"], text: string, nowNs: number, why: string): void {
    if (this.beyond.some(reason => reason.startsWith(kind))) return;
    this.beyond.push(`${text} at ${seconds(nowNs)}: ${why}`);
  }

  /** Those that leave no room for others: who is to lie counts before it has. */
  private taken(nowNs: number): Set<NodeId> {
    return new Set([...this.hit(hitsNodes), ...this.cast, ...this.bounds.liarsAt(nowNs)]);
  }

  /** The nodes that faults of such kinds are hitting, and those that have forgotten or lied. */
  private hit(counts: (kind: What["kind"]) => boolean): Set<NodeId> {
    const hits = this.lasting(counts).flatMap(({ entry, strike }) =>
      /^(crash|wipe)$/.test(entry.fault.what.kind) ? strike.hits.filter(this.bounds.isDown) : strike.hits,
    );
    return new Set([...this.unreliable, ...hits]);
  }

  private lasting(counts: (kind: What["kind"]) => boolean): readonly Struck[] {
    return this.strikes.filter(({ entry, strike }) => !strike.ended && counts(entry.fault.what.kind));
  }
}

const seconds = (ns: number): string => `${Number((ns / 1e9).toPrecision(4))}s`;
