/** Cryptography that is only symbolic: digests, and what tells a client's request from one that nobody made. */
import { describe, expect, test } from "vitest";
import { Asked } from "../../src/simulation/asked.ts";
import { structuralDigest } from "../../src/simulation/digest.ts";
import { get, put } from "../algorithms/requests.ts";

describe("digests", () => {
  const values: readonly unknown[] = [
    put(1, "a"),
    put(1, "b"),
    put(2, "a"),
    put(1, "a", 1),
    get(1),
    [put(1, "a")],
    [],
    {},
    "",
    "a",
    0,
    1,
    -1,
    0.5,
    0.25,
    2 ** 40,
    2 ** 40 + 1,
    [1, 2],
    [2, 1],
    [[1], 2],
    [1, [2]],
    { view: 1, digest: 2 },
    { view: 2, digest: 1 },
    { view: 1, position: 2 },
    undefined,
    true,
  ];

  test("of different values are different", () => {
    expect(new Set(values.map(structuralDigest)).size).toBe(values.length);
  });

  test("also of a million texts that are much alike", () => {
    const letters = "abcdefghij";
    const textOf = (number: number) => [...String(number)].map(digit => letters[Number(digit)]).join("");
    const digests = new Set<number>();
    for (let number = 0; number < 1_000_000; number++) digests.add(structuralDigest(textOf(number * 7919)));
    expect(digests.size).toBe(1_000_000);
  });

  test("of equal values are equal, whether they are the same object or not", () => {
    for (const value of values)
      expect(structuralDigest(structuredClone(value))).toBe(structuralDigest(value));
  });

  test("are not confused when many requests have been digested in between", () => {
    const requests = Array.from({ length: 5000 }, (_, index) => put(1 + (index % 7), `v${index}`, index));
    const first = requests.map(structuralDigest);
    expect(requests.map(structuralDigest)).toEqual(first);
    expect(new Set(first).size).toBe(requests.length);
  });
});

describe("a list", () => {
  test("has one digest, whoever makes it anew and whatever else begins like it", () => {
    const lists = Array.from({ length: 3000 }, (_, index) => [7, index, index % 3]);
    const first = lists.map(structuralDigest);
    expect(lists.map(list => structuralDigest([...list]))).toEqual(first);
    expect(new Set(first).size).toBe(lists.length);
  });

  test("that has changed has another", () => {
    const numbers = [7, 8];
    const ofNumbers = structuralDigest(numbers);
    numbers[1] = 9;
    expect(structuralDigest(numbers)).not.toBe(ofNumbers);
    const member = { count: 1 };
    const ofMember = structuralDigest([7, member]);
    member.count++;
    expect(structuralDigest([7, member])).not.toBe(ofMember);
  });
});

describe("what clients have asked for", () => {
  const asked = new Asked();
  for (let sequence = 1; sequence <= 20; sequence++) asked.note(put(sequence, "a", 3));

  test("is genuine, as the very object or as a copy", () => {
    const request = put(1, "a", 4);
    asked.note(request);
    expect([asked.isGenuine(request), asked.isGenuine(put(1, "a", 4))]).toEqual([true, true]);
    expect(asked.isGenuine(put(14, "a", 3))).toBe(true);
  });

  test("is not another command by the same name, nor a request of the future, nor of nobody", () => {
    expect(asked.isGenuine(put(20, "b", 3))).toBe(false);
    expect(asked.isGenuine(get(20, 3))).toBe(false);
    expect(asked.isGenuine(put(21, "a", 3))).toBe(false);
    expect(asked.isGenuine(put(1, "a", 99))).toBe(false);
  });

  test("is taken to be genuine if it is so old that it is forgotten, for it has no effect any more", () => {
    expect(asked.isGenuine(put(2, "whatever", 3))).toBe(true);
  });
});
