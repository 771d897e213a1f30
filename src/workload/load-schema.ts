/** The fields of a workload file that make its load: who asks, what, about which keys, how much is written. */
import { z } from "zod";
import { Delay } from "./delays.ts";
import { MAX_SCRAMBLED_KEYS } from "./keys-scrambled.ts";
import { MAX_ALIASED_KEYS } from "./keys-zipfian.ts";
import { Probability } from "./network-schema.ts";
import { evenIfFlawed, hasStrangers, ifSound, isSound } from "./refine.ts";
import { shareOf } from "./shares.ts";
import { Duration, formatDuration, Rate, Size } from "./units.ts";

/** Of a client, where the file does not say. */
export const RETRY_NS = 0.5e9;
export const TIMEOUT_NS = 5e9;

const whole = (least: number) => z.int().min(least);
const share = z.number().gt(0).lt(1);
const hotShare = shareOf(share, "a share above 0 and below 1, such as 0.2 or 20%");

const Ramp = z.strictObject({
  from: Rate.meta({ description: "The rate it begins with." }),
  to: Rate.meta({ description: "The rate it ends with; the last step's holds on." }),
  over: Duration.meta({ description: "How long it takes from the one to the other." }),
});
const Plateau = z.strictObject({
  rate: Rate.meta({ description: "The rate of this step; the last step's holds on." }),
  for: Duration.meta({ description: "How long this step lasts." }),
});

const Burst = z
  .strictObject({
    every: Duration.meta({
      description: "From the beginning of one burst to the next; the first comes then.",
    }),
    for: Duration.meta({ description: "How long a burst lasts." }),
    rate: Rate.meta({ description: "The rate during a burst." }),
  })
  .refine(burst => !(burst.for >= burst.every), {
    path: ["for"],
    message: "must be below every",
    ...ifSound("for", "every"),
  });

export const Clients = z
  .strictObject({
    mode: z.enum(["closed", "open"]).optional().meta({
      description:
        "closed: each client waits for its answer before it asks again. open: operations arrive at a rate.",
      usual: "closed",
    }),
    count: whole(1).max(1_000_000).optional().meta({ description: "Closed: how many clients.", usual: 16 }),
    think: Delay.optional().meta({
      description: "Closed: from an answer to the next request, a duration or a distribution.",
      usual: "0s",
    }),
    rate: Rate.optional().meta({ description: "Open: how many operations arrive in a second." }),
    ramp: z
      .union([Ramp, z.array(z.union([Plateau, Ramp])).min(1)], {
        error: "expected { from, to, over }, or a list of steps such as { rate: 100/s, for: 5s }",
      })
      .optional()
      .meta({
        description: "Open, instead of rate: a rate that changes, as { from, to, over } or by steps.",
      }),
    burst: Burst.optional().meta({ description: "Open: another rate now and then." }),
    arrivals: z.enum(["poisson", "constant"]).optional().meta({
      description: "Open: at random (poisson, the default) or evenly spaced (constant).",
    }),
    limit: whole(1).max(10_000_000).optional().meta({
      description:
        "Open: operations outstanding at once (100000 by default); what arrives beyond has failed.",
    }),
    retry: Duration.optional().meta({
      description: "Unanswered for so long, a client asks again, elsewhere.",
      usual: "500ms",
    }),
    timeout: Duration.optional().meta({
      description: "Unanswered for so long, an operation's outcome is unknown, and a new client goes on.",
      usual: "5s",
    }),
  })
  .superRefine(checkMode, evenIfFlawed);

type ClientFields = Partial<
  Record<(typeof ofOpenLoops)[number] | (typeof ofClosedLoops)[number], unknown>
> & {
  readonly mode?: "closed" | "open" | undefined;
  readonly retry?: number | undefined;
  readonly timeout?: number | undefined;
};
const ofClosedLoops = ["count", "think"] as const;
const ofOpenLoops = ["rate", "ramp", "burst", "arrivals", "limit"] as const;

