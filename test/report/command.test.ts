/** `npm run report`, and the page that `bench` leaves. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { here } from "../cli/here.ts";
import { inTemporaryFolder, quick, root, run } from "../cli/run.ts";
import { sampleRuns, writeStudy } from "./sample.ts";

/** As `run` does it, but with the page that it leaves out. */
function benchWithPage(words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  const line = [join(root, "src/cli/main.ts"), "bench", ...words];
  execFile(process.execPath, line, { cwd: root }, (error, stdout, stderr) => {
    resolve({ code: Number(error?.code ?? 0), stdout, stderr });
  });
  return promise;
}

const study = ["--algo", "raft", "--n", "3", "--seeds", "2", "--workload", quick, "--quiet"];

test("bench writes the page and says so last; report writes the same bytes", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    const { code, stdout } = await benchWithPage([...study, "--out", out]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").slice(-2)).toEqual([out, join(out, "report.html")]);
    const again = join(folder, "again.html");
    const reported = await run(["report", out, "--out", again]);
    expect(reported).toMatchObject({ code: 0, stdout: `${again}\n` });
    expect(readFileSync(again).equals(readFileSync(join(out, "report.html")))).toBe(true);
  }));

test("with --json the page is named where people look, and --no-report writes none", () =>
  inTemporaryFolder(async folder => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const loud = study.filter(word => word !== "--quiet");
    const { stdout, stderr } = await benchWithPage([...loud, "--out", one, "--json"]);
    expect(JSON.parse(stdout).runs).toHaveLength(2);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(join(one, "report.html"));
    expect((await run(["bench", ...study, "--out", two])).stdout.trimEnd().split("\n").at(-1)).toBe(two);
    expect(existsSync(join(two, "report.html"))).toBe(false);
    // A page that is made of those files later says what is not in them, and where to get it.
    await here(["report", two]);
    const text = readFileSync(join(two, "report.html"), "utf8");
    expect(text).toContain(`npm run bench -- --resume ${two} keeps some and writes this page anew`);
    expect(text).toContain(`npm run report -- ${two}`);
    expect(readFileSync(join(one, "report.html"), "utf8")).toContain(`npm run replay -- ${one} --run `);
  }));

test("without a study the latest is meant, and options that npm kept are told", () =>
  inTemporaryFolder(async folder => {
    writeStudy(join(folder, "results/latest"), sampleRuns().slice(0, 3));
    const { code, stdout } = await here(["report"], { INIT_CWD: folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "results/latest/report.html\n" });
    const lost = await here(["report", "results/latest", "page.html"], {
      INIT_CWD: folder,
      npm_config_out: "true",
      npm_lifecycle_event: "report",
    });
    expect(lost.code).toBe(2);
    expect(lost.stderr).toContain("npm run report -- results/latest --out page.html");
  }));

test("what cannot be done is said in a line, with exit code 2", () =>
  inTemporaryFolder(async folder => {
    const missing = await here(["report", join(folder, "nowhere")]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^error: there is no .*nowhere/);
    const out = writeStudy(join(folder, "study"), sampleRuns().slice(0, 3));
    const diary = join(folder, "diary.html");
    writeFileSync(diary, "dear diary");
    const taken = await here(["report", out, "--out", diary]);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain("diary.html is there and is no report");
    const nowhere = await here(["report", out, "--out", join(diary, "page.html")]);
    expect(nowhere).toMatchObject({ code: 2, stdout: "" });
  }));
