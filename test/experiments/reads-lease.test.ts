/** What a lease is worth where clocks drift by more than it allows for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRuns } from "../../src/results/reader.ts";
import { inTemporaryFolder, run } from "../cli/run.ts";

interface Request {
  readonly client: number;
  readonly sequence: number;
  readonly command: { readonly kind: string; readonly key: number; readonly value: string };
}
interface TraceLine {
  readonly event: string;
  readonly t_ns: number;
  readonly arrives_ns?: number;
  readonly request: Request;
  readonly result?: string;
}
interface Operation {
  readonly request: Request;
  readonly callNs: number;
  endNs: number;
  value: string | undefined; // read
}

/** Operations from the first request to the first answer that reached the client. */
function operationsOf(trace: string): Operation[] {
  const operations = new Map<string, Operation>();
  for (const text of trace.trimEnd().split("\n")) {
    const line = JSON.parse(text) as TraceLine;
    if (line.event !== "request" && line.event !== "reply") continue;
    const { request } = line;
    const name = `${request.client}.${request.sequence}`;
    const known = operations.get(name);
    if (line.event === "request") {
      if (known === undefined) {
        operations.set(name, {
          request,
          callNs: line.t_ns,
          endNs: Number.POSITIVE_INFINITY,
          value: undefined,
        });
      }
    } else if (line.arrives_ns !== undefined && line.arrives_ns < known!.endNs) {
      known!.endNs = line.arrives_ns;
      known!.value = line.result;
    }
  }
  return [...operations.values()];
}

/** Reads of a value that another write, begun after it had ended, had replaced before they were asked. */
function staleReads(operations: readonly Operation[]): Operation[] {
  const writes = operations.filter(({ request }) => request.command.kind === "put");
  const written = new Map(writes.map(write => [write.request.command.value, write]));
  return operations.filter(({ request: { command }, callNs, endNs, value }) => {
    if (command.kind !== "get" || endNs === Number.POSITIVE_INFINITY || value === undefined) return false;
    const source = written.get(value);
    return writes.some(
      write =>
        write.request.command.key === command.key &&
        write.callNs > (source?.endNs ?? 0) &&
        write.endNs < callNs,
    );
  });
}

test("read-lease-skew: reads are stale where the leader's clock is far too slow, and only there", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "out");
    const words = [
      "bench",
      "--workload",
      "read-lease-skew",
      "--seed",
      "1",
      "--trace",
      "--out",
      out,
      "--quiet",
    ];
    expect((await run(words)).code).toBe(0);
    const { lines } = readRuns(out);
    const stale = lines.map(({ key, point }) => {
      const file = readdirSync(join(out, "traces")).find(name => name.startsWith(key));
      const operations = operationsOf(readFileSync(join(out, "traces", file!), "utf8"));
      expect(operations.length).toBeGreaterThan(1000);
      return [point["faults.0.factor"], staleReads(operations).length > 10] as const;
    });
    expect(Object.fromEntries(stale)).toEqual({ 1: false, 0.1: true });
  }));