/** Each mode has fields of its own, and an open loop a rate. */
function checkMode(clients: ClientFields, context: z.core.$RefinementCtx<unknown>): void {
  const mistake = (field: string | undefined, message: string) =>
    context.addIssue({
      code: "custom",
      path: field === undefined ? [] : [field],
      message,
      input: clients,
      continue: true,
    });
  const { mode = "closed", rate, ramp, retry = RETRY_NS, timeout = TIMEOUT_NS } = clients;
  if (isSound(context, "retry") && isSound(context, "timeout") && retry > timeout) {
    const field = clients.retry === undefined ? "timeout" : "retry";
    const which = `a retry after ${formatDuration(retry)} never comes: the time-out is ${formatDuration(timeout)}`;
    mistake(field, `${which}; the same for both means that a client asks once`);
  }
  const other = { closed: ofOpenLoops, open: ofClosedLoops }[mode];
  if (other === undefined) return;
  const opposite = mode === "closed" ? "open" : "closed";
  for (const field of other) {
    if (clients[field] !== undefined) mistake(field, `is for mode: ${opposite}, and this is mode: ${mode}`);
  }
  if (mode === "closed") return;
  if (rate !== undefined && ramp !== undefined) mistake("ramp", "rate and ramp exclude each other");
  if (rate === undefined && ramp === undefined && !hasStrangers(context)) {
    mistake(undefined, "an open loop needs a rate, such as 2000/s, or a ramp");
  }
  const peaks = [rate, ...[ramp].flat().flatMap(ratesOf), ...ratesOf(clients.burst)];
  if (peaks.every(peak => peak === 0 || peak === undefined) && peaks.includes(0)) {
    mistake(rate === undefined ? "ramp" : "rate", "nothing would ever arrive: a rate must be above 0");
  }
}

/** Of a step of a ramp or of a burst, which may be wrong by itself. */
const ratesOf = (step: unknown): unknown[] => {
  const { rate, from, to } = Object(step) as Readonly<Record<string, unknown>>;
  return [rate, from, to];
};

interface Percent {
  readonly percent: number;
}

/** 80, or 80%. */
const Weight = z
  .union([z.number().min(0), z.string().meta({ pattern: "^\\s*\\d+(\\.\\d+)?\\s*%\\s*$" })], {
    error: "expected a share, such as 80 or 80%",
  })
  .transform((value, context): number | Percent => {
    if (typeof value === "number") return value;
    const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(value)?.[1];
    if (percent !== undefined) return { percent: Number(percent) };
    const message = `"${value}" is not a share, such as 80 or 80%`;
    context.issues.push({ code: "custom", message, input: value });
    return z.NEVER;
  });

const weight = (what: string) =>
  Weight.optional().meta({ description: `The share of operations that ${what}.` });

const Mix = z
  .strictObject({
    get: weight("read a key"),
    put: weight("write a key"),
    append: weight("append to a key"),
    cas: weight("write a key if it holds what the client saw there last"),
    delete: weight("delete a key"),
    rmw: weight("read a key and, once it is read, write it: both halves count as operations"),
    insert: weight("write a key that has not been there: the keys become more"),
    total: whole(1).optional().meta({ description: "End after so many operations past the warm-up." }),
  })
  .superRefine(checkMix)
  .transform(({ total, ...weights }) => {
    const plain = Object.entries(weights).map(([kind, share]) => [kind, plainShare(share ?? 0)]);
    return { ...(Object.fromEntries(plain) as Record<keyof typeof weights, number>), total };
  });

const plainShare = (share: number | Percent): number => (typeof share === "number" ? share : share.percent);

/** Plain shares need not add up to anything; who writes percents means those of all operations. */
function checkMix(
  mix: Readonly<Record<string, number | Percent | undefined>>,
  context: z.core.$RefinementCtx<unknown>,
): void {
  const { total: _, ...rest } = mix;
  const shares = Object.values(rest).filter(share => share !== undefined);
  const sum = shares.reduce<number>((before, share) => before + plainShare(share), 0);
  const mistake = (message: string) =>
    context.addIssue({ code: "custom", path: [], message, input: mix, continue: true });
  if (shares.length > 0 && sum === 0) mistake("all shares are 0");
  else if (shares.some(share => typeof share !== "number") && Math.abs(sum - 100) > 1e-9) {
    const written = Number(sum.toPrecision(6));
    mistake(`the percents add up to ${written} %, not to 100 %; plain shares such as 80 need not add up`);
  }
}

export const Operations = z.union([whole(1), Mix], {
  error: "expected a number of operations, or a mix such as { get: 50, put: 50 } or { get: 80%, put: 20% }",
});

const law = <Name extends string>(name: Name, description: string) => z.literal(name).meta({ description });
const count = whole(1)
  .max(MAX_SCRAMBLED_KEYS)
  .optional()
  .meta({ description: "How many keys there are, numbered from 0.", usual: 1000 });
const skew = "How uneven it is: 0.99 is YCSB's; the greater, the more go to few.";
const theta = z.number().gt(0).max(10).optional().meta({ description: skew, usual: 0.99 });

