/** What Multi-Paxos' servers say to each other, what they keep on disk, and how many bytes either takes. */
import { type Cause, type Request, requestBytes, type State } from "#protocol";
import type { Ballot } from "./ballots.ts";

export type Slot = number;

/** What a slot can hold: a request or, where nothing had to be chosen, a no-op. */
export type Value = Request | undefined;

// -----------------------------------------------------------------------------------------------------------
// Messages

/** Phase 1a, of all instances from a slot on at once: promise to accept nothing below this ballot. */
export interface Prepare {
  readonly type: "Prepare";
  readonly ballot: Ballot;
  readonly from: Slot; // what precedes it the sender knows already
}

/** Phase 1b: promised; and this is what the sender has accepted, slot by slot, from `from` on. */
export interface PromiseMessage {
  readonly type: "Promise";
  readonly ballot: Ballot;
  readonly from: Slot; // later than was asked for where what precedes it is in the sender's snapshot
  readonly committed: Slot; // what is said of slots up to this one has been chosen
  readonly ballots: readonly Ballot[]; // NONE: nothing accepted there
  readonly values: readonly Value[];
}

/**
 * Phase 2a, of one instance for each of several slots in a row. For slots up to `commit` it says what has been
 * chosen already, to whom missed that.
 */
export interface Accept {
  readonly type: "Accept";
  readonly ballot: Ballot;
  readonly first: Slot;
  readonly values: readonly Value[];
  readonly commit: Slot;
  readonly round: number; // the reply returns it: its sender still followed after the round had begun
  readonly cause: Cause; // for the meter only: it does not travel and decides nothing
}

/** Phase 2b. The answer to a snapshot too, which stands for all slots that it replaces. */
export interface Accepted {
  readonly type: "Accepted";
  readonly ballot: Ballot;
  readonly first: Slot;
  readonly last: Slot;
  readonly verified: Slot; // all slots up to this one hold what the leader proposed, or what was chosen
  readonly round: number;
  readonly cause: Cause; // likewise; that of the message it answers
}

/** The leader is there. Also begins a round of reads. */
export interface Heartbeat {
  readonly type: "Heartbeat";
  readonly ballot: Ballot;
  readonly last: Slot; // all slots up to this one have been sent to the receiver
  readonly commit: Slot;
  readonly round: number;
  readonly cause: Cause; // likewise
}

export interface HeartbeatReply {
  readonly type: "HeartbeatReply";
  readonly ballot: Ballot;
  readonly last: Slot; // that of the heartbeat
  readonly verified: Slot;
  readonly round: number;
  readonly cause: Cause; // likewise
}

/** Tells learners at once how far everything is chosen. Nobody answers it. */
export interface Commit {
  readonly type: "Commit";
  readonly ballot: Ballot;
  readonly commit: Slot;
}

/** A snapshot, for whom lacks slots that the sender no longer has. One message, however large. */
export interface InstallSnapshot {
  readonly type: "InstallSnapshot";
  readonly ballot: Ballot;
  readonly lastSlot: Slot;
  readonly state: State;
  readonly round: number;
}

/** Refused: the sender has promised itself to a higher ballot. Whose that is, the ballot tells. */
export interface Nack {
  readonly type: "Nack";
  readonly promised: Ballot;
}

/** The failure detector `plain`: are you there? */
export interface Ping {
  readonly type: "Ping";
}
export interface Pong {
  readonly type: "Pong";
}

/** The failure detector `connectivity`: do you hear a leader? */
export interface Probe {
  readonly type: "Probe";
  readonly ballot: Ballot; // the highest that the sender has promised itself to
}
export interface ProbeReply {
  readonly type: "ProbeReply";
  readonly ballot: Ballot; // granted: that of the probe; else the voter's own
  readonly granted: boolean;
}

export type Message =
  | Prepare
  | PromiseMessage
  | Accept
  | Accepted
  | Heartbeat
  | HeartbeatReply
  | Commit
  | InstallSnapshot
  | Nack
  | Ping
  | Pong
  | Probe
  | ProbeReply;

// -----------------------------------------------------------------------------------------------------------
// Records on disk. What an acceptor has accepted it stores as the Accept that asked for it.

interface PromiseRecord {
  readonly type: "Promised";
  readonly ballot: Ballot;
}

/** It replaces every record before it, so it repeats what those held and is still needed. */
export interface SnapshotRecord {
  readonly type: "Snapshot";
  readonly promised: Ballot;
  readonly lastSlot: Slot; // the last slot that the state includes
  readonly state: State;
  readonly base: Slot; // the log begins behind this slot, some way before lastSlot
  readonly ballots: readonly Ballot[];
  readonly values: readonly Value[];
}

export type Stored = PromiseRecord | SnapshotRecord | Accept;

// -----------------------------------------------------------------------------------------------------------
// Sizes: 8 bytes a number, 1 a boolean or type

const HEADER_BYTES = 16; // what every message pays: sender, receiver, length, checksum
const NUMBER = 8;
const TAG = 1;

function valuesBytes(values: readonly Value[]): number {
  let bytes = 0;
  for (let index = 0; index < values.length; index++) {
    const request = values[index];
    bytes += request === undefined ? NUMBER : NUMBER + requestBytes(request); // a length before each
  }
  return bytes;
}

export const PREPARE_BYTES = HEADER_BYTES + TAG + 2 * NUMBER;
export const ACCEPTED_BYTES = HEADER_BYTES + TAG + 5 * NUMBER;
export const HEARTBEAT_BYTES = HEADER_BYTES + TAG + 4 * NUMBER;
export const COMMIT_BYTES = HEADER_BYTES + TAG + 2 * NUMBER;
export const NACK_BYTES = HEADER_BYTES + TAG + NUMBER;
export const PING_BYTES = HEADER_BYTES + TAG;
export const PROBE_BYTES = HEADER_BYTES + TAG + NUMBER;
export const PROBE_REPLY_BYTES = HEADER_BYTES + 2 * TAG + NUMBER;

export const promiseBytes = (message: PromiseMessage): number =>
  HEADER_BYTES + TAG + 3 * NUMBER + message.ballots.length * NUMBER + valuesBytes(message.values);

export const acceptBytes = (message: Accept): number =>
  HEADER_BYTES + TAG + 4 * NUMBER + valuesBytes(message.values);

export const installSnapshotBytes = (message: InstallSnapshot): number =>
  HEADER_BYTES + TAG + 3 * NUMBER + message.state.bytes;

export function recordBytes(record: Stored): number {
  switch (record.type) {
    case "Promised":
      return TAG + NUMBER;
    case "Accept":
      return TAG + 2 * NUMBER + valuesBytes(record.values);
    case "Snapshot":
      return (
        TAG + 3 * NUMBER + record.state.bytes + record.ballots.length * NUMBER + valuesBytes(record.values)
      );
  }
}
