/** `npm run check`, as a person or a script meets it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inTemporaryFolder, run } from "../cli/run.ts";
import { samples } from "./histories.ts";

const folder = join(import.meta.dirname, "histories");
const line = (client: number, op: string, value: unknown, output: unknown, call: number) =>
  `${JSON.stringify({ client, op, key: "x", value, output, call, return: call + 1, status: "ok" })}\n`;
const good = line(1, "put", "a", null, 1) + line(2, "get", null, "a", 3);
const bad = good + line(1, "put", "b", null, 5) + line(2, "get", null, "a", 7);

describe.concurrent("npm run check", () => {
  test("judges all samples, one line of JSON each", async () => {
    const files = Object.keys(samples).map(name => join(folder, name));
    const { code, stdout, stderr } = await run(["check", ...files, "--no-explain"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map(text => JSON.parse(text));
    expect(lines.map(({ file, verdict }) => [file, verdict])).toEqual(
      Object.entries(samples).map(([name, { verdict }]) => [join(folder, name), verdict]),
    );
    expect(lines.every(({ ms }) => ms >= 0 && ms < 60_000)).toBe(true);
    expect({ code, stderr }).toEqual({ code: 5, stderr: "" });
  });

  test("leaves with 0 where nothing is wrong, from a plain file or a compressed one", () =>
    inTemporaryFolder(async home => {
      writeFileSync(join(home, "plain.jsonl"), good);
      writeFileSync(join(home, "packed"), gzipSync(good));
      const { code, stdout, stderr } = await run(["check", "plain.jsonl", "packed"], { INIT_CWD: home });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const [plain, packed] = stdout.split("\n").map(text => text.replace(/"ms":[\d.]+,/, ""));
      const counts = '"operations":2,"keys":1,"states":0,"budget":10000000,"cached":0';
      expect(plain).toBe(`{"file":"plain.jsonl","verdict":"linearizable",${counts}}`);
      expect(packed).toBe(plain!.replace("plain.jsonl", "packed"));
    }));

  test("explains a violation on stderr, and leaves with 5", () =>
    inTemporaryFolder(async home => {
      writeFileSync(join(home, "bad.jsonl"), bad);
      const { code, stdout, stderr } = await run(["check", "bad.jsonl"], { INIT_CWD: home });
      expect(JSON.parse(stdout)).toMatchObject({ file: "bad.jsonl", verdict: "not-linearizable", key: "x" });
      expect(code).toBe(5);
      expect(stderr).toContain(
        'bad.jsonl: key "x": these 3 operations contradict each other, without the other 1\n',
      );
      expect(stderr).toContain('  client 1  |put "a"||put "b"|\n  client 2                    |get → "a"|\n');
    }));

  test("says where a file is malformed, checks the others, and leaves with 2", () =>
    inTemporaryFolder(async home => {
      writeFileSync(join(home, "broken.jsonl"), `${good}{"client":1`);
      writeFileSync(join(home, "bad.jsonl"), bad);
      writeFileSync(join(home, "damaged.gz"), gzipSync(good).subarray(0, 30));
      const files = ["broken.jsonl", "nowhere.jsonl", "damaged.gz", "bad.jsonl/x", "bad.jsonl", "."];
      const { code, stdout, stderr } = await run(["check", ...files, "--no-explain"], { INIT_CWD: home });
      expect(stderr).toBe(
        [
          "error: broken.jsonl:3: this is no JSON; expected one whole JSON object a line",
          "error: nowhere.jsonl: there is no such file",
          "error: damaged.gz: the compressed file ends too early",
          "error: bad.jsonl/x: a part of the path is a file",
          "error: .: this is a folder",
          "",
        ].join("\n"),
      );
      expect(JSON.parse(stdout)).toMatchObject({ file: "bad.jsonl", verdict: "not-linearizable" });
      expect(code).toBe(2);
    }));

  test("runs out of its budget in the same way each time", () =>
    inTemporaryFolder(async home => {
      const writes = Array.from({ length: 24 }, (_, index) =>
        JSON.stringify({
          ...{ client: index, op: "put", key: "x", value: index % 12, output: null },
          ...{ call: 0, return: 1000, status: "ok" },
        }),
      );
      const reads = Array.from({ length: 25 }, (_, index) =>
        line(99, "get", null, index % 12, 10 + 2 * index),
      );
      writeFileSync(join(home, "hard.jsonl"), `${writes.join("\n")}\n${reads.join("")}`);
      const command = ["check", "hard.jsonl", "--budget", "5000"];
      const [first, second] = [
        await run(command, { INIT_CWD: home }),
        await run(command, { INIT_CWD: home }),
      ];
      expect(first.code).toBe(0);
      expect(JSON.parse(first.stdout)).toMatchObject({ verdict: "unknown", states: 5000, budget: 5000 });
      const withoutTime = ({ stdout }: { stdout: string }) => stdout.replace(/"ms":[\d.]+,/, "");
      expect(withoutTime(second)).toBe(withoutTime(first));
    }));

  test("refuses a budget that is none, and explains the format", async () => {
    const refused = await run(["check", "x.jsonl", "--budget", "0"]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("whole number from 1") });
    const { code, stdout } = await run(["check", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain('"status":"ok"}');
    expect(stdout).toContain("Exit code: 0, or 5 if a history is not linearizable");
  });
});
