/** What a new view begins with (TOCS, view changes), case by case. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pbft } from "../../../algorithms/pbft/index.ts";
import { select } from "../../../algorithms/pbft/selection.ts";
import { NOTHING_YET, type Told, viewChange } from "./messages.ts";

const rules = { quorum: 3, weak: 2, logSize: 8 };
const VIEW = 9;

/** One ViewChange of each replica. */
const select4 = (...told: readonly Told[]) =>
  select(
    told.map((one, replica) => viewChange(replica, VIEW, one)),
    rules,
  );
const vote = (position: number, digest: string, view = 0) => ({ position, digest, view });
const nothing: Told = {};
const begins = (...digests: readonly string[]) => ({
  ...NOTHING_YET,
  selected: digests.map((digest, index) => ({ position: index + 1, digest })),
});

describe("PBFT, what a new view begins with", () => {
  test("nothing, if nobody has prepared anything; what was only accepted is free", () => {
    expect(select4(nothing, { accepted: [vote(1, "a")] }, nothing)).toEqual(begins());
  });

  test("what one replica has prepared and f + 1 have accepted: it may have been committed", () => {
    const accepted = { accepted: [vote(1, "a")] };
    expect(select4({ prepared: [vote(1, "a")] }, accepted, nothing)).toEqual(begins("a"));
  });

  test("not what only one says was ever proposed: the rest is needed to tell", () => {
    expect(select4({ prepared: [vote(1, "a")] }, nothing, nothing)).toBeUndefined();
    expect(select4({ prepared: [vote(1, "a")] }, nothing, nothing, nothing)).toEqual(begins());
  });

  test("of several the one prepared in the latest view", () => {
    const older = { prepared: [vote(1, "a", 2)], accepted: [vote(1, "a", 2)] };
    const newer = { prepared: [vote(1, "b", 5)], accepted: [vote(1, "a", 2), vote(1, "b", 5)] };
    const heard = { accepted: [vote(1, "b", 5)] };
    expect(select4(older, newer, heard)).toEqual(begins("b"));
    expect(select4(older, newer, newer)).toEqual(begins("b"));
  });

  test("who has accepted it only in an earlier view does not confirm it", () => {
    const told = { prepared: [vote(1, "b", 5)], accepted: [vote(1, "b", 5)] };
    const before = { accepted: [vote(1, "b", 4)] };
    expect(select4(told, before, before)).toBeUndefined();
  });

  test("a liar's certificate for something that nobody else knows is passed over", () => {
    const honest = { prepared: [vote(1, "a", 2)] };
    const liar = { prepared: [vote(1, "x", 8)] };
    expect(select4(honest, honest, liar)).toBeUndefined(); // it might be true, for all that two can tell
    expect(select4(honest, honest, liar, honest)).toEqual(begins("a"));
  });

  test("null requests in the gaps before it, and none behind it", () => {
    const told = { prepared: [vote(3, "c")] };
    const gap = { accepted: [vote(2, "b"), vote(4, "d")] };
    expect(select4(told, told, gap)).toEqual(begins("", "", "c"));
  });

  test("a null request that was prepared, behind all others as well: it may have been committed, and executed", () => {
    const told = { prepared: [vote(1, "", 3)] };
    expect(select4(told, told, nothing)).toEqual(begins(""));
    const behind = { prepared: [vote(1, "a", 2), vote(3, "", 3)] };
    expect(select4(behind, behind, nothing)).toEqual(begins("a", "", ""));
  });

  test("nothing beyond the high water mark: nobody can have committed it", () => {
    const far = { stable: 8, checkpoints: [{ position: 8, digest: "s" }], prepared: [vote(9, "z")] };
    expect(select4(nothing, nothing, nothing, far)).toEqual(begins());
  });

  const state = (position: number, digest = `state ${position}`) => ({ position, digest });

  test("the latest checkpoint that f + 1 hold and a quorum is not beyond", () => {
    const ahead = { stable: 4, checkpoints: [state(4), state(8)] };
    const behind = { stable: 0, checkpoints: [NOTHING_YET, state(4)] };
    expect(select4(ahead, ahead, behind)).toEqual({ ...state(8), selected: [] });
    expect(select4(ahead, behind, behind)).toEqual({ ...state(4), selected: [] });
  });

  test("not one that only a liar holds, and not one whose holders disagree about it", () => {
    const liar = { checkpoints: [NOTHING_YET, state(4, "?")] };
    const other = { checkpoints: [NOTHING_YET, state(4)] };
    expect(select4(liar, other, nothing)).toEqual(begins());
  });

  test("not one that too many are beyond", () => {
    const beyond = { stable: 4, checkpoints: [state(4)] };
    expect(select4(beyond, nothing, nothing)).toBeUndefined();
    expect(select4(beyond, beyond, nothing)).toEqual({ ...state(4), selected: [] });
  });

  test("whoever is beyond a position does not say that nothing was prepared there", () => {
    const beyond = { stable: 4, checkpoints: [state(4)] };
    const told = { prepared: [vote(1, "a")], accepted: [vote(1, "a")] };
    const start = { checkpoints: [NOTHING_YET] };
    // Only the fourth makes a quorum of those who still know about position 1.
    expect(select4(beyond, told, start)).toBeUndefined();
    expect(select4(beyond, told, { ...start, accepted: [vote(1, "a")] }, start)).toEqual(begins("a"));
  });
});

/**
 * Every cluster, every quorum that reports: what a quorum has voted to commit the new view keeps, whatever f liars say.
 */
describe("PBFT, what may have been committed", () => {
  test.each([4, 5, 6, 7, 8, 9, 10, 13])("n=%i: is what the next view begins with, or it waits", n => {
    const quorum = pbft.quorum(n);
    const f = pbft.tolerates(n);
    const own = { quorum, weak: f + 1, logSize: 8 };
    const order = fc.shuffledSubarray(
      Array.from({ length: n }, (_, node) => node),
      { minLength: n, maxLength: n },
    );
    const lie = fc.record({ digest: fc.constantFrom("a", "b", ""), view: fc.nat(8), says: fc.boolean() });
    let decided = 0;
    fc.assert(
      fc.property(
        order,
        order,
        fc.array(lie, { minLength: f, maxLength: f }),
        fc.nat(3),
        (votes, heard, lies, view) => {
          const committers = new Set(votes.slice(0, quorum)); // the first f of `votes` lie
          const liars = votes.slice(0, f);
          const messages = heard.slice(0, quorum).map(replica => {
            const lying = liars.indexOf(replica);
            if (lying >= 0) {
              const { digest, view: told, says } = lies[lying]!;
              return viewChange(replica, VIEW, says ? { prepared: [vote(1, digest, told)] } : {});
            }
            const prepared = committers.has(replica) ? [vote(1, "committed", view)] : [];
            return viewChange(replica, VIEW, { prepared });
          });
          const begun = select(messages, own);
          if (begun === undefined) return;
          decided++;
          expect(begun.selected).toEqual([{ position: 1, digest: "committed" }]);
        },
      ),
      { numRuns: 300, seed: n },
    );
    expect(decided).toBeGreaterThan(0);
  });
});
