/** One server of Paxos against a context that writes everything down, and the messages that it is sent. */
import type { Request } from "#protocol";
import { type Ballot, ballotOf } from "../../../algorithms/paxos/ballots.ts";
import { paxos } from "../../../algorithms/paxos/index.ts";
import type { Learn, Message, PromiseMessage, Slot, Value } from "../../../algorithms/paxos/messages.ts";
import {
  type Effect,
  type Recording,
  type RecordingOptions,
  record,
} from "../../../src/protocol/recording.ts";

/** The ballot of a round that this node has started, of three nodes unless otherwise said. */
export const ballot = (round: number, node: number, n = 3): Ballot => ballotOf(round, node, n);

export const start = (given: RecordingOptions = {}, stored: readonly unknown[] = []): Recording => {
  const recording = record(paxos, given);
  recording.replica.onStart(stored);
  recording.take();
  return recording;
};

export const prepare = (slot: Slot, of: Ballot): Message => ({ type: "Prepare", slot, ballot: of });

export const promise = (slot: Slot, of: Ballot, accepted: Ballot = 0, value?: Value): PromiseMessage => ({
  type: "Promise",
  slot,
  ballot: of,
  accepted,
  value,
});

export const accept = (slot: Slot, of: Ballot, ...value: Request[]): Message => ({
  type: "Accept",
  slot,
  ballot: of,
  value,
});

export const accepted = (slot: Slot, of: Ballot): Message => ({ type: "Accepted", slot, ballot: of });

export const nack = (slot: Slot, of: Ballot, promised: Ballot): Message => ({
  type: "Nack",
  slot,
  ballot: of,
  promised,
});

export const learn = (first: Slot, ...values: Value[]): Learn => ({
  type: "Learn",
  first,
  values,
  cause: "ordering",
});

export const sends = (effects: readonly Effect[], type: string): Message[] =>
  effects.flatMap(effect =>
    "send" in effect && (effect.send as Message).type === type ? [effect.send as Message] : [],
  );
