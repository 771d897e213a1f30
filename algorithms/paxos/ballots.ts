/**
 * Ballots: a round and the node that started it, so that no two nodes ever use the same one (Paxos Made Simple, 2.2).
 * They are ordered by round, then by node, and encoded as one number that compares so. Round 0 was never started.
 */
import type { NodeId } from "#protocol";

export type Ballot = number;

/** No ballot, or one below all others. */
export const NONE: Ballot = 0;

export const ballotOf = (round: number, node: NodeId, nodes: number): Ballot => round * nodes + node;
export const roundOf = (ballot: Ballot, nodes: number): number => Math.floor(ballot / nodes);
export const ownerOf = (ballot: Ballot, nodes: number): NodeId => ballot % nodes;
