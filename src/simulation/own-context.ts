/**
 * The part of a replica's context that its node needs nobody else for: its copy of the store, and cryptography, which
 * is symbolic and only takes the processor's time.
 */
import {
  type AnyProtocol,
  type Digest,
  MAC_BYTES,
  type NodeId,
  type Options,
  type Proof,
  type Request,
  type Result,
  SIGNATURE_BYTES,
  type State,
} from "#protocol";
import { Store } from "../protocol/store.ts";
import { structuralDigest } from "./digest.ts";
import type { CostModel } from "./models.ts";

/** How clients and replicas prove to each other who they are; see `Protocol.crypto`. */
export type ClientProofs = "none" | "mac" | "signature";

export const clientProofsOf = (protocol: AnyProtocol, options: Options): ClientProofs =>
  protocol.crypto?.(options) ?? "none";

/** What the proof of a request takes: a MAC for each replica, for it may be shown to any of them. */
export const requestProofBytes = (proofs: ClientProofs, n: number): number =>
  proofs === "none" ? 0 : proofs === "mac" ? n * MAC_BYTES : SIGNATURE_BYTES;

export abstract class OwnContext {
  readonly self: NodeId;
  readonly replicas: readonly NodeId[];
  cursor = 0; // the processor's time within the handler that runs
  store = new Store();
  protected cpu: CostModel["cpu"];
  private readonly clientProofs: ClientProofs;

  constructor(self: NodeId, replicas: readonly NodeId[], cpu: CostModel["cpu"], clientProofs: ClientProofs) {
    this.self = self;
    this.replicas = replicas;
    this.cpu = cpu;
    this.clientProofs = clientProofs;
  }

  // --- The store -------------------------------------------------------------------------------------------------

  executeTentatively(request: Request): Result {
    return this.store.executeTentatively(request);
  }

  recall(request: Request): { readonly result: Result } | undefined {
    return this.store.recall(request);
  }

  read(request: Request): Result {
    return this.store.read(request);
  }

  saveState(): State {
    return this.store.save();
  }

  loadState(state: State): void {
    this.store.load(state);
  }

  stateDigest(): Digest {
    return this.store.digest();
  }

  // --- Cryptography ----------------------------------------------------------------------------------------------

  digest(value: unknown): Digest {
    this.cursor += this.cpu.digestNs;
    return structuralDigest(value);
  }

  authenticate(digest: Digest): Proof {
    const others = this.replicas.length - 1;
    this.cursor += this.cpu.macNs * others;
    return { transferable: false, signer: this.self, digest, bytes: others * MAC_BYTES };
  }

  sign(digest: Digest): Proof {
    this.cursor += this.cpu.signNs;
    return { transferable: true, signer: this.self, digest, bytes: SIGNATURE_BYTES };
  }

  verify(signer: NodeId, digest: Digest, proof: Proof): boolean {
    this.cursor += proof.transferable ? this.cpu.verifyNs : this.cpu.macNs;
    return proof.signer === signer && proof.digest === digest;
  }

  verifyRequest(request: Request): boolean {
    this.cursor += this.clientProofs === "signature" ? this.cpu.verifyNs : this.cpu.macNs;
    return this.isGenuine(request);
  }

  protected abstract isGenuine(request: Request): boolean;

  /** Proves an answer to its client, and returns how many bytes that takes. */
  protected proveAnswer(): number {
    if (this.clientProofs === "none") return 0;
    const signs = this.clientProofs === "signature";
    this.cursor += signs ? this.cpu.signNs : this.cpu.macNs;
    return signs ? SIGNATURE_BYTES : MAC_BYTES;
  }
}
