/**
 * What a new view begins with, worked out from ViewChanges (TOCS, view changes): the latest checkpoint that can
 * certainly be had, and behind it, for each position, what may have been committed there, if anything may.
 *
 * TOCS has 2f + 1 for a quorum. All that its proof asks of it is that two quorums share f + 1 replicas, so that one of
 * them is honest, and that a quorum contains f + 1 honest ones: both hold of ⌈(n + f + 1) / 2⌉ for every n > 3f.
 */
import type { Digest } from "#protocol";
import {
  NULL_DIGEST,
  type Position,
  type View,
  type ViewChange,
  type ViewVote,
  type Vote,
} from "./messages.ts";

export interface Rules {
  readonly quorum: number;
  readonly weak: number; // f + 1
  readonly logSize: number;
}

/** A checkpoint, and proposals for the positions behind it without a gap. */
export interface Beginning {
  readonly position: Position;
  readonly digest: Digest;
  readonly selected: readonly Vote[];
}

/** Undefined as long as more ViewChanges are needed. Everybody who is given the same comes to the same. */
export function select(viewChanges: readonly ViewChange[], rules: Rules): Beginning | undefined {
  const checkpoint = selectCheckpoint(viewChanges, rules);
  if (checkpoint === undefined) return undefined;
  const { position: start, digest } = checkpoint;
  const reports = viewChanges.map(message => new Report(message));
  const last = lastPrepared(viewChanges, start, start + rules.logSize);
  const selected: Vote[] = [];
  let needed = 0; // so many: behind what may have been committed there is no gap to fill
  for (let position = start + 1; position <= last; position++) {
    const chosen = selectAt(position, reports, rules);
    if (chosen === undefined) return undefined;
    selected.push({ position, digest: chosen.digest });
    if (chosen.mayBeCommitted) needed = selected.length; // a null request, too, of an earlier view
  }
  return { position: start, digest, selected: selected.slice(0, needed) };
}

/** Between the water marks: beyond them nobody can have committed anything. */
function lastPrepared(viewChanges: readonly ViewChange[], low: Position, high: Position): Position {
  let last = low;
  for (const { prepared } of viewChanges) {
    for (const { position } of prepared) if (position > last && position <= high) last = position;
  }
  return last;
}

/** The latest that f + 1 hold, so that it can be had, and that a quorum is not beyond, so that nothing is lost. */
function selectCheckpoint(viewChanges: readonly ViewChange[], { quorum, weak }: Rules): Vote | undefined {
  let latest: Vote | undefined;
  for (const vote of viewChanges.flatMap(({ checkpoints }) => checkpoints)) {
    const { position, digest } = vote;
    if (latest !== undefined && latest.position >= position) continue;
    const holders = viewChanges.filter(({ checkpoints }) =>
      checkpoints.some(known => known.position === position && known.digest === digest),
    );
    const notBeyond = viewChanges.filter(({ stable }) => stable <= position);
    if (holders.length >= weak && notBeyond.length >= quorum) latest = vote;
  }
  return latest;
}

/** What one replica says, by position. */
class Report {
  readonly stable: Position;
  readonly prepared = new Map<Position, ViewVote>();
  private readonly accepted = new Map<Position, ViewVote[]>();

  constructor({ stable, prepared, accepted }: ViewChange) {
    this.stable = stable;
    for (const vote of prepared) this.prepared.set(vote.position, vote);
    for (const vote of accepted) {
      const others = this.accepted.get(vote.position);
      if (others === undefined) this.accepted.set(vote.position, [vote]);
      else others.push(vote);
    }
  }

  /** Whether it has accepted that proposal in that view or a later one. */
  hasAccepted(position: Position, digest: Digest, view: View): boolean {
    const votes = this.accepted.get(position) ?? [];
    return votes.some(vote => vote.digest === digest && vote.view >= view);
  }

  /** Whether it rules out that anything else was prepared there in that view or later. */
  allows(position: Position, digest: Digest, view: View): boolean {
    const own = this.prepared.get(position);
    if (this.stable >= position) return false; // it no longer knows
    return own === undefined || own.view < view || (own.view === view && own.digest === digest);
  }
}

interface Choice {
  readonly digest: Digest;
  readonly mayBeCommitted: boolean;
}

function selectAt(
  position: Position,
  reports: readonly Report[],
  { quorum, weak }: Rules,
): Choice | undefined {
  const candidates = reports.flatMap(({ prepared }) => prepared.get(position) ?? []);
  candidates.sort((left, right) => right.view - left.view);
  // A: it may have been committed, and was really proposed: an honest replica has accepted it.
  const chosen = candidates.find(
    ({ digest, view }) =>
      reports.filter(report => report.allows(position, digest, view)).length >= quorum &&
      reports.filter(report => report.hasAccepted(position, digest, view)).length >= weak,
  );
  if (chosen !== undefined) return { digest: chosen.digest, mayBeCommitted: true };
  // B: nothing can have been.
  const without = reports.filter(({ stable, prepared }) => stable < position && !prepared.has(position));
  return without.length >= quorum ? { digest: NULL_DIGEST, mayBeCommitted: false } : undefined;
}
