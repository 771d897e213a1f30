/** `npm run export`: the tables, their guide, and what is never done without a word. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { describe, expect, test } from "vitest";
import { RunLine } from "../../src/results/schema.ts";
import { runsTable } from "../../src/results/tidy.ts";
import { runFields } from "../../src/results/tidy-fields.ts";
import { writeStudy } from "../compare/studies.ts";
import { runLine, seriesLine } from "../results/line.ts";
import { here } from "./here.ts";
import { inTemporaryFolder, quick, run } from "./run.ts";

const awkward = 'said "no", then\nleft';

const lines = [
  runLine("b", {
    seed: 2,
    throughput_ops_s: 0.1,
    point: { "clients.count": 16, "network.loss": "1%" },
    messages: {
      total: 9_007_199_254_740_991,
      per_op: 4.5,
      by_type: { AppendEntries: { count: 7, bytes: 70 } },
      by_cause: { ordering: 7 },
      client: { count: 2, bytes: 20 },
    },
    faults: {
      scheduled: 1,
      struck: 1,
      strikes: 2,
      withheld: 0,
      never_struck: [],
      beyond_tolerance: true,
      beyond: [],
      lies: [],
      healed_us: null,
    },
    utilization: [
      { node: 0, cpu: 0.5, disk: 0.25 },
      { node: 1, cpu: 0.75, disk: 0 },
    ],
  }),
  runLine("a", { status: "failed", error: awkward, point: { "clients.count": 4, "network.loss": "0%" } }),
];

const series = {
  ...seriesLine("b"),
  epochs: [[10, 0, 1] as [number, number, number]],
  leaders: [[20, 0, 1, 1] as [number, number, number, 1], [30, 0, 1, 0] as [number, number, number, 0]],
  windows: {
    width_us: 100,
    start_us: 50,
    ok: [3, 0],
    latency_mean_us: [1.5, null],
    latency_max_us: [2, null],
  },
  faults: [[25, "crash n0"] as [number, string]],
};

function study(folder: string): string {
  const name = join(folder, "study");
  writeStudy(name, lines);
  writeFileSync(join(name, "series.ndjson"), `${JSON.stringify(series)}\n`);
  return name;
}

const exporting = (
  words: readonly string[],
  body: (folder: string, stdout: string) => Promise<void> | void,
) =>
  inTemporaryFolder(async folder => {
    study(folder);
    const { code, stdout, stderr } = await here(["export", "study", ...words], { INIT_CWD: folder });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    await body(folder, stdout);
  });

/** A CSV as records of text; a missing value is null. */
function csv(file: string): Record<string, string | null>[] {
  const rows: (string | null)[][] = [[]];
  for (const [, quoted, plain, end] of readFileSync(file, "utf8").matchAll(
    /(?:"((?:[^"]|"")*)"|([^,\n]*))([,\n]|$)/g,
  )) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? (plain === "" ? null : plain!));
    if (end === "\n") rows.push([]);
    else if (end === "") break;
  }
  const [head, ...body] = rows.filter(row => row.length > 1);
  return body.map(row => Object.fromEntries(row.map((cell, index) => [head![index]!, cell])));
}

async function parquet(file: string) {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return { rows: await parquetReadObjects({ file: buffer }), schema: parquetSchema(parquetMetadata(buffer)) };
}

