/** Stretches of a run in which everything is kept: a little before and after something of interest. */
import { type Entry, ofClients, type Ring } from "./kept-traces-entries.ts";

export interface KeptWindow {
  readonly why: string;
  readonly fromNs: number; // since then nothing is missing
  readonly entries: readonly Entry[];
  readonly reserved: boolean; // there is a place for it, however many there are
  readonly clients: boolean; // what clients sent and got is all there
}

interface OpenWindow extends KeptWindow {
  why: string;
  reserved: boolean;
  clients: boolean;
  readonly entries: Entry[];
  left: number; // events still to come …
  leftOfClients: number; // … and messages from and to clients
}

const BEFORE = 50; // events, with up to five nodes
const AFTER = 130;
const LONGEST = 4; // times what a window is without being prolonged
const MOST_WINDOWS = 8;
/** A larger cluster says more about the same thing. */
const scaled = (events: number, n: number): number => Math.round(events * Math.min(Math.max(n / 5, 1), 2.5));

export class Windows {
  readonly closed: KeptWindow[] = [];
  /** What would have been worth a window, had there not been so many. */
  missed = 0;
  private open: OpenWindow | undefined;
  private readonly ring: Ring;
  private readonly before: number;
  private readonly after: number;

  constructor(ring: Ring, n: number) {
    this.ring = ring;
    this.before = scaled(BEFORE, n);
    this.after = scaled(AFTER, n);
  }

  /** The entry is the last of the ring. */
  onEntry(entry: Entry): void {
    const { open } = this;
    if (open === undefined) return;
    if (ofClients(entry) && open.leftOfClients-- <= 0) {
      open.clients = false;
      return;
    }
    open.entries.push(entry);
    if (isEvent(entry) && --open.left <= 0) this.close();
  }

  /** What happens in an open window prolongs it. */
  around(why: string, reserved = false): void {
    if (this.open !== undefined) return this.prolong(this.open, why, reserved);
    if (!reserved && this.closed.length >= MOST_WINDOWS) {
      this.missed++;
      return;
    }
    this.open = { why, reserved, ...this.past(), left: this.after, leftOfClients: this.after };
  }

  close(): void {
    if (this.open !== undefined) this.closed.push(this.open);
    this.open = undefined;
  }

  private prolong(open: OpenWindow, why: string, reserved: boolean): void {
    open.reserved ||= reserved;
    if (open.entries.length > LONGEST * this.after && !reserved) return;
    open.left = this.after;
    open.leftOfClients = this.after;
    if (!open.why.includes(why)) open.why = `${open.why}, ${why}`;
  }

  private past(): Pick<KeptWindow, "fromNs" | "clients"> & { entries: Entry[] } {
    const past: Entry[] = [];
    let [events, ofTheirs] = [this.before, this.before];
    const last = this.closed.at(-1)?.entries.at(-1);
    let number = this.ring.length - 1;
    for (; number > (last?.number ?? -1) && events > 0; number--) {
      const entry = this.ring.get(number);
      if (entry === undefined) break;
      if (ofClients(entry) && ofTheirs-- <= 0) continue;
      if (isEvent(entry)) events--;
      past.push(entry);
    }
    const whole = number === (last?.number ?? -1); // nothing lies between this and the last window
    const fromNs = whole
      ? (last?.ns ?? 0)
      : past.reduce((least, { ns }) => Math.min(least, ns), Number.POSITIVE_INFINITY);
    return { entries: past.reverse(), fromNs, clients: ofTheirs >= 0 };
  }
}

const isEvent = (entry: Entry): boolean => entry.kind !== "status" && !ofClients(entry);
