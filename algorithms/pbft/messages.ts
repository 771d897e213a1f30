/** What PBFT's replicas say to each other, what they keep on disk, and how many bytes either takes. */
import {
  type Cause,
  type Digest,
  type NodeId,
  type Proof,
  type Request,
  requestBytes,
  type State,
} from "#protocol";

export type View = number;
/** The paper's sequence number n: where in the order. What is ordered there is a batch of requests, or none. */
export type Position = number;

/** The digest of no request at all: the null request that fills a gap (4.4). */
export const NULL_DIGEST: Digest = "";

/** Something at a position: what is committed there, what the state was there, what a new view begins with. */
export interface Vote {
  readonly position: Position;
  readonly digest: Digest;
}

/** … in a view. */
export interface ViewVote {
  readonly position: Position;
  readonly digest: Digest;
  readonly view: View;
}

// -----------------------------------------------------------------------------------------------------------
// Messages: the normal case (4.2)

/** The primary proposes a batch for a position. */
export interface PrePrepare {
  readonly type: "PrePrepare";
  readonly view: View;
  readonly position: Position;
  readonly digest: Digest;
  readonly requests: readonly Request[];
  readonly proofBytes: number; // of its client, with each: a MAC for each replica, or a signature. Likewise below
  readonly commits: readonly Vote[]; // of earlier positions, where they travel with later messages
  readonly proof: Proof;
  readonly separate: boolean; // the requests reach the backups from their clients: only their digests travel here
  readonly again: boolean; // for the meter only: it does not travel and decides nothing. Likewise below
}

/** A backup holds that proposal, and none other for the position in this view. */
export interface Prepare {
  readonly type: "Prepare";
  readonly view: View;
  readonly position: Position;
  readonly digest: Digest;
  readonly commits: readonly Vote[];
  readonly proof: Proof;
  readonly again: boolean;
}

/** A replica has a prepared certificate: no quorum will ever have another for that position and view. */
export interface Commit {
  readonly type: "Commit";
  readonly view: View;
  readonly position: Position;
  readonly digest: Digest;
  readonly proof: Proof;
  readonly again: boolean;
}

// -----------------------------------------------------------------------------------------------------------
// Messages: checkpoints and view changes (4.3, 4.4; what is vouched for as in TOCS)

/** A replica holds the state that all positions up to this one have led to. */
export interface Checkpoint {
  readonly type: "Checkpoint";
  readonly position: Position;
  readonly digest: Digest;
  readonly proof: Proof;
  readonly again: boolean;
}

/** A replica gives up the view before, and tells what the next one needs to know. Signed, for it is shown to others. */
export interface ViewChange {
  readonly type: "ViewChange";
  readonly replica: NodeId;
  readonly view: View; // the next one
  readonly stable: Position; // h: its low water mark
  readonly checkpoints: readonly Vote[]; // C: the states that it holds
  readonly prepared: readonly ViewVote[]; // PSet: for each position the last that it has prepared
  readonly accepted: readonly ViewVote[]; // QSet: all that it has accepted at each, in its last view
  readonly proof: Proof;
}

/** The primary begins its view, with what follows from a quorum of ViewChanges. */
export interface NewView {
  readonly type: "NewView";
  readonly view: View;
  readonly viewChanges: readonly ViewChange[]; // V
  readonly position: Position; // the checkpoint that it begins with …
  readonly digest: Digest;
  readonly selected: readonly Vote[]; // … and what is proposed behind it, without a gap
  readonly proof: Proof;
}

// -----------------------------------------------------------------------------------------------------------
// Messages: what got lost. They prove nothing themselves: enough replicas say the same, or a digest fits

/** A client asked a backup, which relays the request to the primary (4.1). */
export interface Forward {
  readonly type: "Forward";
  readonly request: Request;
  readonly proofBytes: number;
  readonly again: boolean;
}

/** How far a replica is: whoever is ahead sends it what it lacks. */
export interface Status {
  readonly type: "Status";
  readonly view: View;
  readonly changing: boolean; // it waits for the view to begin
  readonly stable: Position;
  readonly executed: Position;
  readonly cause: Cause;
}

/** A replica has executed these, in a row. */
export interface Executed {
  readonly type: "Executed";
  readonly position: Position; // of the first
  readonly digests: readonly Digest[];
  readonly batches: readonly (readonly Request[])[];
  readonly proofBytes: number;
}

/** A new view proposes something that this replica has never seen, or has to get from the client and has not. */
export interface FetchBatch {
  readonly type: "FetchBatch";
  readonly position: Position;
  readonly digest: Digest;
}

export interface Batch {
  readonly type: "Batch";
  readonly position: Position;
  readonly requests: readonly Request[];
  readonly proofBytes: number;
}

export interface FetchState {
  readonly type: "FetchState";
  readonly position: Position;
}

/** A whole state, however large, in one message. */
export interface InstallState {
  readonly type: "InstallState";
  readonly position: Position;
  readonly digest: Digest;
  readonly state: State;
}

export type Message =
  | PrePrepare
  | Prepare
  | Commit
  | Checkpoint
  | ViewChange
  | NewView
  | Forward
  | Status
  | Executed
  | FetchBatch
  | Batch
  | FetchState
  | InstallState;

// -----------------------------------------------------------------------------------------------------------
// Records on disk: what a replica has vouched for. A PrePrepare or NewView is stored as it was received

interface PreparedRecord extends ViewVote {
  readonly type: "Prepared";
}

/** It has sent its ViewChange for that view. */
interface ViewRecord {
  readonly type: "View";
  readonly view: View;
}

