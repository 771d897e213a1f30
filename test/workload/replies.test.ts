/** What clients make of answers from replicas some of which may lie. */
import { describe, expect, test } from "vitest";
import type { NodeId, Request } from "#protocol";
import { Replies } from "../../src/workload/replies.ts";
import { type FakeWorld, poolIn } from "./fake-world.ts";

const SLOT = 0;
const WRITE = false;
const READ = true;

function replies(reads: number, writes: number, replicas = 4): Replies {
  const made = new Replies(reads, writes, replicas);
  made.addSlot();
  made.clear(SLOT);
  return made;
}

describe("answers", () => {
  test("one is enough where replicas are trusted", () => {
    expect(replies(1, 1).believes(SLOT, 2, WRITE, "a", false)).toBe(true);
    expect(replies(1, 1).compared).toBe(false);
  });

  test("reads and writes may need different numbers of equal ones", () => {
    const some = replies(3, 2);
    expect(some.compared).toBe(true);
    expect([0, 1].map(from => some.believes(SLOT, from, WRITE, "a", false))).toEqual([false, true]);
    some.clear(SLOT);
    expect([0, 1, 2].map(from => some.believes(SLOT, from, READ, "a", false))).toEqual([false, false, true]);
  });

  test("a digest counts, but somebody has to send the whole", () => {
    const some = replies(2, 2);
    const briefly = [0, 1, 2].map(from => some.believes(SLOT, from, WRITE, "a", true));
    expect(briefly).toEqual([false, false, false]);
    expect(some.believes(SLOT, 3, WRITE, "b", false)).toBe(false); // of something else
    expect(some.believes(SLOT, 2, WRITE, "a", false)).toBe(true);
  });

  test("what may be taken back counts within its epoch, with what stands", () => {
    const some = replies(3, 3);
    const told: readonly (readonly [from: NodeId, epoch?: number])[] = [
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 5],
      [3],
      [2],
    ];
    const believed = told.map(([from, epoch]) => some.believes(SLOT, from, WRITE, "a", false, epoch));
    expect(believed).toEqual([false, false, false, false, false, true]);
  });

  test("… in which somebody has to send the whole as well", () => {
    const some = replies(2, 2);
    expect(some.believes(SLOT, 0, WRITE, "a", true, 4)).toBe(false);
    expect(some.believes(SLOT, 1, WRITE, "a", true, 4)).toBe(false);
    expect(some.believes(SLOT, 2, WRITE, "a", false)).toBe(true);
  });

  test("… and again for the next operation of the slot", () => {
    const some = replies(2, 2);
    for (const from of [0, 1]) some.believes(SLOT, from, WRITE, "a", false, 4);
    some.clear(SLOT);
    expect([0, 1].map(from => some.believes(SLOT, from, WRITE, "a", false, 4))).toEqual([false, true]);
  });

  test("also where one answer is enough", () => {
    const some = replies(1, 1);
    expect(some.believes(SLOT, 0, WRITE, "a", true)).toBe(false);
    expect(some.believes(SLOT, 1, WRITE, "a", false)).toBe(true);
  });

  test("what was sent whole for an earlier operation is forgotten", () => {
    const some = replies(2, 2);
    for (const from of [0, 1]) some.believes(SLOT, from, WRITE, "a", false);
    some.clear(SLOT);
    expect([0, 1].map(from => some.believes(SLOT, from, WRITE, "a", true))).toEqual([false, false]);
  });
});

describe("who leads", () => {
  test("who answers, where nobody is named and one answer is enough", () => {
    expect(replies(1, 1).leader(SLOT, 2, WRITE, undefined)).toBe(2);
    expect(replies(2, 2).leader(SLOT, 2, WRITE, undefined)).toBeUndefined();
  });

  test("who is named by so many that one of them is honest", () => {
    const some = replies(2, 2);
    const named = (from: NodeId, leader: NodeId) => some.leader(SLOT, from, WRITE, leader);
    expect([named(3, 3), named(3, 3), named(0, 1), named(2, 1)]).toEqual([
      undefined,
      undefined,
      undefined,
      1,
    ]);
  });

  test("a local read, which believes anybody's answer, does not believe anybody's word on that", () => {
    expect(replies(1, 2).leader(SLOT, 3, READ, 3)).toBeUndefined();
  });
});

describe("a pool of clients", () => {
  const puts = (world: FakeWorld) => world.sent.map(({ to }) => to);
  const answer = (world: FakeWorld, request: Request, leaders: readonly NodeId[]) =>
    leaders.forEach((leader, from) => void world.pool.onReply(from, request, undefined, leader));

  test("asks next whom f + 1 have named as leader", () => {
    const world = poolIn(4, () => {}, { matching: () => 2 });
    world.pool.onStart();
    expect(puts(world)).toEqual([0]);
    answer(world, world.sent[0]!.request, [2, 2]);
    expect(puts(world)).toEqual([0, 2]);
  });

  test("stays where it is while they contradict each other", () => {
    const world = poolIn(4, () => {}, { matching: () => 2 });
    world.pool.onStart();
    answer(world, world.sent[0]!.request, [3, 2]);
    expect(puts(world)).toEqual([0, 0]);
  });

  test("asks everybody at once for what the protocol says", () => {
    const mix = { get: 1, put: 0 };
    const world = poolIn(3, () => {}, { mix, asksAll: read => read });
    world.pool.onStart();
    expect(puts(world)).toEqual([0, 1, 2]);
    const writing = poolIn(3, () => {}, { asksAll: read => read });
    writing.pool.onStart();
    expect(puts(writing)).toEqual([0]);
  });
});
