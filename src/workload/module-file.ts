/** Loads a workload that is a module, at once: Node can require what awaits nothing at its top level. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { resolveEverywhere } from "./outside.ts";

const require = createRequire(import.meta.url);

/** Why a module cannot be used, in words for people; with its place, where that is known and in this very file. */
export class ModuleError extends Error {
  readonly line: number | undefined;
  readonly column: number;

  constructor(message: string, line?: number, column = 1) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** What the module exports as `workload`. */
export function loadModule(path: string): unknown {
  resolveEverywhere("#workload", new URL("./module.ts", import.meta.url).href);
  let module: object;
  try {
    module = require(path) as object;
  } catch (error) {
    throw unloadable(error as Error, path);
  }
  if ("workload" in module) return module.workload;
  throw new ModuleError("exports no 'workload': end it with export const workload = defineWorkload({…})");
}

/** A syntax error carries its place at the head of its stack, the column as a caret; any other in its first frame. */
function unloadable({ message, stack = "" }: Error, path: string): ModuleError {
  const what = `cannot be loaded: ${message}`;
  const [place, file, line, column] = stack.match(/([^\s(]+\.[mc]?[jt]s):(\d+)(?::(\d+))?/) ?? [];
  if (place === undefined) return new ModuleError(what);
  if (file !== path && file !== pathToFileURL(path).href) return new ModuleError(`${what} (${place})`);
  const caret = (/^ *(?=\^)/m.exec(stack)?.[0].length ?? 0) + 1;
  return new ModuleError(what, Number(line), Number(column ?? caret));
}
