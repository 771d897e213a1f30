/** A log that grows by a letter at a time, for tests of what becomes of long logs. */
import type { Lockstep } from "./lockstep.ts";
import { append, put } from "./requests.ts";

export const compacting = { snapshotEvery: 10, snapshotKeep: 3 };

interface Link {
  readonly from: number;
  readonly to: number;
}

export const toLast = ({ to }: Link): boolean => to === 2;

export function write(cluster: Lockstep, from: number, to: number, lose = (_: Link) => false): void {
  for (let sequence = from; sequence <= to; sequence++) {
    cluster.request(0, append(sequence, String.fromCharCode(96 + sequence)));
    cluster.settle(lose);
  }
}

export function beat(cluster: Lockstep, leader = 0): void {
  cluster.advance(50);
  cluster.timeout(leader, "heartbeat");
  cluster.settle();
}

export const values = (cluster: Lockstep) => cluster.nodes.map(({ store }) => store.read(put(99)));
