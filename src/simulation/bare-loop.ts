/**
 * The least a simulation can do: take an event from the queue, look at its kind, draw a delay, queue another event.
 * `bench:engine` measures every full run against this loop, in the same process and in alternating slices.
 */
import { EventQueue } from "./queue.ts";
import { RandomStream } from "./random.ts";

const MEAN_NS = 250_000;

/** Handles so many events while so many are pending. Returns how often a kind came up, so that nothing is dead code. */
export function bareLoop(eventCount: number, pending: number, seed: number): number {
  const queue = new EventQueue();
  const stream = new RandomStream(seed, "bare loop");
  const schedule = (kind: number) => {
    const slot = queue.push(queue.tick + Math.ceil(-MEAN_NS * Math.log(1 - stream.next())));
    queue.fill(slot, kind, 0, 0, 0);
  };
  for (let index = 0; index < pending; index++) schedule(index & 1);
  let even = 0;
  for (let handled = 0; handled < eventCount; handled++) {
    const slot = queue.pop();
    const kind = queue.columns[slot * 4]!;
    switch (kind) {
      case 0:
        even++;
        break;
      default:
    }
    schedule(kind);
  }
  return even;
}
