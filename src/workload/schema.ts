/**
 * What may stand in a workload file. Strict: an unknown field is a mistake. The schema checks and converts, and fills
 * in nothing: `resolve.ts` does. `usual` is the value of a field that is left out, for editors and the manual; a test
 * holds it to what `resolve.ts` really does.
 *
 * To add a field: add it here with a description and, if it has one, its usual value; resolve it; regenerate
 * `workloads/schema.json` and `docs/workloads.md` (their tests say how).
 */
import { z } from "zod";
import { experimentFields } from "./experiment-schema.ts";
import { Delay } from "./delays.ts";
import { Clients, Keys, Operations, Value } from "./load-schema.ts";
import { costNames, networkNames } from "./profiles.ts";
import { Bandwidth, Duration, FineDuration, formatDuration } from "./units.ts";

const oneOrMore = <Item extends z.ZodType>(item: Item, error: string) =>
  z.union([item, z.array(item).min(1)], { error });

const whole = (least: number) => z.int().min(least);
const probability = z.number().min(0).max(1);
const optionValue = z.union([z.boolean(), z.number(), z.string()], {
  error: "expected true, false, a number or text",
});

const Batching = z
  .strictObject({
    max: whole(1).optional().meta({ description: "Commands in one ordering instance, at most.", usual: 64 }),
    min: whole(1)
      .optional()
      .meta({ description: "An instance starts once so many commands wait …", usual: 1 }),
    delay: Duration.optional().meta({ description: "… or the first has waited so long.", usual: "0s" }),
    window: whole(1).optional().meta({ description: "Ordering instances in flight at once.", usual: 4 }),
  })
  .refine(({ min = 1, max = 64 }) => min <= max, { path: ["min"], message: "is above max" });

const Network = z.strictObject({
  latency: Delay.optional().meta({
    description: "One way, from any node to any other.",
    usual: { distribution: "normal", mean: "0.25ms", sd: "0.05ms", min: "0.05ms" },
  }),
  loss: probability.optional().meta({ description: "Probability that a message is lost.", usual: 0 }),
  duplication: probability.optional().meta({ description: "… that it arrives twice.", usual: 0 }),
  reordering: probability
    .optional()
    .meta({ description: "… that it may overtake, or be overtaken.", usual: 0 }),
  bandwidth: Bandwidth.optional().meta({ description: "Of each node's outgoing port.", usual: "10Gbps" }),
});

const cpuCost = (what: string, usual: string) =>
  FineDuration.optional().meta({ description: `Processor time ${what}.`, usual });

const Cost = z.strictObject({
  cpu: z
    .strictObject({
      receive: cpuCost("to receive a message", "2.5us"),
      send: cpuCost("to send a message", "2.5us"),
      byte: cpuCost("for a byte sent or received", "0.25ns"),
      mac: cpuCost("to make or check one MAC", "1.6us"),
      sign: cpuCost("to sign", "35us"),
      verify: cpuCost("to check a signature", "110us"),
      digest: cpuCost("for a digest", "0.3us"),
    })
    .optional()
    .meta({ description: "Each node has one processor, which does one thing at a time." }),
  disk: z
    .strictObject({
      sync: Delay.optional().meta({
        description: "One group commit, however many records it has.",
        usual: { distribution: "lognormal", median: "91us", sigma: 0.349, min: "50us" },
      }),
      byte: FineDuration.optional().meta({ description: "For a byte written.", usual: "0.5ns" }),
    })
    .optional()
    .meta({ description: "Each node has a disk of its own." }),
});