describe("the table of runs", () => {
  test("as CSV has a row a run, in an order that does not depend on how they finished", () =>
    exporting([], (folder, stdout) => {
      expect(stdout).toBe("study/export/runs.csv\nstudy/export/README.md\n");
      const rows = csv(join(folder, "study/export/runs.csv"));
      expect(rows.map(({ key }) => key)).toEqual(["a", "b"]);
      expect(rows[1]).toMatchObject({
        status: "ok",
        error: null,
        throughput_ops_s: "0.1",
        point_clients_count: "16",
        point_network_loss: "1%",
        messages_total: "9007199254740991",
        messages_ordering: "7",
        faults_beyond_tolerance: "true",
        cpu_busiest: "0.75",
        latency_p99_us: null,
      });
      expect(rows[0]).toMatchObject({ status: "failed", error: awkward, messages_total: null });
    }));

  test("as Parquet has the same values, each of its own type", () =>
    exporting(["--parquet", "--csv"], async folder => {
      const written = join(folder, "study/export");
      const { rows, schema } = await parquet(join(written, "runs.parquet"));
      const types = new Map(schema.children.map(({ element }) => [element.name, element.type]));
      expect(types.get("messages_total")).toBe("INT64");
      expect(types.get("throughput_ops_s")).toBe("DOUBLE");
      expect(types.get("faults_beyond_tolerance")).toBe("BOOLEAN");
      expect(types.get("algo")).toBe("BYTE_ARRAY");
      expect(rows[1]).toMatchObject({
        messages_total: 9_007_199_254_740_991n,
        throughput_ops_s: 0.1,
        seed: 2n,
      });
      const texts = rows.map(row =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            value === null || value === undefined ? null : String(value),
          ]),
        ),
      );
      expect(texts).toEqual(csv(join(written, "runs.csv")));
    }));

  test("has a column for whatever a line has, or says where it is instead", () => {
    const elsewhere = ["schema_version", "latency_histogram"];
    const sources = new Set(runFields.map(({ source }) => source.split(".")[0]));
    const missing = Object.keys(RunLine.shape).filter(
      name => !sources.has(name) && !elsewhere.includes(name),
    );
    expect(missing).toEqual([]);
    for (const { name, meaning, type } of runsTable(lines).columns) {
      expect({ name, type }).toMatchObject({ name: expect.stringMatching(/^\w+$/) });
      expect(meaning, name).not.toMatch(/^$|[|\n]/);
    }
  });

  test("of a real study has a value of the right type in every cell", () =>
    inTemporaryFolder(async folder => {
      const words = ["--algo", "raft", "--n", "3", "--workload", quick, "--seeds", "2", "--out", "real"];
      expect((await run(["bench", ...words], { INIT_CWD: folder })).code).toBe(0);
      const { code } = await run(["export", "real", "--parquet", "--long", "--series"], { INIT_CWD: folder });
      expect(code).toBe(0);
      const { rows } = await parquet(join(folder, "real/export/runs.parquet"));
      const recorded = readFileSync(join(folder, "real/runs.ndjson"), "utf8")
        .trim()
        .split("\n")
        .map(line => RunLine.parse(JSON.parse(line)));
      for (const row of rows) {
        const line = recorded.find(({ key }) => key === row.key)!;
        expect(row).toMatchObject({
          latency_p99_us: line.latency_us!.p99,
          ops_ok: BigInt(line.ops!.ok),
          bytes_per_op: line.bytes!.per_op,
          trace_hash: line.trace_hash,
        });
      }
      const { rows: windows } = await parquet(join(folder, "real/export/windows.parquet"));
      const answered = windows.reduce((sum, { ok }) => sum + Number(ok), 0);
      expect(answered).toBeGreaterThanOrEqual(recorded.reduce((sum, { ops }) => sum + ops!.ok, 0));
    }));
});

