/**
 * A workload as the harness runs it: checked, with its defaults filled in, in whole nanoseconds and plain numbers.
 * `schema.ts` makes it from a file.
 */
import type { CommandKind, ReadPath } from "#protocol";
import type { Chaos, Fault } from "../faults/fault.ts";
import type { Expectation } from "./expect.ts";
import type { Sweep } from "./sweep.ts";

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
  readonly warmupNs: number; // not measured …
  readonly warmupOperations: number | undefined; // … or until so many operations have ended
  readonly durability: "sync" | "memory";
  readonly batching: {
    readonly max: number;
    readonly min: number;
    readonly delayNs: number;
    readonly window: number;
  };
  readonly reads: ReadPath;
  readonly clients: {
    readonly mode: "closed" | "open";
    readonly count: number; // closed: how many there are; open: how many may wait at once
    readonly think: DelayChoice; // closed: from an answer to the next request
    readonly arrivals: ArrivalChoice | undefined; // open: when operations come
    readonly retryNs: number; // unanswered so long: ask again, elsewhere
    readonly timeoutNs: number; // unanswered so long: the outcome is unknown
  };
  readonly mix: Readonly<Partial<Record<OperationKind, number>>>; // weights; those left out have none
  readonly keys: KeyChoice;
  readonly value: ValueChoice;
  readonly network: {
    readonly latency: DelayChoice; // with regions: the mean between two of them, for estimates
    readonly loss: number;
    readonly duplication: number;
    readonly reordering: number;
    readonly bandwidthBitsPerSecond: number | undefined;
    readonly regions: RegionChoice | undefined;
    readonly links: readonly LinkChoice[]; // that differ; later ones win
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
  readonly timerJitterNs: number | undefined; // its timers fire late by a uniform time up to this
  readonly faults: readonly Fault[];
  readonly chaos: Chaos | undefined;
  readonly byzantine: readonly LiarChoice[];
  readonly expect: readonly Expectation[];
  readonly sweep: Sweep | undefined;
}

/** A node that lies; what is undefined is as the lie has it. */
export interface LiarChoice {
  readonly node: number | undefined; // undefined: whoever plays a role when the lie begins
  readonly lie: string;
  readonly fromMs: number; // by its own clock …
  readonly untilMs: number | undefined; // … to the end of the run unless given
  readonly cast: Fault | undefined; // when it begins and ends, and with whom, unless by its own clock
  readonly receivers: readonly number[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly rate: number | undefined;
  readonly delayMs: number | undefined;
  readonly optional: boolean | undefined; // it need not lie
}

export interface RegionChoice {
  readonly names: readonly string[];
  readonly oneWayNs: readonly (readonly number[])[]; // from region to region
  readonly place: readonly string[]; // of node i: the entry i, over and over
  readonly clients: string; // a region, or `spread`
  readonly jitterNs: number; // the mean of an exponential delay on top
}

/** What is left out is as in the rest of the network. */
export interface LinkChoice {
  readonly from: string; // a node (n0), a region, `clients` or `all`
  readonly to: string;
  readonly latency?: DelayChoice | undefined;
  readonly jitterNs?: number | undefined;
  readonly loss?: number | undefined;
  readonly duplication?: number | undefined;
  readonly reordering?: number | undefined;
  readonly bandwidthBitsPerSecond?: number | undefined;
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

/** rmw: a get, and when it is answered a put of the same key. insert: a put of a key that has not been there. */
export type OperationKind = CommandKind | "rmw" | "insert";

/** When operations arrive: a rate that may change, and how evenly they come at it. */
export interface ArrivalChoice {
  readonly spacing: "poisson" | "constant";
  readonly steps: readonly RateStep[]; // one after another; the last one's rate holds on
  readonly burst: Burst | undefined;
}

/** The rate goes evenly from one number to the other. */
export interface RateStep {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly overNs: number;
}

/** Another rate for so long, once in every period but the first. */
export interface Burst {
  readonly everyNs: number;
  readonly forNs: number;
  readonly perSecond: number;
}

export type KeyChoice =
  | { readonly distribution: "uniform" | "sequential" | "scrambled"; readonly count: number }
  | { readonly distribution: "zipfian" | "latest"; readonly count: number; readonly theta: number }
  | {
      readonly distribution: "hotspot";
      readonly count: number;
      readonly hotKeys: number; // the share of the keys that is hot …
      readonly hotOperations: number; // … and of the operations that choose one of them
    }
  | {
      readonly distribution: "normal";
      readonly count: number;
      readonly mean: number;
      readonly sd: number;
      readonly perSecond: number; // how many keys further the mean moves, round and round
    }
  | {
      readonly distribution: "exponential";
      readonly count: number;
      readonly percentile: number; // so many of a hundred draws …
      readonly fraction: number; // … are among this share of the keys, the newest
    };

/** How long a written value is, in bytes. */
export type ValueChoice =
  | { readonly distribution: "constant"; readonly bytes: number }
  | { readonly distribution: "uniform"; readonly min: number; readonly max: number }
  | { readonly distribution: "zipfian"; readonly min: number; readonly max: number; readonly theta: number }
  | {
      readonly distribution: "lognormal";
      readonly median: number;
      readonly sigma: number;
      readonly min: number;
      readonly max: number;
    };
