/**
 * A context that performs nothing and writes everything down, for unit tests of protocols: call a handler, `take()`
 * what it did, compare. `broadcast` is written down as sends, so that a test sees what each replica gets.
 */
import {
  type AnyProtocol,
  type AnyReplica,
  type Context,
  type Digest,
  MAC_BYTES,
  type NodeId,
  type Options,
  type Policy,
  type Proof,
  type Request,
  type Result,
  SIGNATURE_BYTES,
  type State,
} from "./index.ts";
import { Store } from "./store.ts";

export type Effect =
  | { readonly send: unknown; readonly to: NodeId; readonly now?: true }
  | {
      readonly reply: Result;
      readonly request: Request;
      readonly now?: true;
      readonly leader?: NodeId;
      readonly epoch?: number;
    }
  | { readonly redirect: NodeId | undefined; readonly request: Request }
  | { readonly refuse: Request }
  | { readonly persist: unknown }
  | { readonly snapshot: unknown }
  | { readonly setTimer: string; readonly delay: number }
  | { readonly cancelTimer: string };

export interface Recording {
  readonly replica: AnyReplica;
  readonly store: Store;
  /** What has been done since the last call. Timers are left out unless asked for. */
  take(options?: { readonly timers: boolean }): Effect[];
  /** Lets time pass on the replica's clock. No timer fires by itself: call `replica.onTimeout`. */
  advance(milliseconds: number): void;
}

export interface RecordingOptions {
  readonly self?: NodeId;
  readonly n?: number;
  readonly options?: Options;
  readonly policy?: Partial<Policy>;
  readonly random?: () => number;
  /** Requests that no client has asked for. */
  readonly forged?: (request: Request) => boolean;
}

export const defaultPolicy: Policy = {
  batch: { max: 64, min: 1, delay: 0 },
  window: 4,
  reads: "log",
};

export function record(protocol: AnyProtocol, given: RecordingOptions = {}): Recording {
  const effects: Effect[] = [];
  const store = new Store();
  const clock = { now: 0 };
  const defaults = Object.entries(protocol.options).map(([name, option]) => [name, option!.default]);
  const options: Options = { ...Object.fromEntries(defaults), ...given.options };
  const context = recordingContext(protocol, { ...given, options }, effects, store, clock);
  const replica = protocol.create(context, options);
  return {
    replica,
    store,
    take(wanted) {
      const taken = effects.splice(0);
      if (wanted?.timers) return taken;
      return taken.filter(effect => !("setTimer" in effect || "cancelTimer" in effect));
    },
    advance(milliseconds) {
      clock.now += milliseconds;
    },
  };
}

function recordingContext(
  protocol: AnyProtocol,
  given: RecordingOptions,
  effects: Effect[],
  store: Store,
  clock: { now: number },
): Context<unknown, string, unknown> {
  const { self = 0, n = 3, random = () => 0.5, forged = () => false } = given;
  const replicas = Array.from({ length: n }, (_, id) => id);
  const prove = (digest: Digest, transferable: boolean): Proof => ({
    signer: self,
    digest,
    transferable,
    bytes: transferable ? SIGNATURE_BYTES : (n - 1) * MAC_BYTES,
  });
  return {
    self,
    replicas,
    faults: protocol.tolerates(n, given.options),
    quorum: protocol.quorum(n, given.options),
    policy: { ...defaultPolicy, ...given.policy },
    now: () => clock.now,
    random,
    send: (to, message) => effects.push({ to, send: message }),
    broadcast: message => {
      for (const to of replicas) effects.push({ to, send: message });
    },
    sendNow: (to, message) => effects.push({ to, send: message, now: true }),
    reply: (request, result, leader, _digestOnly, epoch) =>
      effects.push({
        request,
        reply: result,
        ...(leader === undefined ? {} : { leader }),
        ...(epoch === undefined ? {} : { epoch }),
      }),
    replyNow: (request, result, leader) =>
      effects.push({ request, reply: result, now: true, ...(leader === undefined ? {} : { leader }) }),
    redirect: (request, leader) => effects.push({ request, redirect: leader }),
    refuse: request => effects.push({ refuse: request }),
    persist: stored => effects.push({ persist: stored }),
    snapshot: stored => effects.push({ snapshot: stored }),
    execute: (_position, request) => store.execute(request),
    executeTentatively: request => store.executeTentatively(request),
    recall: request => store.recall(request),
    read: request => store.read(request),
    saveState: () => store.save(),
    loadState: (state: State) => store.load(state),
    stateDigest: () => store.digest(),
    setTimer: (timer, delay) => effects.push({ setTimer: timer, delay }),
    cancelTimer: timer => effects.push({ cancelTimer: timer }),
    digest: value => JSON.stringify(value),
    authenticate: digest => prove(digest, false),
    sign: digest => prove(digest, true),
    verify: (signer, digest, proof) => proof.signer === signer && proof.digest === digest,
    verifyRequest: request => !forged(request),
    observe: () => {},
  };
}
