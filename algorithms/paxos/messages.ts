/** What Paxos' servers say to each other, what they keep on disk, and how many bytes either takes. */
import { type Cause, type Request, requestBytes, type State } from "#protocol";
import type { Ballot } from "./ballots.ts";

export type Slot = number;

/** What a slot can hold: the requests that one proposer had waiting. They are executed one after another. */
export type Value = readonly Request[];

// -----------------------------------------------------------------------------------------------------------
// Messages. Every one is about one slot, which is an instance of consensus of its own.

/** Phase 1a: promise to accept nothing in this slot below this ballot. */
export interface Prepare {
  readonly type: "Prepare";
  readonly slot: Slot;
  readonly ballot: Ballot;
}

/** Phase 1b: promised; and this is what the sender has accepted there. */
export interface PromiseMessage {
  readonly type: "Promise";
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly accepted: Ballot; // NONE: nothing
  readonly value: Value | undefined;
}

/** Phase 2a. */
export interface Accept {
  readonly type: "Accept";
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly value: Value;
}

/** Phase 2b. */
export interface Accepted {
  readonly type: "Accepted";
  readonly slot: Slot;
  readonly ballot: Ballot;
}

/** Refused: the sender has promised itself to a higher ballot. */
export interface Nack {
  readonly type: "Nack";
  readonly slot: Slot;
  readonly ballot: Ballot; // the one refused
  readonly promised: Ballot;
}

/** What has been chosen, in so many slots in a row. */
export interface Learn {
  readonly type: "Learn";
  readonly first: Slot;
  readonly values: readonly Value[];
  readonly cause: Cause; // for the meter only: it does not travel and decides nothing
}

/** A snapshot, for a proposer that asks about a slot which the sender no longer has. One message, however large. */
export interface InstallSnapshot {
  readonly type: "InstallSnapshot";
  readonly lastSlot: Slot;
  readonly state: State;
}

export type Message = Prepare | PromiseMessage | Accept | Accepted | Nack | Learn | InstallSnapshot;

// -----------------------------------------------------------------------------------------------------------
// Records on disk

interface PromisedRecord {
  readonly type: "Promised";
  readonly slot: Slot;
  readonly ballot: Ballot;
}

interface AcceptedRecord {
  readonly type: "Accepted";
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly value: Value;
  readonly committed: Slot; // all up to here was known to be chosen by then: it need not be found out again
}

/** Something else was chosen than what the sender has accepted last. */
interface ChosenRecord {
  readonly type: "Chosen";
  readonly slot: Slot;
  readonly value: Value;
}

/** A proposer that is no acceptor, and so has no promises to remember its ballots by. */
interface RoundRecord {
  readonly type: "Round";
  readonly round: number;
}

/** What an acceptor knows of one slot. */
export interface Held {
  readonly slot: Slot;
  readonly promised: Ballot;
  readonly accepted: Ballot;
  readonly value: Value | undefined;
  readonly chosen: Value | undefined;
}

/** It replaces every record before it, so it repeats what those held and is still needed. */
export interface SnapshotRecord {
  readonly type: "Snapshot";
  readonly lastSlot: Slot; // the last slot that the state includes
  readonly state: State;
  readonly base: Slot; // slots are held behind this one, some way before lastSlot
  readonly round: number;
  readonly held: readonly Held[];
}

export type Stored = PromisedRecord | AcceptedRecord | ChosenRecord | RoundRecord | SnapshotRecord;

// -----------------------------------------------------------------------------------------------------------
// Sizes: 8 bytes a number, 1 a boolean or type

const HEADER_BYTES = 16; // what every message pays: sender, receiver, length, checksum
const NUMBER = 8;
const TAG = 1;

function valueBytes(value: Value | undefined): number {
  let bytes = NUMBER;
  if (value !== undefined) for (const request of value) bytes += NUMBER + requestBytes(request); // a length before each
  return bytes;
}

const valuesBytes = (values: readonly Value[]): number =>
  values.reduce((sum, value) => sum + valueBytes(value), 0);

export const PREPARE_BYTES = HEADER_BYTES + TAG + 2 * NUMBER;
export const ACCEPTED_BYTES = HEADER_BYTES + TAG + 2 * NUMBER;
export const NACK_BYTES = HEADER_BYTES + TAG + 3 * NUMBER;

export const promiseBytes = (message: PromiseMessage): number =>
  HEADER_BYTES + TAG + 3 * NUMBER + valueBytes(message.value);

export const acceptBytes = (message: Accept): number =>
  HEADER_BYTES + TAG + 2 * NUMBER + valueBytes(message.value);

export const learnBytes = (message: Learn): number =>
  HEADER_BYTES + TAG + NUMBER + valuesBytes(message.values);

export const installSnapshotBytes = (message: InstallSnapshot): number =>
  HEADER_BYTES + TAG + NUMBER + message.state.bytes;

const heldBytes = ({ value, chosen }: Held): number =>
  3 * NUMBER + valueBytes(value) + (chosen === value ? TAG : valueBytes(chosen));

export function recordBytes(record: Stored): number {
  switch (record.type) {
    case "Round":
      return TAG + NUMBER;
    case "Promised":
      return TAG + 2 * NUMBER;
    case "Accepted":
      return TAG + 3 * NUMBER + valueBytes(record.value);
    case "Chosen":
      return TAG + NUMBER + valueBytes(record.value);
    case "Snapshot":
      return (
        TAG + 3 * NUMBER + record.state.bytes + record.held.reduce((sum, held) => sum + heldBytes(held), 0)
      );
  }
}
