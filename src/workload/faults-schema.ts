/** The fields of a workload file that say what goes wrong. One shape for every kind: checks say what goes with what. */
import { z } from "zod";
import { roles } from "../faults/casting.ts";
import { usualChaos } from "../faults/chaos.ts";
import { type FaultKind, faultKinds, hitsNodes, linkKinds } from "../faults/fault.ts";
import { refuseNonsense } from "./faults-nonsense.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { Probability } from "./network-schema.ts";
import { evenIfFlawed, hasStrangers, ifSound } from "./refine.ts";
import { Duration, parseDuration, Rate, someOf } from "./units.ts";

const Name = z
  .string()
  .superRefine((name, context) => {
    if ((roles as readonly string[]).includes(name) || /^[nc]\d+$/.test(name)) return;
    const message = `"${name}" is nobody${didYouMean(name, roles)}; known: ${roles.join(", ")}, n0 …, c0 …`;
    context.addIssue({ code: "custom", message });
  })
  .meta({ examples: [...roles, "n0", "c0"] });

const names = z.union([Name, z.array(Name).min(1)], {
  error: "expected a role or a node, or a list of them",
});

const TWO_ENDS = "expected two ends, such as [leader, n2] or [leader, [n1, n2]]";

const help = (kind: FaultKind): string => faultKinds.find(({ name }) => name === kind)!.help;
const sentence = (kind: FaultKind): string => `${help(kind)[0]!.toUpperCase()}${help(kind).slice(1)}.`;
const nodes = (kind: FaultKind) => names.optional().meta({ description: `Which nodes: ${help(kind)}.` });

const SignedDuration = z
  .string({ error: "expected a duration, such as 2s or -500ms" })
  .transform((text, context) => {
    try {
      return text.trim().startsWith("-") ? -parseDuration(text.trim().slice(1)) : parseDuration(text);
    } catch (error) {
      context.issues.push({ code: "custom", message: (error as Error).message, input: text });
      return z.NEVER;
    }
  });

const facts = [
  "epoch",
  "leads",
  "yields",
  "voted",
  "promised",
  "accepted",
  "withdrew",
  "prepared",
  "committed",
  "snapshot",
] as const;
const ALONE = "committed-nowhere-but-leader";
const later = Duration.optional().meta({ description: "It strikes so much later than that.", usual: "0s" });

const When = z.union(
  [
    z.literal(ALONE),
    z.strictObject({
      entry: z
        .literal(ALONE)
        .meta({ description: "The leader knows an entry to be committed, and nobody else does." }),
      delay: later,
    }),
    z.strictObject({
      fact: z.enum(facts).meta({
        description: "What a replica, any of them, has observed: docs/faults.md explains the words.",
      }),
      count: z
        .int()
        .min(1)
        .optional()
        .meta({ description: "How many times, over all replicas, it has been observed by then.", usual: 1 }),
      delay: later,
    }),
  ],
  {
    error: ({ input }) => {
      const fact = typeof input === "string" ? nearest(input, facts) : undefined;
      return `expected ${ALONE}, or a fact such as { fact: ${fact ?? "leads"}, count: 2 }`;
    },
  },
);

export const timeFields = {
  at: Duration.optional().meta({ description: "It strikes at this time." }),
  every: Duration.optional().meta({ description: "It strikes again and again, so far apart." }),
  rate: someOf(Rate, "it would never strike; leave the whole fault out")
    .optional()
    .meta({ description: "It strikes at random, so often on average." }),
  after: z
    .strictObject({
      elections: z.int().min(1).meta({ description: "How many times somebody has become leader by then." }),
      delay: later,
    })
    .optional()
    .meta({ description: "It strikes once so many leaders have been elected." }),
  when: When.optional().meta({ description: "It strikes once something has happened." }),
  start: Duration.optional().meta({ description: "Of every, rate, after and when: not before." }),
  for: Duration.optional().meta({ description: "How long it lasts; for good if left out, and until too." }),
  until: Duration.optional().meta({ description: "It ends by this time, and does not strike any more." }),
  optional: z.boolean().optional().meta({
    description: "It need not strike, as where it only steers a run. Others must, in some run of a row.",
  }),
};

