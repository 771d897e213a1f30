/** What all the rules share: who the replicas are, what was chosen, what commands are, and what has been found. */
import type { Invariants as Description, Digest, NodeId } from "#protocol";
import { Chosen } from "./chosen.ts";
import { Frontier } from "./frontier.ts";
import { type Asked, Identities } from "./identity.ts";
import { ReplicaRecord } from "./replica.ts";
import { type Invariant, type Place, Violations, type Witness } from "./violation.ts";

/** What cannot be told from facts: what clients ask for, how far disks and stores are. Seen while somebody observes. */
export interface Machines {
  readonly asked: Asked;
  nowNs(): number;
  /** Records handed to its disk so far. */
  handed(node: NodeId): number;
  /** Of these, so many are durable. */
  stored(node: NodeId): number;
  /** Undefined while its state holds what may still be taken back. */
  stateDigest(node: NodeId): Digest | undefined;
  /** Commands that took effect on its copy of the store. */
  effects(node: NodeId): number;
}

export interface Settings {
  readonly n: number;
  readonly quorum: number;
  readonly description: Description | undefined;
  /** Lying nodes are part of what the protocol survives; so are those that forget. */
  readonly byzantine: boolean;
  readonly liars: readonly NodeId[];
  /** Durability `memory`: what a node holds counts, and dies with it. */
  readonly forgetful: boolean;
}

export class Ledger {
  readonly settings: Settings;
  readonly machines: Machines;
  readonly inLog: boolean;
  readonly replicas: readonly ReplicaRecord[];
  readonly identities: Identities;
  readonly chosen = new Chosen();
  readonly frontier = new Frontier();
  readonly violations = new Violations();

  constructor(settings: Settings, machines: Machines) {
    this.settings = settings;
    this.machines = machines;
    this.identities = new Identities(machines.asked);
    this.inLog = settings.description?.order === "log";
    this.replicas = Array.from({ length: settings.n }, () => new ReplicaRecord(this.frontier));
    for (const liar of settings.liars) this.replicas[liar]!.counts = false;
  }

  blame(invariant: Invariant, place: Place, why: string, ...facts: readonly Witness[]): void {
    this.violations.add(invariant, place, why, facts);
  }

  /** Whoever first said what was chosen there. */
  chooser(position: number): Witness {
    const { node, ns, epoch, how } = this.chosen.tellingOf(position);
    return {
      node,
      ns,
      says: `${how} ${this.text(this.chosen.id[position]!)} at position ${position}${inEpoch(epoch)}`,
    };
  }

  /** What has to be durable for what a replica says now to count. */
  handed(node: NodeId): number {
    return this.settings.forgetful ? 0 : this.machines.handed(node);
  }

  get nowNs(): number {
    return this.machines.nowNs();
  }

  /** What a replica has just observed. */
  witness(node: NodeId, says: string): Witness {
    return { node, ns: this.nowNs, says };
  }

  text(id: number): string {
    return this.identities.text(id);
  }
}

export const inEpoch = (epoch: number): string => ` in epoch ${epoch}`;
