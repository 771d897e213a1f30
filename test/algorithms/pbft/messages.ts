/** Messages as honest replicas send them, and replicas to send them to, for tests that need few of either. */
import type { Digest, NodeId, Proof, Request } from "#protocol";
import { pbft } from "../../../algorithms/pbft/index.ts";
import type {
  Checkpoint,
  Commit,
  Message,
  NewView,
  PrePrepare,
  Prepare,
  ViewChange,
  ViewVote,
  Vote,
} from "../../../algorithms/pbft/messages.ts";
import {
  type Effect,
  type Recording,
  type RecordingOptions,
  record,
} from "../../../src/protocol/recording.ts";
import { put } from "../requests.ts";

/** As the recording context makes them. */
export const digestOf = (value: unknown): Digest => JSON.stringify(value);
export const batchDigest = (requests: readonly Request[]): Digest =>
  requests.length === 0 ? "" : digestOf(requests.length === 1 ? requests[0] : requests.map(digestOf));

const mac = (signer: NodeId, digest: Digest): Proof => ({ signer, digest, transferable: false, bytes: 48 });
const signature = (signer: NodeId, digest: Digest): Proof => ({
  signer,
  digest,
  transferable: true,
  bytes: 64,
});

export function prePrepare(
  position: number,
  requests: readonly Request[],
  { view = 0, n = 4, digest = batchDigest(requests) } = {},
): PrePrepare {
  const proof = mac(view % n, digest);
  const rest = { proofBytes: 16 * n, commits: [], proof, separate: false, again: false };
  return { type: "PrePrepare", view, position, digest, requests, ...rest };
}

export function prepare(from: NodeId, position: number, digest: Digest, view = 0): Prepare {
  const proof = mac(from, digest);
  return { type: "Prepare", view, position, digest, commits: [], proof, again: false };
}

export const commit = (from: NodeId, position: number, digest: Digest, view = 0): Commit => ({
  type: "Commit",
  view,
  position,
  digest,
  proof: mac(from, digest),
  again: false,
});

export const checkpoint = (from: NodeId, position: number, digest: Digest): Checkpoint => ({
  type: "Checkpoint",
  position,
  digest,
  proof: mac(from, digest),
  again: false,
});

/** What the store of every replica holds before anything is executed. */
export const NOTHING_YET: Vote = { position: 0, digest: initialDigest() };

function initialDigest(): Digest {
  return record(pbft, { n: 4 }).store.digest();
}

export interface Told {
  readonly stable?: number;
  readonly checkpoints?: readonly Vote[];
  readonly prepared?: readonly ViewVote[];
  readonly accepted?: readonly ViewVote[];
}

export function viewChange(replica: NodeId, view: number, told: Told = {}): ViewChange {
  const { stable = 0, checkpoints = [NOTHING_YET], prepared = [], accepted = prepared } = told;
  const content = { replica, view, stable, checkpoints, prepared, accepted };
  return { type: "ViewChange", ...content, proof: signature(replica, digestOf(content)) };
}

export function newView(
  view: number,
  viewChanges: readonly ViewChange[],
  selected: readonly Vote[] = [],
  { n = 4, checkpoint: begin = NOTHING_YET } = {},
): NewView {
  const { position, digest } = begin;
  const signed = viewChanges.map(({ proof }) => proof.digest);
  const proof = signature(view % n, digestOf({ view, signed, position, digest, selected }));
  return { type: "NewView", view, viewChanges, position, digest, selected, proof };
}

export interface Tested extends Recording {
  hear(from: NodeId, ...messages: readonly Message[]): void;
  /** What it has sent since the last call, to whom: to several at once, once. */
  said(): readonly { readonly to: readonly NodeId[]; readonly message: Message }[];
}

/** A started replica. Its messages to itself arrive at once, as they do with an instant disk. */
export function replica(given: RecordingOptions = {}): Tested {
  const recording = record(pbft, { n: 4, self: 1, ...given });
  const self = given.self ?? 1;
  const effects: Effect[] = [];
  const settle = () => {
    for (const effect of recording.take({ timers: true })) {
      effects.push(effect);
      if ("send" in effect && effect.to === self) recording.replica.onMessage(self, effect.send);
    }
  };
  const settleAll = () => {
    for (let before = -1; before !== effects.length; ) {
      before = effects.length;
      settle();
    }
  };
  const made: Tested = {
    ...recording,
    take(wanted) {
      settleAll();
      const taken = effects.splice(0);
      return wanted?.timers
        ? taken
        : taken.filter(effect => !("setTimer" in effect || "cancelTimer" in effect));
    },
    hear(from, ...messages) {
      for (const message of messages) {
        recording.replica.onMessage(from, message);
        settleAll();
      }
    },
    said() {
      const said: { to: NodeId[]; message: Message }[] = [];
      for (const effect of made.take()) {
        if (!("send" in effect)) continue;
        const last = said.at(-1);
        if (last !== undefined && last.message === effect.send) last.to.push(effect.to);
        else said.push({ to: [effect.to], message: effect.send as Message });
      }
      return said;
    },
  };
  recording.replica.onStart([]);
  made.take();
  return made;
}

export const types = (said: ReturnType<Tested["said"]>): string[] => said.map(({ message }) => message.type);

export const first = put(1, "a", 1);
export const second = put(1, "b", 2);
export const digest = batchDigest([first]);

/** The first request, accepted or prepared at a position in view 0. */
export const at = (position: number): ViewVote => ({ position, digest, view: 0 });

/** All that others have to say for it to be executed at replica 1 or 2 of four. */
export function ordered(
  position: number,
  request: Request,
  { self = 1, view = 0 } = {},
): readonly (readonly [from: NodeId, message: Message])[] {
  const message = prePrepare(position, [request], { view });
  const told = message.digest;
  const primary = view % 4;
  const voters = [0, 1, 2, 3].filter(node => node !== primary && node !== self);
  return [
    [primary, message],
    ...voters.map(from => [from, prepare(from, position, told, view)] as const),
    ...[primary, ...voters].map(from => [from, commit(from, position, told, view)] as const),
  ];
}

export const viewOf = (tested: Tested): number => tested.replica.status().epoch;
export const isChanging = (tested: Tested): boolean => tested.replica.status().role === "candidate";

/** Lets the replica's patience end while it waits for a request. */
export function giveUp(tested: Tested, request: Request = first): void {
  tested.replica.onRequest(request);
  tested.replica.onTimeout("view-change");
}
