import { expect, test } from "vitest";
import { type Policy, type Request, Waiting } from "#protocol";

const request = (sequence: number): Request => ({
  client: 0,
  sequence,
  command: { kind: "get", key: 0, value: "", expected: undefined, bytes: 0 },
});

/** A clock that is set by hand, and the delay that the timer was last set to. */
function gathering(batch: Policy["batch"]) {
  const context = {
    policy: { batch, window: 1, reads: "log" } as Policy,
    at: 0,
    timer: undefined as number | undefined,
    now: () => context.at,
    setTimer(_: "batch", delay: number): void {
      context.timer = delay;
    },
    cancelTimer(): void {
      context.timer = undefined;
    },
  };
  return { context, waiting: new Waiting(context) };
}

const sequences = (batch: readonly Request[]): number[] => batch.map(({ sequence }) => sequence);

test("an instance starts with what waits, in order, and takes no more than it may", () => {
  const { waiting } = gathering({ min: 1, max: 2, delay: 0 });
  expect(waiting.isReady).toBe(false);
  for (const sequence of [1, 2, 3]) waiting.push(request(sequence));
  expect(waiting.isReady).toBe(true);
  expect(sequences(waiting.take())).toEqual([1, 2]);
  expect(sequences(waiting.take())).toEqual([3]);
  expect(waiting.length).toBe(0);
});

test("a batch that is not full waits for the time of its oldest request, and is due once", () => {
  const { context, waiting } = gathering({ min: 3, max: 8, delay: 5 });
  waiting.push(request(1));
  context.at = 2;
  waiting.push(request(2));
  waiting.await();
  expect(waiting.isReady).toBe(false);
  expect(context.timer).toBe(3);
  waiting.becomeDue();
  expect(sequences(waiting.take())).toEqual([1, 2]);
  waiting.await();
  expect(context.timer).toBeUndefined();
  waiting.push(request(3));
  expect(waiting.isReady).toBe(false);
});

test("a full batch sets no timer", () => {
  const { context, waiting } = gathering({ min: 2, max: 8, delay: 5 });
  waiting.push(request(1));
  waiting.push(request(2));
  waiting.await();
  expect(context.timer).toBeUndefined();
  expect(waiting.isReady).toBe(true);
});

test("what is taken back one by one leaves the others their age", () => {
  const { context, waiting } = gathering({ min: 9, max: 9, delay: 5 });
  waiting.push(request(1));
  context.at = 4;
  waiting.push(request(2));
  expect(waiting.shift().sequence).toBe(1);
  waiting.await();
  expect(context.timer).toBe(5);
});