const kindFields = {
  crash: nodes("crash"),
  restart: nodes("restart"),
  wipe: nodes("wipe"),
  pause: nodes("pause"),
  partition: z
    .union([z.enum(["majorities-ring", "bridge"]), z.array(names).min(1)], {
      error: "expected groups such as [[leader, follower], [rest]], or majorities-ring or bridge",
    })
    .optional()
    .meta({ description: `${sentence("partition")} Whoever is in no group still reaches everybody.` }),
  isolate: nodes("isolate"),
  cut: z
    .tuple([names, names], { error: TWO_ENDS })
    .optional()
    .meta({ description: `Between which two: ${help("cut")}.` }),
  delay: Duration.optional().meta({ description: `By how much: ${help("delay")}.` }),
  jitter: Duration.optional().meta({ description: sentence("jitter") }),
  loss: Probability.optional().meta({ description: sentence("loss") }),
  duplication: Probability.optional().meta({ description: sentence("duplication") }),
  reordering: Probability.optional().meta({ description: sentence("reordering") }),
  hold: z
    .literal(true)
    .optional()
    .meta({ description: sentence("hold") }),
  slowCpu: nodes("slowCpu"),
  slowDisk: nodes("slowDisk"),
  diskStall: nodes("diskStall"),
  fsyncFailure: nodes("fsyncFailure"),
  diskFull: nodes("diskFull"),
  clockRate: nodes("clockRate"),
  clockJump: nodes("clockJump"),
  heal: z
    .literal("all")
    .optional()
    .meta({ description: sentence("heal") }),
} satisfies Record<FaultKind, z.ZodType>;

const detailFields = {
  direction: z.enum(["both", "out", "in"]).optional().meta({
    description:
      "Of partition, isolate and cut: out: only what the first say is lost; in: only what they are told.",
  }),
  torn: z.boolean().optional().meta({ description: "Of crash: a part of what was being written survives." }),
  from: names.optional().meta({ description: "Of faults of links: only what these send; see to." }),
  to: names
    .optional()
    .meta({ description: "Of faults of links: the other end of from; all replicas if left out." }),
  between: z
    .tuple([names, names], { error: TWO_ENDS })
    .optional()
    .meta({ description: "Of faults of links: both directions between two." }),
  of: names
    .optional()
    .meta({ description: "Of faults of links: both directions between these and all other replicas." }),
  messages: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .meta({ description: "Of faults of links: only messages of these types, such as RequestVote." }),
  count: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "Of faults of links: only the first so many messages." }),
  factor: z
    .number()
    .gt(0)
    .optional()
    .meta({ description: "Of slowCpu, slowDisk and clockRate: so many times." }),
  beyondTolerance: z.boolean().optional().meta({
    description:
      "Of faults of nodes, partition and cut: false withholds it where it would hit more than f nodes at once.",
    usual: true,
  }),
  by: SignedDuration.optional().meta({ description: "Of clockJump: how far, such as 2s or -500ms." }),
};

const Fault = z
  .strictObject({ ...timeFields, ...kindFields, ...detailFields })
  .superRefine(checkFault, evenIfFlawed);
export type FaultFile = z.output<typeof Fault>;

export const kindOf = (file: FaultFile): FaultKind | undefined =>
  faultKinds.map(({ name }) => name).find(name => file[name] !== undefined);

const withEnds = ["delay", "jitter", "loss", "duplication", "reordering", "hold"];

/** Which kinds a detail goes with. */
const goesWith: Readonly<Record<keyof typeof detailFields, readonly string[]>> = {
  direction: ["partition", "isolate", "cut"],
  torn: ["crash"],
  from: withEnds,
  to: withEnds,
  between: withEnds,
  of: withEnds,
  messages: linkKinds,
  count: linkKinds,
  factor: ["slowCpu", "slowDisk", "clockRate"],
  by: ["clockJump"],
  beyondTolerance: [...faultKinds.map(({ name }) => name).filter(hitsNodes), "cut"],
};

