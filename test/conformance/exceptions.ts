/** Of whom a law is not true, and why. That it is not is tested too: an exception that is none has to go. */
export interface Exception {
  readonly protocol: string;
  readonly law: string;
  readonly because: string;
}

const alone = "only n0 does anything: there is no replication";
const allOrNothing = "it needs every replica, and one that is fixed to lead";
const unvoted = "it is there as a warning: its leaders are not voted for";

export const exceptions: readonly Exception[] = [
  { protocol: "unreplicated", law: "goes on when f replicas have failed", because: alone },
  { protocol: "unreplicated", law: "stops likewise if its leader has not", because: alone },
  { protocol: "unreplicated", law: "converges to one state", because: alone },
  { protocol: "unreplicated", law: "brings a replica that was down up to date", because: alone },
  { protocol: "primary-backup", law: "goes on when f replicas have failed", because: allOrNothing },
  { protocol: "bully", law: "executes each request once, however often it comes", because: unvoted },
  { protocol: "bully", law: "goes on when f replicas have failed", because: unvoted },
  { protocol: "bully", law: "stops, and says nothing untrue, when more have failed", because: unvoted },
  { protocol: "bully", law: "stops likewise if its leader has not", because: unvoted },
  { protocol: "bully", law: "recovers once everything is healed", because: unvoted },
  {
    protocol: "paxos",
    law: "brings a replica that was down up to date",
    because: "nobody tells it: what it missed it learns when it proposes something itself",
  },
];

// --- Bytes ---------------------------------------------------------------------------------------------------------

type Fields = Readonly<Record<string, unknown>>;

/** Messages that never leave a node. */
export const neverSent: Readonly<Record<string, { readonly types: string[]; readonly because: string }>> = {
  unreplicated: { types: ["Durable"], because: "the server sends it to itself" },
  bully: {
    types: ["RequestVote", "Vote", "PreVote", "PreVoteReply", "CommitNotice", "ReadIndex", "ReadIndexReply"],
    because: "they are Raft's, and nobody votes here",
  },
};

/** What of a message travels: all fields but those that are for the meter only, as `cause` is wherever there is one. */
export function travelling(protocol: string, { type: _, cause: __, ...fields }: Fields): Fields {
  if (protocol !== "pbft") return fields;
  const { again: _again, separate, requests, proofBytes, ...others } = fields;
  // Instead of its length, the proof itself; those of requests in lists come with them.
  if ("request" in others) return { ...others, clientProof: { bytes: proofBytes } };
  if (requests === undefined) return others;
  // Where requests reach the backups from their clients, only their digests travel.
  return separate === true ? { ...others, digests: requests } : { ...others, requests };
}

/** What a type of message takes besides its fields. */
export const addedBytes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  paxos: { Accept: 8, Promise: 8 }, // how many requests the value is, none among them
};
