/**
 * Files of people's own, outside the repository: Node looks `#protocol` and `#workload` up in the nearest package.json,
 * which is not ours for them.
 */
import { registerHooks } from "node:module";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const known = new Set<string>();

/** From now on the name leads to that module, wherever it is imported from. */
export function resolveEverywhere(name: string, url: string): void {
  if (known.has(name)) return;
  known.add(name);
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === name) return { url, format: "module-typescript", shortCircuit: true };
      const resolved = next(specifier, context);
      // Spares a file that no package.json calls a module a warning and a second parse.
      const theirs = resolved.url.endsWith(".ts") && isOutside(resolved.url);
      return theirs ? { ...resolved, format: "module-typescript" } : resolved;
    },
  });
}

function isOutside(url: string): boolean {
  if (!url.startsWith("file:")) return false;
  const path = relative(root, fileURLToPath(url));
  return path.startsWith("..") || isAbsolute(path);
}
