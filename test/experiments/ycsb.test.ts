/** The five files are the core workloads of YCSB: their proportions, their keys, and what is really asked. */
import { describe, expect, test } from "vitest";
import { loadWorkload } from "../../src/workload/load.ts";
import { asked } from "../workload/simulated.ts";

const none = { get: 0, put: 0, append: 0, cas: 0, delete: 0, rmw: 0, insert: 0 };
/** Of the files workloada … workloadf: readproportion, updateproportion and so on; E scans. */
const core = [
  ["ycsb-a", { get: 0.5, put: 0.5 }, "scrambled"],
  ["ycsb-b", { get: 0.95, put: 0.05 }, "scrambled"],
  ["ycsb-c", { get: 1 }, "scrambled"],
  ["ycsb-d", { get: 0.95, insert: 0.05 }, "latest"],
  ["ycsb-f", { get: 0.5, rmw: 0.5 }, "scrambled"],
] as const;
const RECORDS = 1000; // recordcount
const ZETA = 26.46902820178302; // of ScrambledZipfianGenerator
const THETA = 0.99;

/** The hash of YCSB's Utils.fnvhash64, by the book. */
function fnv(value: bigint): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let octet = 0n; octet < 8n; octet++) {
    hash ^= (value >> (8n * octet)) & 0xffn;
    hash = BigInt.asUintN(64, hash * 1099511628211n);
  }
  const signed = BigInt.asIntN(64, hash);
  return signed < 0n ? -signed : signed;
}

describe("YCSB's core workloads", () => {
  test.each(core)("%s: proportions, keys and records", (name, proportions, distribution) => {
    const { mix, keys, value } = loadWorkload(name);
    const sum = Object.values(mix).reduce((total, share) => total + share, 0);
    const shares = Object.entries(mix).map(([kind, share]) => [kind, share / sum]);
    expect({ ...none, ...Object.fromEntries(shares) }).toEqual({ ...none, ...proportions });
    expect(keys).toMatchObject({ distribution, count: RECORDS });
    expect(value).toEqual({ distribution: "constant", bytes: 10 * 100 }); // fieldcount x fieldlength
  });

  test.each(core.filter(([, , keys]) => keys === "scrambled"))(
    "%s: the two most popular ranks fall where YCSB's hash puts them, as often",
    name => {
      const { operations } = asked(loadWorkload(name), 0.5);
      const chosen = Map.groupBy(operations, ({ key }) => key);
      for (const rank of [0, 1]) {
        const key = Number(fnv(BigInt(rank)) % BigInt(RECORDS));
        const share = 1 / ((rank + 1) ** THETA * ZETA);
        const found = chosen.get(key)!.length / operations.length;
        // The tail of 10^10 ranks gives every key a little more, at most some tenths of a percent.
        const deviation = Math.sqrt(share / operations.length) * (name === "ycsb-f" ? Math.SQRT2 : 1);
        expect(found).toBeGreaterThan(share - 3 * deviation);
        expect(found).toBeLessThan(share + 0.005 + 3 * deviation);
      }
    },
  );

  test("ycsb-d: records are read by their age, the newest as often as the first of a zipfian", () => {
    const shipped = loadWorkload("ycsb-d");
    const alone = { ...shipped.clients, count: 1 } as typeof shipped.clients; // in the order they were drawn in
    const { operations } = asked({ ...shipped, clients: alone }, 2);
    const zeta = Array.from({ length: RECORDS }, (_, age) => 1 / (age + 1) ** THETA);
    const newest = 1 / zeta.reduce((sum, share) => sum + share, 0);
    let latest = RECORDS - 1;
    let reads = 0;
    let hits = 0;
    for (const { kind, key } of operations) {
      if (kind === "get") reads++;
      if (kind === "put") latest = key;
      else if (key === latest) hits++;
    }
    expect(Math.abs(hits / reads - newest)).toBeLessThan(3 * Math.sqrt(newest / reads));
  });
});
