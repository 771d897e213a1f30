/** From the checked fields of a file that make the load to what runs: who asks, what, about which keys. */
import { resolveDelay } from "./delays.ts";
import {
  type ClientsFile,
  type KeysFile,
  type OperationsFile,
  RETRY_NS,
  TIMEOUT_NS,
  type ValueFile,
} from "./load-schema.ts";
import { operationKinds } from "./mix.ts";
import type { ArrivalChoice, KeyChoice, OperationKind, RateStep, ValueChoice, Workload } from "./workload.ts";

const CLIENTS = 16;
const OUTSTANDING = 100_000;
const THETA = 0.99; // YCSB's
const MAX_VALUE = 16 * 1024 * 1024; // of a distribution without a bound

export function resolveClients(file: ClientsFile | undefined): Workload["clients"] {
  const open = file?.mode === "open";
  return {
    mode: open ? "open" : "closed",
    count: open ? (file.limit ?? OUTSTANDING) : (file?.count ?? CLIENTS),
    think: resolveDelay(file?.think ?? 0),
    arrivals: open ? resolveArrivals(file) : undefined,
    retryNs: file?.retry ?? RETRY_NS,
    timeoutNs: file?.timeout ?? TIMEOUT_NS,
  };
}

function resolveArrivals({ rate, ramp, burst, arrivals }: ClientsFile): ArrivalChoice {
  const steps = ramp === undefined ? [steady(rate ?? 0, 0)] : [ramp].flat().map(resolveStep);
  return {
    spacing: arrivals ?? "poisson",
    steps,
    burst:
      burst === undefined ? undefined : { everyNs: burst.every, forNs: burst.for, perSecond: burst.rate },
  };
}

type StepFile = Extract<NonNullable<ClientsFile["ramp"]>, readonly unknown[]>[number];

const resolveStep = (step: StepFile): RateStep =>
  "rate" in step
    ? steady(step.rate, step.for)
    : { fromPerSecond: step.from, toPerSecond: step.to, overNs: step.over };

const steady = (perSecond: number, overNs: number): RateStep => ({
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
  overNs,
});

export function resolveMix(file: OperationsFile | undefined): Workload["mix"] {
  const given: Partial<Record<OperationKind, number | undefined>> = typeof file === "object" ? file : {};
  const none = operationKinds.every(kind => given[kind] === undefined);
  const weights: typeof given = none ? { get: 50, put: 50 } : given;
  return Object.fromEntries(operationKinds.map(kind => [kind, weights[kind] ?? 0]));
}

export function resolveKeys(file: KeysFile | undefined): KeyChoice {
  const count = file?.count ?? 1000;
  if (file?.distribution === undefined) return { distribution: "uniform", count };
  switch (file.distribution) {
    case "uniform":
    case "sequential":
    case "scrambled":
      return { distribution: file.distribution, count };
    case "zipfian":
    case "latest":
      return { distribution: file.distribution, count, theta: file.theta ?? THETA };
    case "hotspot": {
      const { hotKeys = 0.2, hotOperations = 0.8 } = file;
      return { distribution: "hotspot", count, hotKeys, hotOperations };
    }
    case "normal": {
      const { mean = count / 2, sd = count / 10, move = 0 } = file;
      return { distribution: "normal", count, mean, sd, perSecond: move };
    }
    case "exponential": {
      // YCSB's numbers: 95 % of the draws among six sevenths of the keys.
      const { percentile = 95, fraction = 0.8571428571 } = file;
      return { distribution: "exponential", count, percentile, fraction };
    }
  }
}

export function resolveValue(file: ValueFile | undefined): ValueChoice {
  if (file === undefined || typeof file === "number") return { distribution: "constant", bytes: file ?? 100 };
  switch (file.distribution) {
    case "uniform":
      return { distribution: "uniform", min: file.min, max: file.max };
    case "zipfian":
      return { distribution: "zipfian", min: file.min ?? 1, max: file.max, theta: file.theta ?? THETA };
    case "lognormal": {
      const { median, sigma, min = 1, max = MAX_VALUE } = file;
      return { distribution: "lognormal", median, sigma, min, max };
    }
  }
}
