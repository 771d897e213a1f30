/** Small runs that laws are held against: any protocol, some fields of a workload file, and all that happened. */
import { expect } from "vitest";
import type { AnyProtocol, Options, OptionValue } from "#protocol";
import { runTraced } from "../../src/harness/run.ts";
import type { RunLine, SeriesLine } from "../../src/results/schema.ts";
import type { TraceEvent } from "../../src/simulation/observer.ts";
import { parseWorkload } from "../../src/workload/load.ts";

export interface Observed {
  readonly line: RunLine;
  readonly series: SeriesLine;
  readonly events: readonly TraceEvent[];
}

/** Fields of a workload file as they are written there; undefined: not even what is usual. */
type Fields = Readonly<Record<string, string | undefined>>;

const usual: Fields = {
  duration: "3s",
  warmup: "500ms",
  clients: "{ mode: open, rate: 80/s, retry: 100ms, timeout: 20s }",
  operations: "{ get: 40, put: 40, append: 20 }",
  keys: "{ distribution: uniform, count: 5 }",
  batching: "{ max: 4, window: 3 }",
};

export function observe(
  protocol: AnyProtocol,
  n: number,
  fields: Fields,
  { seed = 1, options = {} }: { readonly seed?: number; readonly options?: Options } = {},
): Observed {
  const given = Object.entries({ ...usual, ...fields }).filter(([, value]) => value !== undefined);
  const text = given.map(([name, value]) => `${name}: ${value}`).join("\n");
  const workload = parseWorkload("law", text, "a law");
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  const events: TraceEvent[] = [];
  const spec = { algo: protocol.name, n, seed, options, workload, ...identity };
  const { line, series } = runTraced(spec, protocol, { record: event => events.push(event) });
  return { line, series, events };
}

/**
 * Options that are not the usual ones: by the first choice those that are worth exploring, by later ones others too, so
 * that by three of them a replica says whatever it may say.
 */
export function explored(protocol: AnyProtocol, choice: number): Options {
  const options: Record<string, OptionValue> = {};
  for (const [name, option] of Object.entries(protocol.options)) {
    const { default: usual, choices, explore } = option!;
    const values =
      explore ?? (choice === 1 ? [] : typeof usual === "boolean" ? [true, false] : (choices ?? []));
    const others = values.filter(value => value !== usual);
    if (others.length > 0) options[name] = others[choice % others.length]!;
  }
  return options;
}

export const happening = (events: readonly TraceEvent[], name: string): TraceEvent[] =>
  events.filter(({ event }) => event === name);

/** Nothing was lost, nobody disagreed, the cluster has recovered, and what was to go wrong did. */
export function expectSound({ line }: Observed): void {
  const { checks, faults } = line;
  const { linearizable, invariants, live, violations } = checks;
  expect(violations!.map(({ sentence }) => sentence)).toEqual([]);
  expect([linearizable, invariants, live]).toEqual(["valid", "valid", "valid"]);
  expect(faults?.never_struck ?? []).toEqual([]);
}

/** Whatever clients asked for they got, before the measurement as well. */
export function expectAllAnswered({ line, events }: Observed): void {
  const { submitted } = line.ops!;
  expect(submitted).toBeGreaterThan(0);
  expect(line.ops).toEqual({ submitted, ok: submitted, failed: 0, unknown: 0 });
  expect(happening(events, "operation").filter(({ outcome }) => outcome !== "ok").length).toBe(0);
}

/** How often each request was sent to a replica. */
export function asksOf(events: readonly TraceEvent[]): number[] {
  const asks = new Map<unknown, number>();
  for (const { request } of happening(events, "request")) asks.set(request, (asks.get(request) ?? 0) + 1);
  return [...asks.values()];
}
