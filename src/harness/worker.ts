/**
 * What a thread of the pool does: one run after another, with the protocols it has loaded so far kept.
 *
 * There is no throw-away run to warm the compiler up: results are in virtual time, which does not depend on it.
 */
import { enableCompileCache } from "node:module";
import type { AnyProtocol } from "#protocol";
import type { RunResult, RunSpec } from "./spec.ts";

export interface Task {
  readonly spec: RunSpec;
  readonly failureTrace: string; // where the trace goes if the run fails
}

/** `refused`: the disk would not take the trace. That is no fault of the run. */
export type Answer =
  | { readonly kind: "done"; readonly result: RunResult }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "refused"; readonly code: string; readonly error: string };

type RunOnce = (spec: RunSpec, protocol: AnyProtocol) => RunResult;

enableCompileCache();
// A handler that calls this would take the thread with it, and with the thread the trace that explains it.
process.exit = code => {
  throw new Error(`process.exit(${code ?? ""}) was called`);
};

const protocols = new Map<string, AnyProtocol>();

export async function run({ spec, failureTrace }: Task): Promise<Answer> {
  // Imported here so that the compile cache is on before the simulator is read.
  const { runOnce } = await import("./run.ts");
  try {
    const protocol = await protocolFor(spec.algo);
    try {
      return { kind: "done", result: runOnce(spec, protocol) };
    } catch (error) {
      if (spec.traceFile === undefined && !isDiskError(error)) {
        traceFailure(runOnce, { ...spec, traceFile: failureTrace }, protocol);
      }
      throw error;
    }
  } catch (error) {
    if (isDiskError(error)) return { kind: "refused", code: error.code, error: error.message };
    return { kind: "failed", error: describe(error) };
  }
}

export async function runAll(tasks: readonly Task[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const task of tasks) answers.push(await run(task));
  return answers;
}

/** The same run once more, this time written down: it fails at the same event, since it is deterministic. */
function traceFailure(runOnce: RunOnce, spec: RunSpec, protocol: AnyProtocol): void {
  try {
    runOnce(spec, protocol);
  } catch (error) {
    if (isDiskError(error)) throw error;
  }
}

async function protocolFor(reference: string): Promise<AnyProtocol> {
  const { loadProtocol } = await import("./protocols.ts");
  const known = protocols.get(reference);
  if (known !== undefined) return known;
  const { protocol } = await loadProtocol(reference, "/");
  protocols.set(reference, protocol);
  return protocol;
}

const diskErrors = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "EMFILE"];

function isDiskError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return diskErrors.includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}

/** The message and the place. Paths are shortened, so that the same failure reads the same on every machine. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const root = new URL("../../", import.meta.url).href;
  const places = [...(error.stack ?? "").matchAll(/\(?(file:\S+:\d+:\d+)\)?$/gm)].map(match => match[1]!);
  // Where `assert` and the stand-in for `process.exit` are says nothing.
  const telling = places.find(place => !/\/src\/(protocol\/index|harness\/worker)\.ts/.test(place));
  const place = telling?.replace(root, "").replace(/^file:.*\//, "");
  return place === undefined ? error.message : `${error.message} (at ${place})`;
}
