/** What a thread does to keep the trace of a run: performs it again with somebody listening. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { basename, dirname, join } from "node:path";
import type { AnyProtocol } from "#protocol";
import { keptTraceText } from "../results/kept-trace.ts";
import { type Known, Recorder } from "./kept-traces-recorder.ts";
import { keptTrace, type RunIdentity } from "./kept-traces-rows.ts";
import { loadProtocol } from "./protocols.ts";
import { runTraced } from "./run.ts";
import type { RunSpec } from "./spec.ts";

enableCompileCache();

export interface KeepTask {
  readonly spec: RunSpec;
  readonly identity: RunIdentity;
  readonly known: Known;
  readonly file: string;
}

export async function keep({ spec, identity, known, file }: KeepTask): Promise<void> {
  const { protocol } = await loadProtocol(spec.algo, "/");
  writeWhole(file, tracedAgain(spec, identity, known, protocol));
}

/** The file's text. */
export function tracedAgain(
  spec: RunSpec,
  identity: RunIdentity,
  known: Known,
  protocol: AnyProtocol,
): string {
  const recorder = new Recorder(known);
  runTraced({ ...spec, traceFile: undefined }, protocol, recorder);
  recorder.finish();
  return keptTraceText(keptTrace(identity, recorder, protocol));
}

/** Readers, and whoever goes on after a kill, find all of it or nothing. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const aside = join(dirname(path), `.${basename(path)}`);
  const file = openSync(aside, "w");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(aside, path);
}
