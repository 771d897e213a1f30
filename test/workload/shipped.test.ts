/** What every workload that is shipped carries: one sentence, a source, and expectations. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { listWorkloads, loadWorkload } from "../../src/workload/load.ts";

const shipped = listWorkloads();
const names = shipped.map(({ name }) => name);

/** The comment above the fields. */
const headOf = (file: string): string => /^(#.*\n)+/.exec(readFileSync(file, "utf8"))?.[0] ?? "";

/** Its own source, or that of the workload which it is as. */
function sourceOf(name: string): string | undefined {
  const { file } = shipped.find(workload => workload.name === name)!;
  const head = headOf(file);
  const other = /^# As ([\w-]+)/m.exec(head)?.[1];
  if (other === undefined) return /^# Source: (.+)/m.exec(head)?.[1];
  expect(names, name).toContain(other);
  return sourceOf(other);
}

describe.each(shipped.map(workload => [workload.name, workload] as const))("%s", (name, workload) => {
  test("is described in one sentence", () => {
    const { description } = workload;
    expect(description).toMatch(/^[A-Z].*[.?]$/);
    expect(description.slice(0, -1)).not.toMatch(/[.?!;] /);
    expect(description.length).toBeLessThan(110);
  });

  test("names its source", () => {
    expect(sourceOf(name)).toMatch(/\w/);
  });

  test("expects something", () => {
    const { expect: expectations } = loadWorkload(name);
    expect(expectations.filter(({ field }) => field !== "")).not.toEqual([]);
  });
});
