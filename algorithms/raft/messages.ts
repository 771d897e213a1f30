/** What Raft's servers say to each other, what they keep on disk, and how many bytes either takes. */
import { type Cause, type ClientId, type NodeId, type Request, requestBytes, type State } from "#protocol";

export type Term = number;
export type Index = number;

/** An entry of the log. Without a request it is the no-op that a leader starts its term with (§8). */
export interface Entry {
  readonly term: Term;
  readonly request: Request | undefined;
}

// -----------------------------------------------------------------------------------------------------------
// Messages

/** A candidate gathers votes (§5.2). */
export interface RequestVote {
  readonly type: "RequestVote";
  readonly term: Term;
  readonly lastLogIndex: Index;
  readonly lastLogTerm: Term;
}

/** The answer. It names the log the vote was given to: see `campaignBeforeDurable`. */
export interface Vote {
  readonly type: "Vote";
  readonly term: Term;
  readonly granted: boolean;
  readonly lastLogIndex: Index;
  readonly lastLogTerm: Term;
}

/**
 * Would you vote for me in that term? The sender has not entered it, and the receiver does not either (thesis
 * 9.6).
 */
export interface PreVote {
  readonly type: "PreVote";
  readonly term: Term;
  readonly lastLogIndex: Index;
  readonly lastLogTerm: Term;
}

/** Granted: `term` is the one asked about. Refused: it is the voter's own. */
export interface PreVoteReply {
  readonly type: "PreVoteReply";
  readonly term: Term;
  readonly granted: boolean;
}

/** The leader replicates entries; without any it is a heartbeat, a read round or a commit notice (§5.3). */
export interface AppendEntries {
  readonly type: "AppendEntries";
  readonly term: Term;
  readonly prevIndex: Index;
  readonly prevTerm: Term;
  readonly entries: readonly Entry[];
  readonly commit: Index;
  readonly round: number; // the reply returns it: its sender still followed after the round had begun
  readonly cause: Cause; // for the meter only: it does not travel and decides nothing
}

export interface AppendReply {
  readonly type: "AppendReply";
  readonly term: Term;
  readonly success: boolean;
  readonly index: Index; // success: the last entry that agrees with the leader's; else the prevIndex refused
  readonly conflictTerm: Term; // the term of the entry in its place; 0: there was none
  readonly conflictIndex: Index; // the first entry of that term; or one past the end of the log
  readonly round: number;
  readonly cause: Cause; // likewise; that of the message it answers
}

/** Tells followers at once how far the leader has committed. Nobody answers it. */
export interface CommitNotice {
  readonly type: "CommitNotice";
  readonly term: Term;
  readonly commit: Index;
}

/**
 * A snapshot, for a follower that needs entries the leader no longer has (§7). One message, however large.
 */
export interface InstallSnapshot {
  readonly type: "InstallSnapshot";
  readonly term: Term;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  readonly state: State;
  readonly round: number;
}

/** Up to where is everything committed? A follower asks on behalf of a client that reads (thesis 6.4). */
export interface ReadIndex {
  readonly type: "ReadIndex";
  readonly term: Term;
  readonly client: ClientId;
  readonly sequence: number;
}

/** The answer, once the leader is sure to be one; see `follower-reads.ts`. */
export interface ReadIndexReply {
  readonly type: "ReadIndexReply";
  readonly term: Term;
  readonly client: ClientId;
  readonly sequence: number;
  readonly index: Index;
}

export type Message =
  | RequestVote
  | Vote
  | PreVote
  | PreVoteReply
  | AppendEntries
  | AppendReply
  | CommitNotice
  | InstallSnapshot
  | ReadIndex
  | ReadIndexReply;

// -----------------------------------------------------------------------------------------------------------
// Records on disk

/** Persistent state of Figure 2: currentTerm and votedFor. */
interface TermRecord {
  readonly type: "Term";
  readonly term: Term;
  readonly votedFor: NodeId | undefined;
}

/**
 * Persistent state of Figure 2: the log. Whatever it held at `from` and behind gives way to these entries. Mostly the
 * AppendEntries that brought them is stored as it is.
 */
interface EntriesRecord {
  readonly type: "Entries";
  readonly from: Index;
  readonly entries: readonly Entry[];
}

/** It replaces every record before it, so it repeats what those held and is still needed. */
export interface SnapshotRecord {
  readonly type: "Snapshot";
  readonly term: Term;
  readonly votedFor: NodeId | undefined;
  readonly lastIndex: Index; // the last entry that the state includes
  readonly lastTerm: Term;
  readonly state: State;
  readonly base: Index; // the log begins behind this entry, some way before lastIndex
  readonly baseTerm: Term;
  readonly entries: readonly Entry[];
}

export type Stored = TermRecord | EntriesRecord | SnapshotRecord | AppendEntries;

// -----------------------------------------------------------------------------------------------------------
// Sizes: 8 bytes a number, 1 a boolean or type

const HEADER_BYTES = 16; // what every message pays: sender, receiver, length, checksum
const NUMBER = 8;
const TAG = 1;
const ENTRY_BYTES = 16; // its term and its length

function entriesBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (let index = 0; index < entries.length; index++) {
    const { request } = entries[index]!;
    bytes += request === undefined ? ENTRY_BYTES : ENTRY_BYTES + requestBytes(request);
  }
  return bytes;
}

export const REQUEST_VOTE_BYTES = HEADER_BYTES + TAG + 3 * NUMBER;
export const VOTE_BYTES = HEADER_BYTES + 2 * TAG + 3 * NUMBER;
export const PRE_VOTE_REPLY_BYTES = HEADER_BYTES + 2 * TAG + NUMBER;
export const APPEND_REPLY_BYTES = HEADER_BYTES + 2 * TAG + 5 * NUMBER;
export const COMMIT_NOTICE_BYTES = HEADER_BYTES + TAG + 2 * NUMBER;
export const READ_INDEX_BYTES = HEADER_BYTES + TAG + 3 * NUMBER;
export const READ_INDEX_REPLY_BYTES = HEADER_BYTES + TAG + 4 * NUMBER;

export const appendEntriesBytes = (message: AppendEntries): number =>
  HEADER_BYTES + TAG + 5 * NUMBER + entriesBytes(message.entries);

export const installSnapshotBytes = (message: InstallSnapshot): number =>
  HEADER_BYTES + TAG + 4 * NUMBER + message.state.bytes;

export function recordBytes(record: Stored): number {
  switch (record.type) {
    case "Term":
      return TAG + 2 * NUMBER;
    case "AppendEntries":
    case "Entries":
      return TAG + NUMBER + entriesBytes(record.entries);
    case "Snapshot":
      return TAG + 6 * NUMBER + record.state.bytes + entriesBytes(record.entries);
  }
}
