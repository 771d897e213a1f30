/** One server of Multi-Paxos against a context that writes everything down, and the messages that it is sent. */
import { type Ballot, ballotOf } from "../../../algorithms/multi-paxos/ballots.ts";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import type {
  Accept,
  Accepted,
  Heartbeat,
  Message,
  PromiseMessage,
  Slot,
  Value,
} from "../../../algorithms/multi-paxos/messages.ts";
import {
  type Effect,
  type Recording,
  type RecordingOptions,
  record,
} from "../../../src/protocol/recording.ts";
import type { Lockstep } from "../lockstep.ts";

/** Its time-out strikes twice: the first time it only asks whether the leader is there. */
export function takeOver(cluster: Lockstep, node: number): void {
  cluster.timeout(node, "election");
  cluster.elect(node);
}

/** The ballot of a round that this node has started, of three nodes unless otherwise said. */
export const ballot = (round: number, node: number, n = 3): Ballot => ballotOf(round, node, n);

export const start = (given: RecordingOptions = {}, stored: readonly unknown[] = []): Recording => {
  const recording = record(multiPaxos, given);
  recording.replica.onStart(stored);
  recording.take();
  return recording;
};

export const promise = (
  of: Ballot,
  accepted: readonly (readonly [Ballot, Value])[] = [],
  given: Partial<PromiseMessage> = {},
): PromiseMessage => ({
  type: "Promise",
  ballot: of,
  from: 1,
  committed: 0,
  ballots: accepted.map(([accepting]) => accepting),
  values: accepted.map(([, value]) => value),
  ...given,
});

export const accept = (
  of: Ballot,
  first: Slot,
  values: readonly Value[],
  commit = 0,
  given: Partial<Accept> = {},
): Accept => ({ type: "Accept", ballot: of, first, values, commit, round: 0, cause: "ordering", ...given });

export const accepted = (of: Ballot, slot: Slot, given: Partial<Accepted> = {}): Accepted => ({
  type: "Accepted",
  ballot: of,
  first: slot,
  last: slot,
  verified: slot,
  round: 0,
  cause: "ordering",
  ...given,
});

export const heartbeat = (of: Ballot, last: Slot, commit = last): Heartbeat => ({
  type: "Heartbeat",
  ballot: of,
  last,
  commit,
  round: 0,
  cause: "heartbeat",
});

/** Node 0, elected in round 1 by promises of nodes that have accepted nothing. */
export const leader = (given: RecordingOptions = {}): Recording => {
  const n = given.n ?? 3;
  const recording = start(given);
  recording.replica.onTimeout("election");
  for (let node = 0; node < n; node++) recording.replica.onMessage(node, promise(ballot(1, 0, n)));
  recording.take();
  return recording;
};

export const sentTo = (recording: Recording, to: number): Message[] =>
  recording.take().flatMap(effect => ("send" in effect && effect.to === to ? [effect.send as Message] : []));

export const sends = (effects: readonly Effect[], type: string): Message[] =>
  effects.flatMap(effect =>
    "send" in effect && (effect.send as Message).type === type ? [effect.send as Message] : [],
  );
