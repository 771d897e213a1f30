/** Every scenario of the laboratory shows what its file says, and says it so that another default changes nothing. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { listWorkloads } from "../../src/workload/load.ts";
import { judged, lab, labNames } from "./lab-runs.ts";

/** Half an hour of virtual time, or many points: one seed is enough here. */
const long = /pysyncobj|cloudflare/;

const listed = listWorkloads();

describe.each(labNames)("%s", name => {
  test("meets what it expects", async () => {
    const judgements = await judged(name, long.test(name) ? [1] : [1, 2]);
    expect(judgements.filter(({ ok }) => ok === false)).toEqual([]);
    expect(judgements.some(({ ok }) => ok === true)).toBe(true);
  });

  test("pins all that decides its outcome", async () => {
    const { workload, cells } = await lab(name, [1]);
    const { algorithms, n, seeds, options } = workload.pinned;
    expect([algorithms?.length, n?.length]).toEqual([1, 1]);
    expect(seeds!.length).toBeGreaterThanOrEqual(3);
    const given = Object.keys(options[algorithms![0]!]!);
    expect(given).toEqual(expect.arrayContaining(["electionTimeoutMinMs", "heartbeatMs", "noOp"]));
    if (algorithms![0] === "raft") expect(given).toEqual(expect.arrayContaining(["preVote", "checkQuorum"]));
    expect(cells.length).toBeGreaterThan(0);
  });

  test("says what it is about, and above that what is to be seen", () => {
    const { description, file } = listed.find(workload => workload.name === name)!;
    const lines = readFileSync(file, "utf8").split("\n");
    expect(lines[0]).toBe("# yaml-language-server: $schema=./schema.json");
    expect(lines[1]).toMatch(/^# (Source: |As lab-)/);
    expect(description).toMatch(/[.?]$/);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(110);
  });
});
