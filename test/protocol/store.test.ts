/** Sessions of the replicated store: what was executed before, and what is executed for the time being. */
import { describe, expect, test } from "vitest";
import { Store } from "../../src/protocol/store.ts";
import { append, get, put } from "../algorithms/requests.ts";

describe("the store", () => {
  test("recalls what a request gave, and knows nothing of one that it has not executed", () => {
    const store = new Store();
    store.execute(put(1, "a"));
    expect(store.recall(get(2))).toBeUndefined();
    store.execute(get(2));
    expect(store.recall(get(2))).toEqual({ result: "a" });
    expect(store.recall(put(1, "a", 7))).toBeUndefined();
  });

  test("what is executed tentatively has its effect, and counts once it is executed for good", () => {
    const store = new Store();
    expect(store.executeTentatively(put(1, "a"))).toBeUndefined();
    expect(store.executeTentatively(get(2))).toBe("a");
    expect([store.read(get(9)), store.effects]).toEqual(["a", 0]);
    store.execute(put(1, "a"));
    store.execute(get(2));
    store.execute(get(2));
    expect([store.read(get(9)), store.effects]).toEqual(["a", 2]);
  });

  test("a request that had been executed before does not count again", () => {
    const store = new Store();
    store.execute(append(1, "a"));
    store.executeTentatively(append(1, "a"));
    store.executeTentatively(append(2, "b"));
    store.execute(append(1, "a"));
    expect([store.read(get(9)), store.effects]).toEqual(["ab", 1]);
    store.execute(append(2, "b"));
    expect(store.effects).toBe(2);
  });

  test("it can be taken back with all that it did", () => {
    const store = new Store();
    store.execute(put(1, "a"));
    const before = store.save();
    const digest = store.digest();
    store.executeTentatively(append(2, "b"));
    store.load(before);
    expect([store.read(get(9)), store.recall(append(2, "b")), store.digest()]).toEqual([
      "a",
      undefined,
      digest,
    ]);
    store.execute(append(2, "c"));
    expect([store.read(get(9)), store.effects]).toEqual(["ac", 2]);
  });
});

test("the digest is of all that another replica would rely on", () => {
  const store = new Store();
  store.execute(put(1, "a"));
  store.execute(get(2));
  const state = store.save();
  const contents = state.contents as { readonly results: readonly unknown[]; readonly effects: number };
  const loaded = (changed: object) => {
    const other = new Store();
    other.load({ ...state, contents: { ...contents, ...changed } });
    return other.digest();
  };
  expect(loaded({})).toBe(store.digest());
  expect(loaded({ results: contents.results.map(() => "forged") })).not.toBe(store.digest());
  expect(loaded({ results: contents.results.map(() => undefined) })).not.toBe(store.digest());
  expect(loaded({ effects: contents.effects + 1 })).not.toBe(store.digest());
});

test("a digest asked for in between is that of a store that was never asked", () => {
  const asked = new Store();
  const silent = new Store();
  for (let sequence = 1; sequence <= 60; sequence++) {
    const request = sequence % 3 === 0 ? append(sequence, `${sequence};`) : put(sequence, `${sequence}`);
    const command = { ...request.command, key: sequence % 7 };
    for (const store of [asked, silent]) store.execute({ ...request, command });
    if (sequence % 5 === 0) asked.digest();
  }
  const copy = new Store();
  copy.load(silent.save());
  expect([asked.digest(), copy.digest()]).toEqual([silent.digest(), silent.digest()]);
  copy.execute(put(61, "other"));
  expect(copy.digest()).not.toBe(silent.digest());
});
