/** Prepared certificates: for one epoch and position all are for the same digest (PBFT, TOCS 4.2). */
import type { Digest, NodeId } from "#protocol";

const REMEMBERED = 4096; // positions

export interface Certificate {
  readonly position: number;
  readonly epoch: number;
  readonly digest: Digest;
  readonly node: NodeId;
  readonly ns: number;
}

export class Certificates {
  private readonly latest: (Certificate | undefined)[] = new Array(REMEMBERED).fill(undefined);
  private readonly others = new Map<string, Certificate>(); // of other epochs than the latest there

  /** Returns an earlier one that cannot be beside this one. */
  conflicting(
    position: number,
    epoch: number,
    digest: Digest,
    node: NodeId,
    ns: number,
  ): Certificate | undefined {
    const slot = position & (REMEMBERED - 1);
    const there = this.latest[slot];
    if (there?.position === position && there.epoch === epoch) {
      return there.digest === digest ? undefined : there;
    }
    const told: Certificate = { position, epoch, digest, node, ns };
    if (there === undefined || there.position < position) this.latest[slot] = told;
    else if (there.position === position) return this.beside(told);
    return undefined;
  }

  private beside(told: Certificate): Certificate | undefined {
    const name = `${told.position} ${told.epoch}`;
    const known = this.others.get(name);
    if (known === undefined) this.others.set(name, told);
    return known === undefined || known.digest === told.digest ? undefined : known;
  }
}
