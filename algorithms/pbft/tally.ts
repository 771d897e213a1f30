/** Votes on one question, by what they are for. */
import type { Digest, NodeId } from "#protocol";
import { Votes } from "../quorum.ts";

/** A replica has one vote, the first: if it lies it may give others, and they count for nothing. */
export class Tally {
  private readonly voters = new Votes();
  private digest: Digest | undefined = undefined; // what the first vote was for …
  private count = 0; // … and how many were
  private others: Map<Digest, number> | undefined = undefined; // for anything else: somebody lies

  /** Returns how many votes the digest has now, or 0 if this one is not counted. */
  add(from: NodeId, digest: Digest): number {
    if (!this.voters.add(from)) return 0;
    if (this.voters.count === 1) this.digest = digest;
    if (digest === this.digest) return ++this.count;
    this.others ??= new Map();
    const count = this.votesFor(digest) + 1;
    this.others.set(digest, count);
    return count;
  }

  votesFor(digest: Digest): number {
    if (this.voters.count === 0) return 0;
    return digest === this.digest ? this.count : (this.others?.get(digest) ?? 0);
  }

  has(node: NodeId): boolean {
    return this.voters.has(node);
  }

  clear(): void {
    this.voters.clear();
    this.digest = undefined;
    this.count = 0;
    this.others = undefined;
  }
}
