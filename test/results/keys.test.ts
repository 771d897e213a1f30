import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, keysOf } from "../../src/results/keys.ts";

const experiment = {
  algo: "raft",
  options: { preVote: false, heartbeatMs: 50 },
  n: 5,
  workload: { name: "steady", description: "one", pinned: {}, warmupNs: 1, durationNs: undefined },
  point: {},
  seed: 1,
};

test("canonical text does not depend on the order of names, nor on undefined fields", () => {
  const shuffled = (value: Record<string, unknown>) => Object.fromEntries(Object.entries(value).reverse());
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
      expect(canonical({ ...shuffled(value) })).toBe(canonical(value));
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonical({ a: 1, b: undefined })).toBe(canonical({ a: 1 }));
  expect(() => canonical({ a: Number.POSITIVE_INFINITY })).toThrow("no place in a key");
});

test("keys stay what they are: folders of earlier days are resumed and merged by them", () => {
  expect(keysOf(experiment, "code")).toMatchInlineSnapshot(`
    {
      "key": "d41a4bdb2886f746",
      "pairKey": "c8a7f63caeac49bd",
    }
  `);
});

test("what does not change a run does not change its keys, and what does, does", () => {
  const { key, pairKey } = keysOf(experiment, "code");
  const workload = { ...experiment.workload, description: "two", pinned: { n: [3] }, expect: {}, sweep: {} };
  expect(keysOf({ ...experiment, workload }, "code")).toEqual({ key, pairKey });
  expect(keysOf(JSON.parse(JSON.stringify(experiment)), "code")).toEqual({ key, pairKey });
  expect(keysOf(experiment, "other code")).toMatchObject({ pairKey });
  expect(keysOf(experiment, "other code").key).not.toBe(key);
  const changes = [
    { seed: 2 },
    { n: 4 },
    { algo: "pbft" },
    { options: { ...experiment.options, preVote: true } },
    { workload: { ...experiment.workload, warmupNs: 2 } },
    { point: { "clients.count": 4 } },
  ];
  const pairKeys = changes.map(change => keysOf({ ...experiment, ...change }, "code").pairKey);
  expect(new Set([pairKey, ...pairKeys]).size).toBe(changes.length + 1);
});
