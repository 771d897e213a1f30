/** The log: the positions between the water marks, in a ring that is written over and over (4.3). */
import type { Digest, Request } from "#protocol";
import type { Position, PrePrepare, SlotRecord, View, ViewVote } from "./messages.ts";
import { Tally } from "./tally.ts";

const NEVER: View = -1;

/** A batch that was accepted at a position. */
export interface Proposal {
  readonly digest: Digest;
  readonly requests: readonly Request[];
  view: View; // the last in which it was
}

/** What is known of one position. */
export class Slot {
  position: Position = 0;

  // In this view
  accepted: Proposal | undefined = undefined; // from here on no other is accepted
  readonly prepares = new Tally();
  readonly commits = new Tally();
  prepared = false; // it has a certificate
  awaited: PrePrepare | undefined = undefined; // to be accepted once its requests are known

  // In all views
  committed: Proposal | undefined = undefined;
  claims: Tally | undefined = undefined; // who says what it has executed here
  preparedView: View = NEVER; // the last in which it had a certificate (PSet in TOCS) …
  preparedDigest: Digest = "";
  private latest: Proposal | undefined = undefined; // what was accepted last …
  private earlier: Proposal[] | undefined = undefined; // … and what was before, if anything else was (QSet)

  get proposals(): readonly Proposal[] {
    const { latest, earlier } = this;
    if (latest === undefined) return [];
    return earlier === undefined ? [latest] : [...earlier, latest];
  }

  get isVouchedFor(): boolean {
    return this.latest !== undefined || this.preparedView !== NEVER;
  }

  accept(view: View, digest: Digest, requests: readonly Request[]): Proposal {
    const { latest } = this;
    if (latest === undefined) this.latest = { digest, requests, view };
    else if (latest.digest !== digest) this.renew(digest, requests, view);
    this.accepted = this.latest!;
    this.accepted.view = view;
    return this.accepted;
  }

  find(digest: Digest): Proposal | undefined {
    if (this.latest?.digest === digest) return this.latest;
    return this.earlier?.find(proposal => proposal.digest === digest);
  }

  prepare(view: View, digest: Digest): void {
    this.preparedView = view;
    this.preparedDigest = digest;
  }

  enterView(): void {
    this.accepted = undefined;
    this.prepares.clear();
    this.commits.clear();
    this.prepared = false;
    this.awaited = undefined;
  }

  reset(position: Position): void {
    this.enterView();
    this.position = position;
    this.committed = undefined;
    this.claims = undefined;
    this.preparedView = NEVER;
    this.latest = undefined;
    this.earlier = undefined;
  }

  private renew(digest: Digest, requests: readonly Request[], view: View): void {
    const known = this.find(digest);
    this.earlier = this.proposals.filter(proposal => proposal !== known);
    this.latest = known ?? { digest, requests, view };
  }
}

export class Log {
  stable: Position = 0; // h: the position of the last stable checkpoint
  readonly size: number; // H = h + size
  private readonly slots: (Slot | undefined)[];

  constructor(size: number) {
    this.size = size;
    this.slots = new Array<Slot | undefined>(size).fill(undefined);
  }

  /** Whether the position lies between the water marks. */
  includes(position: Position): boolean {
    return position > this.stable && position <= this.stable + this.size;
  }

  /** Of a position between the water marks. */
  at(position: Position): Slot {
    const index = position % this.size;
    const slot = this.slots[index];
    if (slot?.position === position) return slot;
    const fresh = slot ?? this.slotFor(index);
    fresh.reset(position);
    return fresh;
  }

  private slotFor(index: number): Slot {
    const slot = new Slot();
    this.slots[index] = slot;
    return slot;
  }

  /** Forgets what a stable checkpoint holds. */
  advanceTo(stable: Position): void {
    this.stable = stable;
  }

  /** Votes are for one view. */
  enterView(): void {
    for (const slot of this.inUse()) slot.enterView();
  }

  /** The positions that anything is known of, in order. */
  inUse(): Slot[] {
    const inUse: Slot[] = [];
    for (const slot of this.slots) if (slot !== undefined && this.includes(slot.position)) inUse.push(slot);
    return inUse.sort((left, right) => left.position - right.position);
  }

  prepared(): ViewVote[] {
    const prepared = this.inUse().filter(({ preparedView }) => preparedView !== NEVER);
    return prepared.map(({ position, preparedDigest: digest, preparedView: view }) => {
      return { position, digest, view };
    });
  }

  accepted(): ViewVote[] {
    return this.inUse().flatMap(({ position, proposals }) =>
      proposals.map(({ digest, view }) => ({ position, digest, view })),
    );
  }

  toRecords(): SlotRecord[] {
    const vouchedFor = this.inUse().filter(slot => slot.isVouchedFor);
    return vouchedFor.map(({ position, proposals, preparedView, preparedDigest }) => ({
      position,
      proposals: proposals.map(({ view, digest, requests }) => ({ view, digest, requests })),
      preparedView,
      preparedDigest,
    }));
  }

  restore({ position, proposals, preparedView, preparedDigest }: SlotRecord): void {
    const slot = this.at(position);
    for (const { view, digest, requests } of proposals) slot.accept(view, digest, requests);
    slot.prepare(preparedView, preparedDigest);
  }
}
