/** Loads a workload that is a module, at once: Node can require what awaits nothing at its top level. */
import { createRequire, registerHooks } from "node:module";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);
let hooked = false;

/** What the module exports as `workload`. Throws an error for people. */
export function loadModule(path: string): unknown {
  resolveWorkloadEverywhere();
  let module: object;
  try {
    module = require(path) as object;
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const place = stack.match(/[^\s(]+\.[mc]?[jt]s:\d+(?::\d+)?/)?.[0];
    throw new Error(`cannot be loaded: ${message}${place === undefined ? "" : ` (${place})`}`);
  }
  if ("workload" in module) return module.workload;
  throw new Error("exports no 'workload': end it with export const workload = defineWorkload({…})");
}

/** Node looks `#workload` up in the nearest package.json, which is not ours for a file outside the repository. */
function resolveWorkloadEverywhere(): void {
  if (hooked) return;
  hooked = true;
  const helper = new URL("./module.ts", import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "#workload") return { url: helper, format: "module-typescript", shortCircuit: true };
      const resolved = next(specifier, context);
      const ours = resolved.url.endsWith(".ts") && isOutside(resolved.url);
      return ours ? { ...resolved, format: "module-typescript" } : resolved;
    },
  });
}

function isOutside(url: string): boolean {
  if (!url.startsWith("file:")) return false;
  const path = relative(root, fileURLToPath(url));
  return path.startsWith("..") || isAbsolute(path);
}
