/** The fields of a workload file that make its load: who asks, what, about which keys, how much is written. */
import { z } from "zod";
import { Delay } from "./delays.ts";
import { MAX_SCRAMBLED_KEYS } from "./keys-scrambled.ts";
import { MAX_ALIASED_KEYS } from "./keys-zipfian.ts";
import { Probability } from "./network-schema.ts";
import { evenIfFlawed, hasStrangers } from "./refine.ts";
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
  over: Duration.meta({ description: "How long it takes." }),
});
const Plateau = z.strictObject({
  rate: Rate.meta({ description: "The rate of this step; the last step's holds on." }),
  for: Duration.meta({ description: "How long it lasts." }),
});

const Burst = z
  .strictObject({
    every: Duration.meta({
      description: "From the beginning of one burst to the next; the first comes then.",
    }),
    for: Duration.meta({ description: "How long a burst lasts." }),
    rate: Rate.meta({ description: "The rate meanwhile." }),
  })
  .refine(burst => burst.for < burst.every, { path: ["for"], message: "must be below every" });

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
  if (typeof retry === "number" && typeof timeout === "number" && retry > timeout) {
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
}

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

const count = whole(1).max(MAX_SCRAMBLED_KEYS).optional();
const theta = z.number().gt(0).max(10).optional();

const KeyLaw = z.discriminatedUnion("distribution", [
  z.strictObject({ distribution: z.literal("uniform"), count }),
  z.strictObject({ distribution: z.literal("sequential"), count }),
  z.strictObject({ distribution: z.literal("scrambled"), count }),
  z
    .strictObject({ distribution: z.literal("zipfian"), count, theta })
    .refine(keys => (keys.count ?? 1000) < MAX_ALIASED_KEYS || (keys.theta ?? 0.99) < 1, {
      path: ["theta"],
      message: `must be below 1 with ${MAX_ALIASED_KEYS} keys or more`,
    }),
  z.strictObject({ distribution: z.literal("latest"), count, theta: share.optional() }),
  z.strictObject({
    distribution: z.literal("hotspot"),
    count,
    hotKeys: hotShare.optional(),
    hotOperations: Probability.optional(),
  }),
  z.strictObject({
    distribution: z.literal("normal"),
    count,
    mean: z.number().min(0).optional(),
    sd: z.number().min(0).optional(),
    move: Rate.optional(),
  }),
  z.strictObject({
    distribution: z.literal("exponential"),
    count,
    percentile: z.number().gt(0).lt(100).optional(),
    fraction: shareOf(z.number().gt(0).max(1), "a share above 0, such as 0.857 or 85.7%").optional(),
  }),
]);

/** `keys: { count: 500 }` alone is uniform. */
export const Keys = z.union(
  [
    KeyLaw,
    z.strictObject({
      distribution: z.never().optional(), // or else a misspelt one would be an unknown field here, not a wrong word
      count: whole(1).max(MAX_SCRAMBLED_KEYS).meta({ description: "How many keys." }),
    }),
  ],
  { error: "expected a distribution and a count" },
);

const orderly = { path: ["min"], message: "is above max" };

const ValueLaw = z.discriminatedUnion("distribution", [
  z
    .strictObject({ distribution: z.literal("uniform"), min: Size, max: Size })
    .refine(value => value.min <= value.max, orderly),
  z
    .strictObject({ distribution: z.literal("zipfian"), min: Size.optional(), max: Size, theta })
    .refine(value => (value.min ?? 1) <= value.max, orderly)
    .refine(value => value.max - (value.min ?? 1) + 1 < MAX_ALIASED_KEYS || (value.theta ?? 0.99) < 1, {
      path: ["theta"],
      message: `must be below 1 with ${MAX_ALIASED_KEYS} sizes or more`,
    }),
  z
    .strictObject({
      distribution: z.literal("lognormal"),
      median: Size,
      sigma: z.number().min(0).max(10),
      min: Size.optional(),
      max: Size.optional(),
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
