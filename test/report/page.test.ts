/** The page as a file: how large it is, whether it is the same each time, and what protects it. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle, bundleFile } from "../../scripts/report-bundle.ts";
import { TakenError, writeIndex, writeReport } from "../../src/report/write.ts";
import { type KeptRow, keptTraceText } from "../../src/results/kept-trace.ts";
import { inTemporaryFolder } from "../cli/run.ts";
import { smallTrace } from "./diagram-study.ts";
import { sampleRun, sampleRuns, sampleSeries, writeStudy } from "./sample.ts";

test("the same files give the same bytes, in whatever order they were written", () =>
  inTemporaryFolder(async folder => {
    const runs = sampleRuns();
    const [one, two] = [join(folder, "one.html"), join(folder, "two.html")];
    await writeReport(writeStudy(join(folder, "a/study"), runs), one);
    const series = runs.map(sampleSeries);
    await writeReport(writeStudy(join(folder, "b/study"), runs.toReversed(), cellsAsBefore(), series), two);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  }));

/** The plan is what orders the page, and `writeStudy` makes one of the runs. */
function cellsAsBefore() {
  const runs = sampleRuns();
  const seeds = [1, 2, 3];
  const rows = runs.filter(({ seed }) => seed === 1);
  const cells = rows.map(({ algo, n, workload, point }) => ({
    algo,
    n,
    workload,
    point,
    options: {},
    seeds,
  }));
  const names = [...new Set(runs.map(({ algo }) => algo))];
  return { cells, seeds, algorithms: names.map(name => ({ name, source: name, path: null, code: null })) };
}

test("a hundred runs full of events stay below two million bytes", () =>
  inTemporaryFolder(async folder => {
    const algorithms = ["raft", "multi-paxos", "pbft", "primary-backup", "mine"];
    const runs = algorithms.flatMap(algo =>
      [3, 5, 7, 9].flatMap(n =>
        [1, 2, 3, 4, 5].map(seed => sampleRun({ algo, n, seed, rate: 1000 + n, ms: 1 })),
      ),
    );
    const busy = runs.map(run => {
      const series = sampleSeries(run);
      const steps = Array.from({ length: 5000 }, (_, step): [number, number, number] => {
        return [1000 * (step + 1), step % run.n, 1 + Math.floor(step / run.n)];
      });
      const strikes = Array.from({ length: 60 }, (_, strike): [number, string] => [
        90_000 * strike,
        `pause n${strike % 3}`,
      ]);
      const leaders = steps.map(([us, node, epoch], step): [number, number, number, 0 | 1] => {
        return [us, node, epoch, step % 2 === 0 ? 1 : 0];
      });
      const ok = Array.from({ length: 500 }, (_, window) => (window * 7919) % 100);
      const windows = { ...series.windows, width_us: 12_000, ok };
      return { ...series, epochs: steps, leaders, faults: strikes, windows };
    });
    const file = join(folder, "report.html");
    const study = writeStudy(join(folder, "study"), runs, {}, busy);
    for (const { key } of runs.filter(({ seed }) => seed === 1)) keepTrace(study, key);
    await writeReport(study, file);
    expect(runs).toHaveLength(100);
    expect(readFileSync(file).length).toBeLessThan(2_000_000);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("Of 20 rows with something to tell, 6 are here.");
    const shown = JSON.parse(text.match(/id="diagram-runs">(.*)<\/script>/)![1]!) as readonly object[];
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(8);
    expect(text).toMatch(/Not in this page, but kept beside the results: [^<]*; \d+ more\./);
  }));

/** Nearly as long as traces get, and with little to be packed. */
function keepTrace(study: string, key: string): void {
  const later = Array.from({ length: 1000 }, (_, place): KeptRow => {
    const says = createHash("sha256").update(`${key} ${place}`).digest("base64");
    const ns = 41_000_000 + 1000 * place;
    return ["send", ns, null, 1, 2, ns + 500_000, "AppendEntries", "ordering", says, "arrives"];
  });
  const text = keptTraceText({
    header: { ...smallTrace.header, key },
    rows: [...smallTrace.rows, ...later],
  });
  mkdirSync(join(study, "traces"), { recursive: true });
  writeFileSync(join(study, "traces", `${key}.kept.ndjson`), text);
}

