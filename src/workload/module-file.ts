/** Loads a workload that is a module, at once: Node can require what awaits nothing at its top level. */
import { createRequire } from "node:module";
import { resolveEverywhere } from "./outside.ts";

const require = createRequire(import.meta.url);

/** What the module exports as `workload`. Throws an error for people. */
export function loadModule(path: string): unknown {
  resolveEverywhere("#workload", new URL("./module.ts", import.meta.url).href);
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
