/**
 * How the nodes stood, over the whole run: each change of role, epoch or leader, and the lengths of logs as often as a
 * strip of some hundred pixels can show them.
 */
import type { NodeId, Status } from "#protocol";
import type { TracedNode } from "../simulation/observer.ts";
import type { StatusEntry } from "./kept-traces-entries.ts";

const MOST_CHANGES = 600;
const MOST_GROWTH = 400;
const MOST_REMEMBERED = 100_000;

export class Standings {
  /** The last that is known of each node; undefined: it is down, or has not started yet. */
  readonly latest: (Status | undefined)[];
  private readonly known: boolean[];
  private readonly lookedNs: number[]; // by node
  private readonly changes: StatusEntry[] = [];
  private readonly growth: StatusEntry[] = []; // of logs, the last of each slot of time
  private readonly growing: (StatusEntry | undefined)[]; // by node: the last of the present slot
  private readonly slotNs: number;

  constructor(n: number, endNs: number) {
    this.latest = new Array<Status | undefined>(n).fill(undefined);
    this.lookedNs = new Array<number>(n).fill(Number.NEGATIVE_INFINITY);
    this.known = new Array<boolean>(n).fill(false);
    this.growing = new Array<StatusEntry | undefined>(n).fill(undefined);
    this.slotNs = endNs / Math.max(1, Math.floor(MOST_GROWTH / n));
  }

  /** Nobody has looked for so long that a drawing would show it. To ask a leader of many costs more than an event. */
  isOld(node: NodeId, ns: number): boolean {
    return ns - this.lookedNs[node]! > this.slotNs;
  }

  /** The new status if it differs from the last one; null if not. */
  look({ self, up, replica }: TracedNode, ns: number): Status | undefined | null {
    this.lookedNs[self] = ns;
    const status = up ? replica?.status() : undefined;
    const before = this.latest[self];
    if (this.known[self] && same(before, status)) return null;
    return status;
  }

  onChange(entry: StatusEntry): void {
    const { node, status } = entry;
    const major = !this.known[node] || !sameOffice(this.latest[node], status);
    this.known[node] = true;
    this.latest[node] = status;
    if (major && this.changes.length < MOST_REMEMBERED) this.changes.push(entry);
    const before = this.growing[node];
    if (before !== undefined && this.slotOf(before) < this.slotOf(entry)) this.growth.push(before);
    this.growing[node] = entry;
  }

  /** To be kept of the whole run, and whether that is all changes of roles, epochs and leaders. */
  kept(): { entries: readonly StatusEntry[]; exact: boolean } {
    const last = this.growing.filter(entry => entry !== undefined);
    if (this.changes.length <= MOST_CHANGES) {
      return { entries: [...this.changes, ...this.growth, ...last], exact: true };
    }
    return { entries: [...this.lastOfSlots(this.changes), ...last], exact: false };
  }

  private lastOfSlots(entries: readonly StatusEntry[]): StatusEntry[] {
    const slots = new Map<string, StatusEntry>();
    for (const entry of entries) slots.set(`${this.slotOf(entry)} ${entry.node}`, entry);
    return [...slots.values()];
  }

  private slotOf({ ns }: StatusEntry): number {
    return Math.floor(ns / this.slotNs);
  }
}

const sameOffice = (one: Status | undefined, other: Status | undefined): boolean =>
  one?.role === other?.role && one?.epoch === other?.epoch && one?.leader === other?.leader;

const same = (one: Status | undefined, other: Status | undefined): boolean =>
  sameOffice(one, other) &&
  one?.logLength === other?.logLength &&
  one?.committed === other?.committed &&
  String(one?.epochs) === String(other?.epochs) &&
  one?.applied === other?.applied;
