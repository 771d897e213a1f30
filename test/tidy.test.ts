/** The architecture as a test: who may import whom, what protocols may not touch, how long things may be. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const COLUMNS = 120; // the formatter folds code at 110
const FILE_LINES = 400;
const FUNCTION_LINES = 40;

const files = ["algorithms", "scripts", "src", "test"].flatMap(folder => sourcesIn(join(root, folder)));
const sources = files.map(path => ({ path: relative(root, path), text: readFileSync(path, "utf8") }));
const product = sources.filter(({ path }) => !path.startsWith("test/"));

function sourcesIn(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourcesIn(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(match => match[1]!);
}

/** The part of the house a file belongs to: "simulation", "algorithms/raft", "algorithms" for the registry. */
function partOf(path: string): string {
  const [top, part] = path.split("/");
  if (top === "src") return part!;
  return path.split("/").length > 2 ? `${top}/${part}` : top!;
}

/** Where an import leads, as a path in the house, or undefined for packages and Node's own modules. */
function targetOf(path: string, imported: string): string | undefined {
  if (imported === "#protocol") return "src/protocol/index.ts";
  return imported.startsWith(".") ? relative(root, resolve(root, dirname(path), imported)) : undefined;
}

/** DESIGN's arrows. A part may always import itself. */
const allowed: Record<string, readonly string[]> = {
  protocol: [],
  simulation: ["protocol"],
  metrics: ["protocol"],
  checks: ["protocol"],
  faults: ["protocol"],
  workload: ["protocol", "faults"],
  results: [],
  harness: ["protocol", "simulation", "workload", "faults", "checks", "metrics", "results", "algorithms"],
  compare: ["results", "metrics"],
  report: ["results", "metrics", "compare"],
  cli: [
    "protocol",
    "algorithms",
    "workload",
    "faults",
    "checks",
    "metrics",
    "results",
    "harness",
    "compare",
    "report",
  ],
};

describe("import directions", () => {
  test.each(
    product.filter(({ path }) => path.startsWith("src/")).map(source => [source.path, source] as const),
  )("%s", (path, { text }) => {
    const part = partOf(path);
    expect(Object.keys(allowed), "a new part of the house needs its arrows here").toContain(part);
    for (const imported of importsOf(text)) {
      const target = targetOf(path, imported);
      if (target === undefined || partOf(target) === part) continue;
      expect(allowed[part], `${path} imports ${target}`).toContain(partOf(target));
    }
  });

  test("a protocol imports the contract, its own folder and quorum.ts, and nothing else", () => {
    for (const { path, text } of product.filter(source => /^algorithms\/.+\//.test(source.path))) {
      for (const imported of importsOf(text))
        expect(imported, path).toMatch(/^(#protocol|\.\/[^/]+|\.\.\/quorum\.ts)$/);
    }
  });

  test("of the algorithms, the harness and the command line import the registry only", () => {
    for (const { path, text } of product.filter(source => source.path.startsWith("src/"))) {
      for (const imported of importsOf(text)) {
        const target = targetOf(path, imported);
        if (target?.startsWith("algorithms")) expect(target, path).toBe("algorithms/index.ts");
      }
    }
  });

  test.each([
    ["zod", /^src\/(workload|faults|results)\//],
    ["piscina", /^src\/harness\//],
    ["commander", /^src\/cli\//],
    ["hyparquet-writer", /^src\/results\//],
    ["tinybench", /^src\/harness\//],
    ["yaml", /^src\/workload\//],
    ["vega", /^src\/report\//],
    ["vega-lite", /^src\/report\//],
  ])("%s stays in its place", (name, place) => {
    for (const { path, text } of product) if (importsOf(text).includes(name)) expect(path).toMatch(place);
  });
});

describe("determinism", () => {
  const deterministic = product.filter(({ path }) =>
    /^(algorithms|src\/(protocol|simulation|metrics))\//.test(path),
  );

  test("no clock, no dice, no waiting where virtual time rules", () => {
    const forbidden =
      /Date\.now|new Date|performance\.|Math\.random|setTimeout\(|setInterval|\bprocess\.|\bawait /;
    for (const { path, text } of deterministic)
      expect(withoutComments(text).match(forbidden)?.[0], path).toBeUndefined();
  });

  test("no power functions: they differ between versions of Node", () => {
    const run = [
      ...deterministic,
      ...product.filter(({ path }) => /^src\/workload\/(client|keys)/.test(path)),
    ];
    for (const { path, text } of run) expect(withoutComments(text), path).not.toMatch(/Math\.pow|\w \*\* /);
  });

  test("protocols keep no state outside their replicas", () => {
    for (const { path, text } of product.filter(source => source.path.startsWith("algorithms/"))) {
      expect(text.match(/^(export )?(let|var) /m)?.[0], path).toBeUndefined();
    }
  });
});

describe("size and style", () => {
  test.each(sources.map(source => [source.path, source] as const))("%s", (_path, { text }) => {
    const lines = text.split("\n");
    expect(lines.length, "lines in the file").toBeLessThanOrEqual(FILE_LINES);
    const wide = lines.findIndex(
      line => line.length > COLUMNS && !/https?:|toMatchInlineSnapshot/.test(line),
    );
    expect(lines[wide], `line ${wide + 1} is wide`).toBeUndefined();
    expect(text.match(/^export default|^\s*(export )?enum /m)?.[0]).toBeUndefined();
    expect(text.match(/\b(TO|FIX)(DO|ME)\b/)?.[0]).toBeUndefined();
  });

  test.each(product.map(source => [source.path, source] as const))(
    "functions of %s are short",
    (_path, { text }) => {
      for (const { name, length } of functionsIn(text))
        expect(length, name).toBeLessThanOrEqual(FUNCTION_LINES);
    },
  );

  test("every protocol has a README with its deviations", () => {
    const folders = new Set(
      product.map(({ path }) => path.match(/^algorithms\/[^/]+(?=\/)/)?.[0]).filter(Boolean),
    );
    expect(folders.size).toBeGreaterThan(0);
    for (const folder of folders) {
      expect(readFileSync(join(root, folder!, "README.md"), "utf8"), folder).toMatch(/deviation/i);
    }
  });
});

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");

/** Functions and methods by the formatter's indentation: a head that opens a brace, up to the brace that closes it. */
function functionsIn(text: string): { name: string; length: number }[] {
  const lines = text.split("\n");
  const modifiers =
    /(?:export )?(?:async )?(?:private |static |readonly |override )*(?:function |get |set )?/;
  const head = new RegExp(`^(\\s*)${modifiers.source}([\\w#]+)?.*[)>\\w\\]] (?:=> )?\\{$`);
  return lines.flatMap((line, start) => {
    const match = line.match(head);
    if (!match || !/\(/.test(line) || /^\s*(\}|(if|for|while|switch|else|try|catch|return)\b)/.test(line))
      return [];
    const end = lines.findIndex((later, index) => index > start && later.startsWith(`${match[1]}}`));
    return end < 0 || /^\s*(describe|test|it)/.test(line)
      ? []
      : [{ name: line.trim(), length: end - start + 1 }];
  });
}
