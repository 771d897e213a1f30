/**
 * A replica's part of a short real run, written down and played again without a simulator: what it was
 * called with, and what it got from its clock and its dice. Playing it takes the time of the protocol's own
 * handlers, and of the store that they execute on.
 */
import type {
  AnyProtocol,
  AnyReplica,
  Context,
  Digest,
  NodeId,
  Options,
  Policy,
  Proof,
  Request,
  Result,
  Role,
  State,
} from "#protocol";
import { Store } from "../../protocol/store.ts";
import { structuralDigest } from "../../simulation/digest.ts";
import type { Workload } from "../../workload/workload.ts";
import { withDefaults } from "../defaults.ts";
import { policyOf } from "../policy.ts";
import { clusterOf, nobodyWatching, runFor } from "./cluster.ts";

type Handler = "onStart" | "onRequest" | "onMessage" | "onTimeout";
type AnyContext = Context<unknown, string, unknown>;

interface Call {
  readonly handler: Handler;
  readonly from: NodeId; // of a message
  readonly subject: unknown;
}

export interface Tape {
  readonly self: NodeId;
  readonly n: number;
  readonly role: Role; // at the end
  readonly calls: readonly Call[];
  readonly draws: readonly number[]; // of clock and dice, in the order in which they were asked
  readonly effects: number; // calls of all other methods of the context
}

interface Recorder {
  readonly self: NodeId;
  readonly calls: Call[];
  readonly draws: number[];
  effects: number;
  readonly replica: AnyReplica;
}

/** One tape for each replica. */
export function recordTapes(
  protocol: AnyProtocol,
  n: number,
  workload: Workload,
  durationNs: number,
): Tape[] {
  const recorders: Recorder[] = [];
  const recorded: AnyProtocol = {
    ...protocol,
    create(context, options) {
      const recorder = recorderOf(protocol, context, options);
      recorders.push(recorder);
      return recordingReplica(recorder);
    },
  };
  runFor(clusterOf(recorded, n, 1, workload, nobodyWatching()), durationNs);
  return recorders.map(({ self, calls, draws, effects, replica }) => {
    return { self, n, role: replica.status().role, calls, draws, effects };
  });
}

function recorderOf(protocol: AnyProtocol, context: AnyContext, options: Options): Recorder {
  const calls: Call[] = [];
  const draws: number[] = [];
  const watched = new Proxy(context, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        const result: unknown = value.apply(target, given);
        if (name === "now" || name === "random") draws.push(result as number);
        else recorder.effects++;
        return result;
      };
    },
  });
  const replica = protocol.create(watched, options);
  const recorder: Recorder = { self: context.self, calls, draws, effects: 0, replica };
  return recorder;
}

function recordingReplica({ replica, calls }: Recorder): AnyReplica {
  return {
    onStart(stored) {
      calls.push({ handler: "onStart", from: 0, subject: stored });
      replica.onStart(stored);
    },
    onRequest(request) {
      calls.push({ handler: "onRequest", from: 0, subject: request });
      replica.onRequest(request);
    },
    onMessage(from, message) {
      calls.push({ handler: "onMessage", from, subject: message });
      replica.onMessage(from, message);
    },
    onTimeout(timer) {
      calls.push({ handler: "onTimeout", from: 0, subject: timer });
      replica.onTimeout(timer);
    },
    status: () => replica.status(),
  };
}

/** Plays the tape to a fresh replica. Returns how many effects it had: as many as when recorded. */
export function play(protocol: AnyProtocol, tape: Tape, workload: Workload): number {
  const context = new TapeContext(protocol, tape, policyOf(workload));
  const replica = protocol.create(context, withDefaults(protocol, {}));
  const { calls } = tape;
  for (let index = 0; index < calls.length; index++) {
    const { handler, from, subject } = calls[index]!;
    if (handler === "onMessage") replica.onMessage(from, subject);
    else if (handler === "onRequest") replica.onRequest(subject as Request);
    else if (handler === "onTimeout") replica.onTimeout(subject as string);
    else replica.onStart(subject as readonly unknown[]);
  }
  return context.effects;
}

/** Performs nothing but the store. */
class TapeContext implements AnyContext {
  readonly self: NodeId;
  readonly replicas: readonly NodeId[];
  readonly faults: number;
  readonly quorum: number;
  readonly policy: Policy;
  effects = 0;
  private drawn = 0;
  private readonly draws: readonly number[];
  private readonly store = new Store();

  constructor(protocol: AnyProtocol, { self, n, draws }: Tape, policy: Policy) {
    this.self = self;
    this.replicas = Array.from({ length: n }, (_, id) => id);
    this.faults = protocol.tolerates(n);
    this.quorum = protocol.quorum(n);
    this.policy = policy;
    this.draws = draws;
  }

  now(): number {
    return this.draws[this.drawn++]!;
  }
  random(): number {
    return this.draws[this.drawn++]!;
  }

  send(): void {
    this.effects++;
  }
  broadcast(): void {
    this.effects++;
  }
  sendNow(): void {
    this.effects++;
  }
  reply(): void {
    this.effects++;
  }
  replyNow(): void {
    this.effects++;
  }
  redirect(): void {
    this.effects++;
  }
  refuse(): void {
    this.effects++;
  }
  persist(): void {
    this.effects++;
  }
  snapshot(): void {
    this.effects++;
  }
  setTimer(): void {
    this.effects++;
  }
  cancelTimer(): void {
    this.effects++;
  }
  observe(): void {
    this.effects++;
  }

  execute(_position: number, request: Request): Result {
    this.effects++;
    return this.store.execute(request);
  }
  executeTentatively(request: Request): Result {
    this.effects++;
    return this.store.executeTentatively(request);
  }
  recall(request: Request): { readonly result: Result } | undefined {
    this.effects++;
    return this.store.recall(request);
  }
  read(request: Request): Result {
    this.effects++;
    return this.store.read(request);
  }
  saveState(): State {
    this.effects++;
    return this.store.save();
  }
  loadState(state: State): void {
    this.effects++;
    this.store.load(state);
  }
  stateDigest(): Digest {
    this.effects++;
    return this.store.digest();
  }

  digest(value: unknown): Digest {
    this.effects++;
    return structuralDigest(value);
  }
  authenticate(digest: Digest): Proof {
    this.effects++;
    return { transferable: false, signer: this.self, digest, bytes: 0 };
  }
  sign(digest: Digest): Proof {
    this.effects++;
    return { transferable: true, signer: this.self, digest, bytes: 0 };
  }
  verify(signer: NodeId, digest: Digest, proof: Proof): boolean {
    this.effects++;
    return proof.signer === signer && proof.digest === digest;
  }
  verifyRequest(): boolean {
    this.effects++;
    return true;
  }
}
