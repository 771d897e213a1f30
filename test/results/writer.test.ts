import { appendFileSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readManifest, readRuns, readSeries } from "../../src/results/reader.ts";
import { StudyWriter } from "../../src/results/writer.ts";
import { runLine, seriesLine } from "./line.ts";

const temporary = () => mkdtempSync(join(tmpdir(), "consensus-bench-"));

async function written(keys: readonly string[], folder = temporary()): Promise<string> {
  const writer = await StudyWriter.open(folder);
  await Promise.all(keys.map(key => writer.append(runLine(key), seriesLine(key))));
  await writer.close();
  return folder;
}

const keysIn = (folder: string) => readRuns(folder).lines.map(line => line.key);

describe("a folder of results", () => {
  test("gives back what was written, in the order of writing", async () => {
    const folder = await written(["a", "b", "c"]);
    expect(keysIn(folder)).toEqual(["a", "b", "c"]);
    expect(readSeries(folder).lines).toHaveLength(3);
  });

  test("is read and continued without its torn last line, wherever it was torn", async () => {
    const whole = await written(["a", "b"]);
    const bytes = readFileSync(join(whole, "runs.ndjson"));
    const first = bytes.indexOf("\n") + 1;
    for (const end of [first, first + 1, first + 100, bytes.length - 1]) {
      const folder = temporary();
      writeFileSync(join(folder, "runs.ndjson"), bytes.subarray(0, end));
      expect(readRuns(folder)).toMatchObject({ torn: end > first, bytes: first });
      await written(["b"], folder);
      expect(readFileSync(join(folder, "runs.ndjson"))).toEqual(bytes);
    }
  });

  test("is a union by key: what was written twice counts once", async () => {
    const folder = await written(["a"]);
    await written(["a", "b"], folder);
    expect(keysIn(folder)).toEqual(["a", "b"]);
    // A series whose run was not committed is there already when the run is repeated.
    expect(readFileSync(join(folder, "series.ndjson"), "utf8").split("\n")).toHaveLength(3);
  });

  test("has the series of those runs only that are worth it", async () => {
    const folder = temporary();
    const writer = await StudyWriter.open(folder, ({ key }) => key !== "b");
    await Promise.all(["a", "b", "c"].map(key => writer.append(runLine(key), seriesLine(key))));
    await writer.close();
    expect(keysIn(folder)).toEqual(["a", "b", "c"]);
    expect(readSeries(folder).lines.map(({ key }) => key)).toEqual(["a", "c"]);
  });

  test("names file, line and field of what is wrong", async () => {
    const folder = await written(["a"]);
    const file = join(folder, "runs.ndjson");
    appendFileSync(file, `${JSON.stringify({ ...runLine("b"), n: 0 })}\n`);
    expect(() => readRuns(folder)).toThrow(`${file}:2: n: `);
    writeFileSync(file, "{\n");
    expect(() => readRuns(folder)).toThrow(`${file}:1: not JSON`);
    expect(() => readManifest(folder)).toThrow("there is no manifest.json in it");
  });

  // Linux's device that is always full. Reading it never ends, so that it stands in only after the folder is open.
  test.runIf(process.platform === "linux")("writes nothing more once the disk has refused", async () => {
    const folder = temporary();
    symlinkSync("/dev/full", join(folder, "full"));
    const writer = await StudyWriter.open(folder);
    const full = await (await import("node:fs/promises")).open(join(folder, "full"), "a");
    const { series } = writer as unknown as { series: FileHandle };
    Object.assign(writer, { series: full });
    await series.close();
    await expect(writer.append(runLine("a"), seriesLine("a"))).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(writer.append(runLine("b"), undefined)).rejects.toMatchObject({ code: "ENOSPC" });
    await writer.close();
    expect(keysIn(folder)).toEqual([]);
  });
});