/** It has sent its Checkpoint. */
export interface StateRecord {
  readonly type: "State";
  readonly position: Position;
  readonly digest: Digest;
  readonly state: State;
}

/** It has executed up to there, on the word of others. */
interface ReachedRecord {
  readonly type: "Reached";
  readonly position: Position;
}

/** All that is still needed once a checkpoint is stable: it replaces every record before it. */
export interface SnapshotRecord {
  readonly type: "Snapshot";
  readonly view: View;
  readonly changing: boolean;
  readonly newView: NewView | undefined;
  readonly reached: Position;
  readonly checkpoints: readonly StateRecord[]; // the stable one first
  readonly slots: readonly SlotRecord[];
  readonly proofBytes: number;
}

/** A position behind the stable checkpoint. */
export interface SlotRecord {
  readonly position: Position;
  readonly proposals: readonly ProposalRecord[]; // the one accepted last at the end
  readonly preparedView: View;
  readonly preparedDigest: Digest;
}

export interface ProposalRecord {
  readonly view: View;
  readonly digest: Digest;
  readonly requests: readonly Request[];
}

export type Stored =
  | PrePrepare
  | NewView
  | PreparedRecord
  | ViewRecord
  | StateRecord
  | ReachedRecord
  | SnapshotRecord;

// -----------------------------------------------------------------------------------------------------------
// Sizes: 8 bytes a number, 1 a boolean or type, 32 a digest

const HEADER_BYTES = 16; // what every message pays: sender, receiver, length, checksum
const NUMBER = 8;
const TAG = 1;
const DIGEST = 32;
const VOTE = NUMBER + DIGEST;
const VIEW_VOTE = VOTE + NUMBER;
const LENGTH = 4; // of a request in a batch

function batchBytes(requests: readonly Request[], proofBytes: number): number {
  let bytes = 0;
  for (let index = 0; index < requests.length; index++) {
    bytes += LENGTH + requestBytes(requests[index]!) + proofBytes;
  }
  return bytes;
}

const proposalBytes = ({ requests, separate, proofBytes }: PrePrepare): number =>
  separate ? requests.length * DIGEST : batchBytes(requests, proofBytes);

export const prePrepareBytes = (message: PrePrepare): number =>
  HEADER_BYTES +
  TAG +
  NUMBER +
  VOTE +
  proposalBytes(message) +
  message.commits.length * VOTE +
  message.proof.bytes;

export const prepareBytes = (message: Prepare): number =>
  HEADER_BYTES + TAG + NUMBER + VOTE + message.commits.length * VOTE + message.proof.bytes;

export const commitBytes = (message: Commit): number =>
  HEADER_BYTES + TAG + NUMBER + VOTE + message.proof.bytes;

export const checkpointBytes = (message: Checkpoint): number =>
  HEADER_BYTES + TAG + VOTE + message.proof.bytes;

const viewChangeBody = ({ checkpoints, prepared, accepted, proof }: ViewChange): number =>
  3 * NUMBER + checkpoints.length * VOTE + (prepared.length + accepted.length) * VIEW_VOTE + proof.bytes;

export const viewChangeBytes = (message: ViewChange): number => HEADER_BYTES + TAG + viewChangeBody(message);

export const newViewBytes = ({ viewChanges, selected, proof }: NewView): number =>
  viewChanges.reduce(
    (bytes, viewChange) => bytes + viewChangeBody(viewChange),
    HEADER_BYTES + TAG + NUMBER + VOTE + selected.length * VOTE + proof.bytes,
  );

export const forwardBytes = (message: Forward): number =>
  HEADER_BYTES + TAG + requestBytes(message.request) + message.proofBytes;
export const STATUS_BYTES = HEADER_BYTES + 2 * TAG + 3 * NUMBER;
export const FETCH_BATCH_BYTES = HEADER_BYTES + TAG + VOTE;
export const FETCH_STATE_BYTES = HEADER_BYTES + TAG + NUMBER;

export const executedBytes = ({ batches, proofBytes }: Executed): number =>
  batches.reduce(
    (bytes, batch) => bytes + DIGEST + NUMBER + batchBytes(batch, proofBytes),
    HEADER_BYTES + TAG + NUMBER,
  );

export const batchMessageBytes = (message: Batch): number =>
  HEADER_BYTES + TAG + NUMBER + batchBytes(message.requests, message.proofBytes);

export const installStateBytes = (message: InstallState): number =>
  HEADER_BYTES + TAG + VOTE + message.state.bytes;

const slotBytes = ({ proposals }: SlotRecord, proofBytes: number): number =>
  proposals.reduce(
    (bytes, { requests }) => bytes + NUMBER + DIGEST + batchBytes(requests, proofBytes),
    NUMBER + VIEW_VOTE,
  );

export function recordBytes(record: Stored): number {
  switch (record.type) {
    case "PrePrepare":
      return TAG + NUMBER + VOTE + batchBytes(record.requests, record.proofBytes);
    case "Prepared":
      return TAG + VIEW_VOTE;
    case "View":
    case "Reached":
      return TAG + NUMBER;
    case "NewView":
      return newViewBytes(record);
    case "State":
      return TAG + VOTE + record.state.bytes;
    case "Snapshot":
      return snapshotBytes(record);
  }
}

function snapshotBytes({ newView, checkpoints, slots, proofBytes }: SnapshotRecord): number {
  let bytes = 2 * TAG + 2 * NUMBER + (newView === undefined ? 0 : newViewBytes(newView));
  for (const checkpoint of checkpoints) bytes += recordBytes(checkpoint);
  for (const slot of slots) bytes += slotBytes(slot, proofBytes);
  return bytes;
}
