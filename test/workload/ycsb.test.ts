/** The core workloads of YCSB, held to its proportions; and what one seed promises. */
import { describe, expect, test } from "vitest";
import { loadWorkload, parseWorkload } from "../../src/workload/load.ts";
import { type Asked, asked } from "./simulated.ts";

const count = (operations: readonly Asked[], kind: string): number =>
  operations.filter(operation => operation.kind === kind).length;

/** Within three standard deviations of a share of so many. */
function expectShare(found: number, total: number, share: number) {
  const deviation = Math.sqrt(total * share * (1 - share));
  expect(Math.abs(found - total * share)).toBeLessThanOrEqual(3 * deviation);
}

describe("YCSB's core workloads", () => {
  test.each([
    ["ycsb-a", 0.5],
    ["ycsb-b", 0.05],
    ["ycsb-c", 0],
    ["ycsb-d", 0.05],
  ])("%s: the share of writes is %s", (name, writes) => {
    const { operations } = asked(loadWorkload(name), 0.5);
    expect(operations.length).toBeGreaterThan(10_000);
    expectShare(count(operations, "put"), operations.length, writes);
    expect(count(operations, "put") + count(operations, "get")).toBe(operations.length);
  });

  test("ycsb-f: half of the reads are followed by a write of the same key", () => {
    const { operations } = asked(loadWorkload("ycsb-f"), 0.5);
    expectShare(count(operations, "put"), count(operations, "get"), 0.5);
    const read = new Map<number, number>();
    for (const { kind, key } of operations) {
      const before = read.get(key) ?? 0;
      read.set(key, kind === "get" ? before + 1 : before - 1);
    }
    expect(Math.min(...read.values())).toBeGreaterThanOrEqual(0);
  });

  test("ycsb-d: each insert is of a new key, and the newest are read most", () => {
    const { operations } = asked(loadWorkload("ycsb-d"), 0.5);
    const inserted = operations.filter(({ kind }) => kind === "put").map(({ key }) => key);
    expect(new Set(inserted).size).toBe(inserted.length);
    expect(Math.min(...inserted)).toBe(1000);
    const old = operations.filter(({ kind, key }) => kind === "get" && key < 100).length;
    expect(old / count(operations, "get")).toBeLessThan(0.03);
  });

  test("a, b, c and f choose scrambled keys out of 1000, and write records of 1000 B", () => {
    for (const name of ["ycsb-a", "ycsb-b", "ycsb-c", "ycsb-f"]) {
      const { keys, value } = loadWorkload(name);
      expect(keys, name).toEqual({ distribution: "scrambled", count: 1000 });
      expect(value, name).toEqual({ distribution: "constant", bytes: 1000 });
    }
  });
});

describe("one seed", () => {
  const file = (lines: string) => parseWorkload("mine", lines, "mine.yaml");
  const open = (more = "") => `clients: { mode: open, rate: 5000/s${more} }\n`;
  const keysOf = (operations: readonly Asked[]) =>
    operations.toSorted((left, right) => left.callNs - right.callNs).map(({ key }) => key);
  const callsOf = (operations: readonly Asked[]) =>
    operations.map(({ callNs }) => callNs).sort((left, right) => left - right);
  const shorter = (left: readonly unknown[], right: readonly unknown[]) =>
    Math.min(left.length, right.length) - 50;

  test("gives the same bytes, another seed others, in an open loop as in a closed one", () => {
    const rough = "operations: { rmw: 1, insert: 1, get: 1 }\nkeys: { distribution: latest }\n";
    for (const clients of [open(), "clients: { think: { distribution: exponential, mean: 1ms } }\n"]) {
      const workload = file(clients + rough);
      const [first, again, other] = [asked(workload, 0.3), asked(workload, 0.3), asked(workload, 0.3, 2)];
      expect(again).toEqual(first);
      expect(other.hash).not.toBe(first.hash);
      expect(first.operations.length).toBeGreaterThan(1000);
    }
  });

  test("turning one model on does not shift what another draws", () => {
    const plain = asked(file(open()), 0.5).operations;
    const mixed = asked(file(`${open()}operations: { get: 1, append: 2, cas: 1 }`), 0.5).operations;
    const sized = asked(file(`${open()}value: { distribution: lognormal, median: 1kB, sigma: 1 }`), 0.5);
    const even = asked(file(open(", arrivals: constant")), 0.5).operations;
    const many = asked(file(`${open()}keys: { distribution: zipfian, count: 77 }`), 0.5).operations;
    for (const changed of [mixed, sized.operations, many]) expect(callsOf(changed)).toEqual(callsOf(plain));
    for (const changed of [mixed, sized.operations, even]) {
      const least = shorter(changed, plain);
      expect(least).toBeGreaterThan(2000);
      expect(keysOf(changed).slice(0, least)).toEqual(keysOf(plain).slice(0, least));
    }
  });
});
