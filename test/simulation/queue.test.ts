import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue } from "../../src/simulation/queue.ts";

/** Pushes all, pops all, and returns the labels in the order they came out. */
function drain(queue: EventQueue): number[] {
  const labels: number[] = [];
  for (let slot = queue.pop(); slot >= 0; slot = queue.pop()) labels.push(labelAt(queue, slot));
  return labels;
}

const labelAt = (queue: EventQueue, slot: number): number => queue.columns[slot * 4 + 3]!;

function push(queue: EventQueue, tick: number, label: number): void {
  const slot = queue.push(tick); // first: it may replace the columns by longer ones
  queue.fill(slot, 0, 0, 0, label);
}

describe("the event queue", () => {
  test("gives events in order of their tick, and of arrival within a tick", () => {
    const ticks = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 });
    fc.assert(
      fc.property(ticks, given => {
        const queue = new EventQueue();
        for (const [label, tick] of given.entries()) push(queue, tick, label);
        const labels = given.map((_, label) => label);
        expect(drain(queue)).toEqual(labels.sort((a, b) => given[a]! - given[b]! || a - b));
      }),
    );
  });

  test("agrees with a sorted list when pushes and pops alternate, also across the reach of the heap", () => {
    const far = fc.integer({ min: 0, max: 2 ** 34 });
    const step = fc.record({
      delays: fc.array(fc.oneof(far, fc.constant(5)), { maxLength: 4 }),
      pops: fc.nat(4),
    });
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), alternate));
  });

  test("keeps the order of a hundred thousand events at one tick", () => {
    const queue = new EventQueue();
    for (let label = 0; label < 100_000; label++) {
      push(queue, 1000, label);
      push(queue, 2000 + label, -1); // others in between
    }
    expect(drain(queue).slice(0, 100_000)).toEqual(Array.from({ length: 100_000 }, (_, label) => label));
  });

  test("keeps the order of a tick after a million events have used up the sequence numbers", () => {
    const queue = new EventQueue();
    push(queue, 5_000_000, 1);
    for (let tick = 0; tick < 1_100_000; tick++) {
      push(queue, tick, 0);
      queue.pop();
    }
    push(queue, 5_000_000, 2);
    expect(drain(queue)).toEqual([1, 2]);
  });

  test("tells the tick of the event it popped, to the nanosecond, a month into a run", () => {
    const queue = new EventQueue();
    const month = 30 * 24 * 3600 * 1e9 + 7;
    push(queue, month, 1);
    queue.pop();
    expect(queue.tick).toBe(month);
  });

  test("refuses a tick beyond the range of the clock", () => {
    expect(() => new EventQueue().push(2 ** 53)).toThrow("the clock ends at 104 days");
  });
});

function alternate(steps: { delays: number[]; pops: number }[]): void {
  const queue = new EventQueue();
  const model: { tick: number; label: number }[] = [];
  let label = 0;
  let now = 0;
  for (const { delays, pops } of steps) {
    for (const delay of delays) {
      push(queue, now + delay, label);
      model.push({ tick: now + delay, label: label++ });
    }
    model.sort((a, b) => a.tick - b.tick || a.label - b.label);
    for (let pop = 0; pop < pops; pop++) {
      const expected = model.shift();
      const slot = queue.pop();
      const popped = slot < 0 ? undefined : { tick: queue.tick, label: labelAt(queue, slot) };
      expect(popped).toEqual(expected);
      now = expected?.tick ?? now;
    }
  }
}
