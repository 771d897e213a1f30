/** `npm run oracles`: what it prints, and how it ends. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { byChance, type Comparison } from "./comparison.ts";
import { tables } from "./table.ts";

const one: Comparison = {
  section: "1",
  protocol: "raft",
  variant: "the usual",
  quantity: "messages a command",
  formula: "2(n-1)/b",
  n: 3,
  batch: 1,
  expected: 4,
  measured: 4,
  tolerance: 0,
};

describe("the table", () => {
  test("has a line for each quantity and a column for each n, and says what is not equal", () => {
    const compared = [
      one,
      { ...one, n: 5, expected: 8, measured: 8 },
      { ...one, batch: 2, expected: 2, measured: 2.5 },
      { ...one, quantity: "with the client", formula: "2", expected: 2, measured: 2 },
      { ...one, quantity: "with the client", formula: "2", expected: 2, measured: 2, batch: 2 },
      {
        ...one,
        quantity: "first time-out",
        formula: "R/(n+1)",
        expected: 25,
        measured: 24.5,
        ...byChance(0.4),
      },
    ];
    expect(tables(compared)).toBe(
      `1. messages of the normal case, commands in instances of b

  raft                             formula     b                      n=3  n=5
    the usual  messages a command  2(n-1)/b    1                        4    8          =
    the usual  messages a command  2(n-1)/b    2                  2.5 ≠ 2       NOT EQUAL
    the usual  with the client     2         1,2                        2               =
    the usual  first time-out      R/(n+1)     1  24.5 ±0.4 ≈ 25 (-1.3 σ)               =
`,
    );
  });
});

describe("npm run oracles", () => {
  const oracles = (...words: readonly string[]) =>
    spawnSync(process.execPath, ["scripts/oracles.ts", ...words], { encoding: "utf8" });

  test("prints one document for programs", () => {
    const { status, stdout } = oracles("primary-backup", "--json");
    expect(status).toBe(0);
    const { wrong, compared } = JSON.parse(stdout);
    expect(wrong).toBe(0);
    expect(compared[0]).toMatchObject({ protocol: "primary-backup", n: 1, measured: 0, equal: true });
    expect(new Set(compared.map((each: Comparison) => each.section))).toEqual(new Set(["1", "2", "3", "5"]));
  });

  test("knows which protocols there are formulas for", () => {
    const { status, stderr } = oracles("bully");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: there are no formulas for 'bully', only for unreplicated, .*pbft\n$/);
    expect(oracles("--jsno").status).toBe(2);
  });
});
