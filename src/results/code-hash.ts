/**
 * Content hashes of code. What decides the outcome of a run is the closure of `run.ts` over its imports, and the
 * protocols: following the imports means that nobody has to remember to list a new file.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** The hash of the engine and of every protocol in `algorithms/`. */
export const engineHash = (root: string): string => hashWith(root, []);

/** The same with what draws and judges the cases of a campaign. */
export const campaignHash = (root: string): string =>
  hashWith(root, [join(root, "src/harness/fuzz/range.ts")]);

function hashWith(root: string, others: readonly string[]): string {
  const protocols = globSync("algorithms/**/*.ts", { cwd: root }).map(path => join(root, path));
  return hashOf(closure(root, [join(root, "src/harness/run.ts"), ...protocols, ...others]), root);
}

/** The hash of a protocol that lives outside the registry: its file and whatever that imports by relative path. */
export function moduleHash(root: string, path: string): string {
  const engine = closure(root, [join(root, "src/harness/run.ts")]);
  const own = [...closure(root, [path])].filter(file => !engine.has(file));
  return hashOf(new Set(own), dirname(path));
}

/** `import type` is erased before anything runs, so that it cannot change a result. */
const imports = /(?:^|[\s;])(?:import|export)\s+(?!type\b)(?:[^"'();]*?\sfrom\s*)?["']([^"']+)["']/g;
const dynamicImports = /\bimport\s*\(\s*["']([^"']+)["']/g;

function closure(root: string, starts: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = starts.filter(path => existsSync(path));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    open.push(...importsOf(root, path));
  }
  return found;
}

function importsOf(root: string, path: string): string[] {
  const source = readFileSync(path, "utf8");
  const specifiers = [...source.matchAll(imports), ...source.matchAll(dynamicImports)].map(
    match => match[1]!,
  );
  return specifiers
    .map(specifier => {
      if (specifier === "#protocol") return join(root, "src/protocol/index.ts");
      return specifier.startsWith(".") ? resolve(dirname(path), specifier) : undefined;
    })
    .filter(target => target !== undefined && existsSync(target)) as string[];
}

/** Names count as well as contents; line ends do not, since Git may change them from machine to machine. */
function hashOf(paths: ReadonlySet<string>, base: string): string {
  const hash = createHash("sha256");
  const named = [...paths].map(path => [relative(base, path).split(sep).join("/"), path] as const);
  for (const [name, path] of named.sort(([left], [right]) => (left < right ? -1 : 1))) {
    hash.update(`${name}\0${readFileSync(path, "utf8").replaceAll("\r\n", "\n")}\0`);
  }
  return hash.digest("hex").slice(0, 16);
}