test("the policy in the page allows what is written in it, by hash, and nothing else", () =>
  inTemporaryFolder(async folder => {
    const file = join(folder, "report.html");
    await writeReport(writeStudy(join(folder, "study"), sampleRuns()), file);
    const text = readFileSync(file, "utf8");
    const policy = text.match(/Content-Security-Policy" content="([^"]*)"/)![1]!.replaceAll("&#39;", "'");
    const inside = [...text.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)].map(([, , inner]) => inner!);
    const packed = Buffer.from(text.match(/id="vega">([^<]*)/)![1]!, "base64");
    const hashes = [...inside, inflateSync(packed).toString()].map(
      inner => `'sha256-${createHash("sha256").update(inner).digest("base64")}'`,
    );
    expect(policy.match(/'sha256-[^']*'/g)!.sort()).toEqual(hashes.sort());
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|https?:/);
    const drawn = text.replace(/<script>[\s\S]*?<\/script>/g, "");
    expect(drawn.match(/\s(src|style)="|<link|@import|url\(/)?.[0]).toBeUndefined();
  }));

test("a row has the command that runs all its seeds again", () =>
  inTemporaryFolder(async folder => {
    const file = join(folder, "report.html");
    await writeReport(writeStudy(join(folder, "study"), sampleRuns()), file);
    const text = readFileSync(file, "utf8");
    expect(text).toContain("<code>npm run bench -- --algo raft --n 3 --workload crash --seeds 3</code>");
  }));

test("a study without a single run has a page as well", () =>
  inTemporaryFolder(async folder => {
    const file = join(folder, "report.html");
    await writeReport(writeStudy(join(folder, "study"), [], { status: "interrupted" }), file);
    expect(readFileSync(file, "utf8")).toContain("The study is interrupted: this page has 0 of 0 runs.");
  }));

test("a page is written anew, and a file of somebody else is left alone", () =>
  inTemporaryFolder(async folder => {
    const study = writeStudy(join(folder, "study"), sampleRuns().slice(0, 3));
    const [mine, theirs] = [join(folder, "mine.html"), join(folder, "theirs.html")];
    await writeReport(study, mine);
    await writeReport(study, mine);
    writeFileSync(theirs, "a diary");
    await expect(writeReport(study, theirs)).rejects.toThrow(TakenError);
    expect(readFileSync(theirs, "utf8")).toBe("a diary");
  }));

test("the list of studies: newest first, with verdicts, also of what cannot be read", () =>
  inTemporaryFolder(async folder => {
    const runs = sampleRuns().slice(0, 3);
    const at = (name: string) => join(folder, "results", name);
    writeStudy(at("old"), runs, { started: "2025-01-01T00:00:00Z" });
    writeStudy(at("wrong"), runs, { verdicts: { valid: 1, invalid: 2, unknown: 0 } });
    const expectation = {
      workload: "crash",
      algo: "raft",
      n: 3,
      point: {},
      field: "checks.linearizable",
      of: "each",
      expected: "invalid",
      ok: true,
      found: "invalid",
      runs: 3,
      seeds: [],
      says: null,
    };
    writeStudy(at("shown"), runs, {
      started: "2025-06-01T00:00:00Z",
      verdicts: { valid: 0, invalid: 3, unknown: 0 },
      expectations: [expectation, { ...expectation, field: "checks.live" }],
    });
    writeStudy(at("2024-broken"), runs);
    writeFileSync(join(at("2024-broken"), "manifest.json"), "{}");
    await writeReport(at("old"), join(folder, "reports", "old.html"));
    writeIndex(folder);
    const text = readFileSync(join(folder, "reports", "index.html"), "utf8");
    const rows = [...text.matchAll(/<tr>(.*)<\/tr>\n/g)].map(([, row]) => row!.replace(/<[^>]*>/g, " "));
    expect(rows.map(row => row.trim().split(/\s+/)[0])).toEqual(["wrong", "shown", "old", "2024-broken"]);
    expect(rows[0]).toMatch(/no page.*✗ 2 runs invalid/);
    expect(rows[1]).toContain("! 3 runs invalid, as the workload expects");
    expect(rows[2]).toContain("✓ 3 of 3 valid");
    expect(rows[3]).toContain("cannot be read");
    expect(text).toContain(`<a href="old.html">`);
  }));

test("what pages carry of Vega is what the installed packages give", async () => {
  expect(existsSync(bundleFile)).toBe(true);
  expect((await bundle()) === readFileSync(bundleFile, "utf8"), "run npm run build:report").toBe(true);
});