const KeyLaw = z.discriminatedUnion("distribution", [
  z.strictObject({ distribution: law("uniform", "All keys are equally popular."), count }),
  z.strictObject({ distribution: law("sequential", "One key after another, round and round."), count }),
  z.strictObject({
    distribution: law("scrambled", "YCSB's scrambled zipfian: popular keys lie scattered."),
    count,
  }),
  z
    .strictObject({
      distribution: law("zipfian", "Key 0 is the most popular, then 1, 2 and so on."),
      count,
      theta,
    })
    .refine(keys => (keys.count ?? 1000) < MAX_ALIASED_KEYS || (keys.theta ?? 0.99) < 1, {
      path: ["theta"],
      message: `must be below 1 with ${MAX_ALIASED_KEYS} keys or more`,
    }),
  z.strictObject({
    distribution: law("latest", "Zipfian by age: the newest key is the most popular."),
    count,
    theta: share.optional().meta({ description: skew, usual: 0.99 }),
  }),
  z.strictObject({
    distribution: law("hotspot", "A share of the operations goes to a share of the keys."),
    count,
    hotKeys: hotShare.optional().meta({ description: "The share of the keys that is hot.", usual: 0.2 }),
    hotOperations: Probability.optional().meta({
      description: "The share of the operations that goes to hot keys.",
      usual: 0.8,
    }),
  }),
  z.strictObject({
    distribution: law("normal", "A bell curve about one key, which may move on."),
    count,
    mean: z.number().min(0).optional().meta({
      description: "The key in the middle of the curve; the one in the middle of all if left out.",
    }),
    sd: z.number().min(0).optional().meta({
      description: "The curve's standard deviation, in keys; a tenth of all if left out.",
    }),
    move: Rate.optional().meta({
      description: "How many keys further the middle moves in a second, on a ring.",
      usual: "0/s",
    }),
  }),
  z.strictObject({
    distribution: law("exponential", "YCSB's: most operations go to the newest keys."),
    count,
    percentile: z.number().gt(0).lt(100).optional().meta({
      description: "So many of a hundred operations go to the newest keys that fraction says.",
      usual: 95,
    }),
    fraction: shareOf(z.number().gt(0).max(1), "a share above 0, such as 0.857 or 85.7%")
      .optional()
      .meta({ description: "The share of the keys that percentile is about.", usual: 0.8571428571 }),
  }),
]);

/** `keys: { count: 500 }` alone is uniform. */
export const Keys = z.union(
  [
    KeyLaw,
    z.strictObject({
      // Or else a misspelt one would be an unknown field here, not a wrong word.
      distribution: z.never().optional().meta({ description: "Left out, all keys are equally popular." }),
      count: whole(1)
        .max(MAX_SCRAMBLED_KEYS)
        .meta({ description: "How many keys there are, all equally popular." }),
    }),
  ],
  { error: "expected a distribution and a count" },
);

const orderly = { path: ["min"], message: "is above max" };

const smallest = Size.meta({ description: "The shortest value." });
const largest = Size.meta({ description: "The longest value." });

const ValueLaw = z.discriminatedUnion("distribution", [
  z
    .strictObject({
      distribution: law("uniform", "Every length from min to max is equally likely."),
      min: smallest,
      max: largest,
    })
    .refine(value => value.min <= value.max, orderly),
  z
    .strictObject({
      distribution: law("zipfian", "Short values are the most frequent ones."),
      min: smallest.optional().meta({ description: "The shortest value.", usual: "1B" }),
      max: largest,
      theta,
    })
    .refine(value => (value.min ?? 1) <= value.max, orderly)
    .refine(value => value.max - (value.min ?? 1) + 1 < MAX_ALIASED_KEYS || (value.theta ?? 0.99) < 1, {
      path: ["theta"],
      message: `must be below 1 with ${MAX_ALIASED_KEYS} sizes or more`,
    }),
  z
    .strictObject({
      distribution: law("lognormal", "Mostly near the median, now and then much longer."),
      median: Size.meta({ description: "Half of the values are longer." }),
      sigma: z.number().min(0).max(10).meta({
        description: "How wide it spreads: the standard deviation of the logarithm, such as 0.5.",
      }),
      min: smallest.optional().meta({ description: "The shortest value.", usual: "1B" }),
      max: largest.optional().meta({ description: "The longest value.", usual: "16MiB" }),
    })
    .refine(value => (value.min ?? 0) <= (value.max ?? Number.POSITIVE_INFINITY), orderly),
]);

/** A size alone is that of every value. */
export const Value = z.union([Size, ValueLaw], {
  error: ({ input }) =>
    typeof input === "number"
      ? `${input} lacks a unit: expected a size, such as 100B or 1KiB`
      : "expected a size, or a distribution such as { distribution: uniform, min: 10B, max: 1kB }",
});

export type ClientsFile = z.output<typeof Clients>;
export type OperationsFile = z.output<typeof Operations>;
export type KeysFile = z.output<typeof Keys>;
export type ValueFile = z.output<typeof Value>;