describe("other tables", () => {
  test("--long has one row a run and metric, types of messages among them, and none for what was not measured", () =>
    exporting(["--long"], folder => {
      const rows = csv(join(folder, "study/export/metrics.csv"));
      const value = (metric: string) => rows.filter(row => row.metric === metric).map(row => row.value);
      expect(value("throughput_ops_s")).toEqual(["0.1"]);
      expect(value("messages_by_type.AppendEntries")).toEqual(["7"]);
      expect(value("bytes_by_type.AppendEntries")).toEqual(["70"]);
      expect(value("faults_beyond_tolerance")).toEqual(["1"]);
      expect(value("latency_p99_us")).toEqual([]);
      expect(rows[0]).toMatchObject({ key: "b", algo: "raft", seed: "2", point_clients_count: "16" });
    }));

  test("--series has what happened over time", () =>
    exporting(["--series"], folder => {
      const read = (name: string) => csv(join(folder, `study/export/${name}.csv`));
      expect(read("epochs")).toEqual([
        { key: "b", algo: "raft", n: "3", seed: "1", t_us: "10", node: "0", epoch: "1" },
      ]);
      expect(read("leaders").map(({ leads }) => leads)).toEqual(["true", "false"]);
      expect(
        read("windows").map(({ start_us, ok, latency_mean_us }) => [start_us, ok, latency_mean_us]),
      ).toEqual([
        ["50", "3", "1.5"],
        ["150", "0", null],
      ]);
      expect(read("faults")[0]).toMatchObject({ t_us: "25", fault: "crash n0" });
    }));
});

describe("the guide", () => {
  test("names exactly the columns that are there, table by table", () =>
    exporting(["--long", "--series"], folder => {
      const written = join(folder, "study/export");
      const guide = readFileSync(join(written, "README.md"), "utf8");
      const tables = readdirSync(written).filter(name => name.endsWith(".csv"));
      expect(tables).toHaveLength(6);
      for (const name of tables) {
        const part = guide.split(`## \`${name}\``)[1]!.split("\n## ")[0]!;
        const named = [...part.matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1]);
        expect(named, name).toEqual(readFileSync(join(written, name), "utf8").split("\n")[0]!.split(","));
      }
      expect(guide).toContain('pd.read_csv("runs.csv")');
      expect(guide).toContain('read.csv("runs.csv")');
      expect(guide).toContain("FROM 'runs.csv'");
      expect(guide).not.toContain("parquet");
    }));
});

describe("nothing is overwritten", () => {
  test("unless one says so, and then nothing else is touched", () =>
    exporting(["--out", "tables"], async folder => {
      const file = join(folder, "tables/runs.csv");
      const notes = join(folder, "tables/notes.txt");
      const before = readFileSync(file, "utf8");
      writeFileSync(file, "mine");
      writeFileSync(notes, "mine too");
      const again = await here(["export", "study", "--out", "tables"], { INIT_CWD: folder });
      expect(again.stderr).toBe(
        "error: tables/runs.csv is there already: --force replaces it, --out takes another folder\n",
      );
      expect(again.code).toBe(2);
      expect(readFileSync(file, "utf8")).toBe("mine");
      expect((await here(["export", "study", "--out", "tables", "--force"], { INIT_CWD: folder })).code).toBe(
        0,
      );
      expect(readFileSync(file, "utf8")).toBe(before);
      expect(readFileSync(notes, "utf8")).toBe("mine too");
    }));
});

describe("what cannot be exported", () => {
  test("is told in one line: 2", () =>
    inTemporaryFolder(async folder => {
      const name = study(folder);
      const said = async (words: readonly string[], environment = {}) => {
        const { code, stdout, stderr } = await here(["export", ...words], {
          INIT_CWD: folder,
          ...environment,
        });
        expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
        return stderr;
      };
      expect(await said(["nowhere"])).toContain("there is no nowhere");
      expect(await said(["study", "runs.csv"])).toContain("export takes one study");
      expect(await said(["study"], { npm_config_parquet: "true", npm_lifecycle_event: "export" })).toContain(
        "npm took the options for its own. Put -- in front of them: npm run export -- study --parquet",
      );
      rmSync(join(name, "series.ndjson"));
      expect(await said(["study", "--series"])).toContain("study has no series.ndjson: leave out --series");
      writeFileSync(join(name, "runs.ndjson"), "");
      expect(await said(["study"])).toContain("study holds no runs");
      mkdirSync(join(folder, "empty"));
      expect(await said(["empty"])).toContain("no runs.ndjson in empty");
      expect(existsSync(join(name, "export"))).toBe(false);
    }));
});
