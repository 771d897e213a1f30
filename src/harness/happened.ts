/** What happened in a run besides what its line says: whether a campaign of many tried what it is meant to try. */
import type { Simulation } from "../simulation/simulation.ts";

export interface Happened {
  readonly reads: number; // answered
  readonly restarts: number;
  readonly lostWrites: number; // nodes whose disks lost what they had not synced
  readonly lostMessages: number;
  readonly snapshots: number; // taken or installed
  readonly liars: number;
}

interface Seen {
  readonly reads: number;
  readonly restarts: number;
  readonly snapshots: number;
}

export const happenedIn = (
  { network, nodes }: Simulation,
  { reads, restarts, snapshots }: Seen,
  liars: number,
): Happened => ({
  reads,
  restarts,
  lostWrites: nodes.filter(({ disk }) => disk.lost > 0).length,
  lostMessages: network.lost,
  snapshots,
  liars,
});