function checkFault(file: FaultFile, context: z.core.$RefinementCtx): void {
  const mistake = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message, continue: true });
  const strangers = hasStrangers(context);
  const present = (fields: object) =>
    Object.keys(fields).filter(name => file[name as keyof FaultFile] !== undefined);
  const kinds = present(kindFields);
  if (kinds.length === 0 && !strangers)
    mistake([], "says not what goes wrong: crash, pause, partition, loss …");
  const triggered = file.after !== undefined || file.when !== undefined;
  if (kinds.length > 1 && file.delay !== undefined && triggered) {
    mistake(
      ["delay"],
      "is a fault of its own; to strike later, put it into after or when: { elections: 3, delay: 5ms }",
    );
  } else if (kinds.length > 1) mistake([kinds[1]!], `${kinds.join(" and ")} are faults of their own`);
  const times = present({ at: 0, every: 0, rate: 0, after: 0, when: 0 });
  if (times.length === 0 && !strangers) mistake([], "says not when: at, every, rate, after or when");
  if (times.length > 1) mistake([times[1]!], `${times.join(" and ")} exclude each other`);
  refuseNonsense(file, mistake);
  const kind = kinds[0];
  if (kind === undefined) return;
  for (const detail of present(detailFields) as (keyof typeof goesWith)[]) {
    if (!goesWith[detail].includes(kind)) mistake([detail], `does not go with ${kind}`);
  }
  if (present({ from: 0, between: 0, of: 0 }).length > 1)
    mistake([], "from, between and of exclude each other");
  for (const ends of present({ between: 0, of: 0 }))
    if (file.to !== undefined) mistake(["to"], `goes with from; ${ends} names both ends already`);
  if (goesWith.factor.includes(kind) && file.factor === undefined) mistake([kind], "needs a factor");
  if (kind === "clockJump" && file.by === undefined) mistake([kind], "needs by: how far it jumps");
  if (kind === "pause" && file.for === undefined && file.until === undefined) {
    mistake(["pause"], "needs an end: for or until");
  }
  if (file.every === 0) mistake(["every"], "must be above 0");
  checkNames(file, kind, mistake);
}

function checkNames(file: FaultFile, kind: string, mistake: (path: string[], message: string) => void): void {
  const given = file[kind as FaultKind];
  const listed = [given].flat(2).filter(name => typeof name === "string");
  const clients = listed.filter(name => name === "clients" || /^c\d/.test(name));
  if (clients.length > 0 && kind !== "partition" && kind !== "cut") {
    mistake([kind], `is about replicas, not about ${clients[0]}`);
  }
  if (Array.isArray(given) && kind === "partition" && given.length < 2) {
    mistake([kind], "needs two groups, such as [[leader], [rest]]");
  }
}

const NO_KIND = "leave it out, or write nothing after it to take an inherited one back";

const Chaos = z
  .strictObject({
    start: Duration.optional().meta({ description: "Nothing goes wrong before this time." }),
    until: Duration.meta({ description: "At this time everything heals, and the run must recover." }),
    kinds: z
      .strictObject(
        Object.fromEntries(
          faultKinds
            .filter(({ name }) => name !== "heal" && name !== "restart")
            .map(({ name }) => [
              name,
              someOf(Rate, NO_KIND)
                .optional()
                .meta({ description: `How often on average, such as 6/min: ${help(name)}.` }),
            ]),
        ) as Record<FaultKind, z.ZodOptional<typeof Rate>>,
      )
      .refine(kinds => Object.keys(kinds).length > 0, {
        error: "names nothing that goes wrong: write { crash: 6/min }, or leave kinds out for the usual ones",
      })
      .optional()
      .meta({ description: `How often on average; if left out: ${usualChaos.join(", ")}, each 6/min.` }),
    shortest: Duration.optional().meta({
      description: "How long a fault lasts at least; 100ms if left out.",
    }),
    longest: Duration.optional().meta({ description: "How long a fault lasts at most; 2s if left out." }),
    beyondTolerance: z.boolean().optional().meta({
      description: "Whether more than f nodes may be hit at once; the results say so.",
    }),
  })
  .refine(({ start = 0, until }) => !(start >= until), {
    path: ["until"],
    message: "must be after start",
    ...ifSound("start", "until"),
  })
  .refine(({ shortest = 1e8, longest = 2e9 }) => !(shortest > longest), {
    path: ["longest"],
    message: "is below shortest",
    ...ifSound("shortest", "longest"),
  });
export type ChaosFile = z.output<typeof Chaos>;

export const faultFields = {
  faults: z
    .array(Fault)
    .optional()
    .meta({ description: "What goes wrong, with whom and when: docs/faults.md has an example of each." }),
  chaos: Chaos.optional().meta({ description: "Faults drawn from the seed, until everything heals." }),
};

const ofDisks: readonly FaultKind[] = ["slowDisk", "diskStall", "fsyncFailure", "diskFull"];

/** Disks have no part in a run that keeps everything in memory. */
export function diskFaultsIn(file: {
  readonly faults?: readonly FaultFile[] | undefined;
  readonly chaos?: ChaosFile | undefined;
}): (string | number)[][] {
  const listed = (file.faults ?? []).flatMap((fault, index) =>
    ofDisks.filter(kind => fault[kind] !== undefined).map(kind => ["faults", index, kind]),
  );
  const drawn = ofDisks.filter(kind => file.chaos?.kinds?.[kind] !== undefined);
  return [...listed, ...drawn.map(kind => ["chaos", "kinds", kind])];
}