export const WorkloadFile = z
  .strictObject({
    description: z.string().optional().meta({ description: "What it shows, in a sentence or two." }),
    algorithms: oneOrMore(z.string().min(1), "expected a name or a list of names")
      .optional()
      .meta({ description: "Protocols to run, unless --algo says otherwise." }),
    n: oneOrMore(whole(1).max(256), "expected a number of replicas, or a list of such numbers")
      .optional()
      .meta({ description: "Cluster sizes, unless --n or --f says otherwise." }),
    f: oneOrMore(whole(0).max(127), "expected a number of failures to survive, or a list of such numbers")
      .optional()
      .meta({
        description: "Instead of n: each protocol's smallest cluster that survives so many failures.",
      }),
    seeds: z
      .union([whole(1).max(100_000), z.array(whole(0)).min(1)], {
        error: "expected how many seeds, or a list of seeds",
      })
      .optional()
      .meta({
        description: "How many seeds (5 is 1 to 5), or a list of seeds, unless the command line says.",
      }),
    options: z
      .record(z.string(), z.record(z.string(), optionValue))
      .optional()
      .meta({ description: "Options of protocols: { raft: { preVote: true } }." }),
    duration: Duration.optional().meta({
      description: "Virtual time of a run, the warm-up included. Excludes a number of operations.",
      usual: "10s",
    }),
    operations: Operations.optional().meta({
      description: "End after so many operations past the warm-up; or the mix, which may hold a total.",
      usual: { get: 50, put: 50 },
    }),
    warmup: Duration.optional().meta({
      description: "Not measured. By default at most a fifth of the duration.",
      usual: "1s",
    }),
    durability: z.enum(["sync", "memory"]).optional().meta({
      description:
        "sync: records survive a crash. memory: a crashed node has lost everything and counts as faulty.",
      usual: "sync",
    }),
    batching: Batching.optional().meta({ description: "The same for every protocol." }),
    reads: z.enum(["log", "index", "lease", "local"]).optional().meta({
      description: "log: ordered like writes. index: one round of a quorum. lease: a clock. local: unsafe.",
      usual: "log",
    }),
    clients: Clients.optional().meta({ description: "Who asks." }),
    keys: Keys.optional().meta({
      description: "Which keys operations are about: a distribution with its numbers, or only how many there are.",
      usual: { distribution: "uniform", count: 1000 },
    }),
    value: Value.optional().meta({
      description: "How long a written value is: a size, or a distribution of sizes.",
      usual: "100B",
    }),
    network: z
      .union([z.enum(networkNames), Network], {
        error: `expected ${networkNames.join(" or ")}, or numbers such as { latency: 1ms }`,
      })
      .optional()
      .meta({ description: "A named network, or its numbers; those left out are as in lan.", usual: "lan" }),
    cost: z
      .union([z.enum(costNames), Cost], {
        error: `expected ${costNames.join(" or ")}, or numbers such as { cpu: { send: 1us } }`,
      })
      .optional()
      .meta({
        description: "A named cost model, or its numbers; those left out are as in lan.",
        usual: "lan",
      }),
    clock: z
      .strictObject({
        drift: z.number().min(0).max(0.5).optional().meta({
          description: "Each node's clock rate is drawn from 1 ± this.",
          usual: 0,
        }),
      })
      .optional()
      .meta({ description: "The nodes' clocks." }),
    ...experimentFields,
  })
  // Also where fields are wrong by themselves: a file's mistakes are reported all at once.
  .superRefine(checkAcross, { when: () => true })
  .meta({ title: "A workload of consensus-bench" });

export type WorkloadFile = z.output<typeof WorkloadFile>;
/** As it is written. */
export type WorkloadInput = z.input<typeof WorkloadFile>;

/** What no field can tell alone. */
function checkAcross(file: unknown, context: z.core.$RefinementCtx): void {
  const { n, f, duration, operations, warmup } = file as Partial<WorkloadFile>;
  const mistake = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message, continue: true });
  const total = typeof operations === "object" ? operations.total : operations;
  if (n !== undefined && f !== undefined) mistake("f", "n and f exclude each other");
  if (duration !== undefined && total !== undefined) {
    mistake("operations", "a run is bounded by duration or by a number of operations, not by both");
  }
  if (duration === 0) mistake("duration", "must be above 0");
  if (typeof duration === "number" && typeof warmup === "number" && duration > 0 && warmup >= duration) {
    mistake("warmup", `leaves nothing of the duration of ${formatDuration(duration)}`);
  }
}

/** The schema as JSON Schema, for editors: `workloads/schema.json`, and the source of the manual's table. */
export function workloadJsonSchema(): JsonSchema {
  return z.toJSONSchema(WorkloadFile, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      // zod bounds every integer by what a double holds, which tells an editor's user nothing.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if ("usual" in jsonSchema) {
        jsonSchema.default = jsonSchema.usual as NonNullable<typeof jsonSchema.default>;
        delete jsonSchema.usual;
      }
    },
  }) as JsonSchema;
}

/** As much of JSON Schema as is read here. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}
