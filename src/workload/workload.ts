/**
 * A workload as the harness runs it: checked, with its defaults filled in, in whole nanoseconds and plain numbers.
 * `schema.ts` makes it from a file.
 */
import type { CommandKind, ReadPath } from "#protocol";

export interface Workload {
  readonly name: string;
  readonly description: string;
  /** What a file may pin; the command line wins over it. */
  readonly pinned: {
    readonly algorithms: readonly string[] | undefined;
    readonly n: readonly number[] | undefined;
    readonly f: readonly number[] | undefined;
    readonly seeds: readonly number[] | undefined;
    readonly options: Readonly<Record<string, Readonly<Record<string, boolean | number | string>>>>;
  };
  readonly durationNs: number | undefined; // a run is bounded either by time (warm-up included) …
  readonly operations: number | undefined; // … or by operations after the warm-up, and then drained
  readonly warmupNs: number;
  readonly durability: "sync" | "memory";
  readonly batching: {
    readonly max: number;
    readonly min: number;
    readonly delayNs: number;
    readonly window: number;
  };
  readonly reads: ReadPath;
  readonly clients: {
    readonly mode: "closed";
    readonly count: number;
    readonly thinkNs: number; // from an answer to the next request
    readonly retryNs: number; // unanswered so long: ask again, elsewhere
    readonly timeoutNs: number; // unanswered so long: the outcome is unknown
  };
  readonly mix: Readonly<Record<CommandKind, number>>; // weights
  readonly keys: KeyChoice;
  readonly valueBytes: number;
  readonly network: {
    readonly latency: DelayChoice;
    readonly loss: number;
    readonly duplication: number;
    readonly reordering: number;
    readonly bandwidthBitsPerSecond: number | undefined;
  };
  readonly cost: {
    readonly name: string; // of the cost model, or "custom"
    readonly cpu: {
      readonly receiveNs: number;
      readonly sendNs: number;
      readonly byteNs: number;
      readonly macNs: number;
      readonly signNs: number;
      readonly verifyNs: number;
      readonly digestNs: number;
    };
    readonly disk: { readonly sync: DelayChoice; readonly byteNs: number };
  };
  readonly clockDrift: number; // each node's clock rate is drawn from 1 ± this
}

/** The same shapes as the simulator's delays, so that the harness can hand them on. */
export type DelayChoice =
  | { readonly distribution: "constant"; readonly meanNs: number }
  | { readonly distribution: "uniform"; readonly minNs: number; readonly maxNs: number }
  | {
      readonly distribution: "normal";
      readonly meanNs: number;
      readonly sdNs: number;
      readonly minNs: number;
    }
  | { readonly distribution: "exponential"; readonly meanNs: number; readonly minNs: number }
  | {
      readonly distribution: "lognormal";
      readonly medianNs: number;
      readonly sigma: number;
      readonly minNs: number;
    };

export type KeyChoice =
  | { readonly distribution: "uniform"; readonly count: number }
  | { readonly distribution: "zipfian"; readonly count: number; readonly theta: number };
