/**
 * `npm run bench:memory [-- raft]`: how much memory a long run takes, about ten million events of each everyday
 * protocol.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { algorithms } from "../algorithms/index.ts";
import { runOnce } from "../src/harness/run.ts";
import { loadWorkload } from "../src/workload/load.ts";
import { wordsFor } from "./words.ts";

/** Seconds of virtual time that make ten million events or a few more, with five nodes and 64 clients. */
const seconds: Readonly<Record<string, number>> = { unreplicated: 40, "primary-backup": 20, raft: 50 };
const [name] = wordsFor(import.meta.filename, word => Object.hasOwn(seconds, word));

if (name === undefined) {
  console.log(`n = 5, 64 clients, workload steady; Node ${process.versions.node}`);
  for (const protocol of Object.keys(seconds)) {
    // A process each, so that one does not pay for another.
    const words = ["--no-warnings", fileURLToPath(import.meta.url), protocol];
    const { status } = spawnSync(process.execPath, words, { stdio: "inherit" });
    if (status !== 0) process.exit(1);
  }
} else {
  const protocol = algorithms.find(one => one.name === name)!;
  const steady = loadWorkload("steady");
  const clients = { ...steady.clients, count: 64 } as typeof steady.clients;
  const workload = { ...steady, clients, durationNs: seconds[name]! * 1e9 };
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {}, options: {} };
  const { line } = runOnce({ algo: name, n: 5, seed: 1, workload, ...identity }, protocol);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const events = (line.events! / 1e6).toFixed(1);
  console.log(
    `${name.padEnd(16)} ${events} M events, ${line.ops!.ok} operations: at most ${megabytes.toFixed(0)} MB`,
  );
}
