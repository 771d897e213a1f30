/**
 * What may stand in a workload file. Strict: an unknown field is a mistake. The schema checks and converts, and fills
 * in nothing: `resolve.ts` does. `usual` is the value of a field that is left out, for editors and the manual; a test
 * holds it to what `resolve.ts` really does.
 *
 * To add a field: add it here with a description and, if it has one, its usual value; resolve it; regenerate
 * `workloads/schema.json` and `docs/workloads.md` (their tests say how).
 */
import { z } from "zod";
import { byzantineFields } from "./byzantine-schema.ts";
import { experimentFields } from "./experiment-schema.ts";
import { diskFaultsIn, faultFields } from "./faults-schema.ts";
import { Clients, Keys, Operations, Value } from "./load-schema.ts";
import { worldFields } from "./network-schema.ts";
import { ifSound, isSound } from "./refine.ts";
import { Duration, formatDuration, WarmUp } from "./units.ts";

const oneOrMore = <Item extends z.ZodType>(item: Item, error: string) =>
  z.union([item, z.array(item).min(1)], { error });

const whole = (least: number) => z.int().min(least);
const optionValue = z.union([z.boolean(), z.number(), z.string()], {
  error: "expected true, false, a number or text",
});

const Algorithm = z
  .string()
  .min(1)
  .refine(name => !/^[\w-]+(,|\s)/.test(name), {
    error: ({ input }) =>
      `is several names in one text: write a list, [${String(input)
        .split(/[,\s]+/)
        .join(", ")}]`,
  });

const Batching = z
  .strictObject({
    max: whole(1).optional().meta({ description: "Commands in one ordering instance, at most.", usual: 64 }),
    min: whole(1).optional().meta({
      description: "An instance starts once so many commands wait, or once delay has passed.",
      usual: 1,
    }),
    delay: Duration.optional().meta({
      description: "An instance starts at the latest when its first command has waited so long.",
      usual: "0s",
    }),
    window: whole(1).optional().meta({ description: "Ordering instances in flight at once.", usual: 4 }),
  })
  .refine(({ min = 1, max = 64 }) => !(min > max), {
    path: ["min"],
    message: "is above max",
    ...ifSound("min", "max"),
  });

export const WorkloadFile = z
  .strictObject({
    description: z.string().optional().meta({ description: "What it shows, in one sentence." }),
    algorithms: oneOrMore(Algorithm, "expected a name or a list of names")
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
    warmup: WarmUp.optional().meta({
      description:
        "Not measured: so long, or until 500 operations have ended. By default at most a fifth of the duration.",
      usual: "1s",
    }),
    durability: z.enum(["sync", "memory"]).optional().meta({
      description:
        "sync: records survive a crash. memory: a crashed node has lost everything and counts as faulty.",
      usual: "sync",
    }),
    batching: Batching.optional().meta({
      description: "How many commands share an ordering instance; the same for every protocol.",
    }),
    reads: z.enum(["log", "index", "lease", "local"]).optional().meta({
      description: "log: ordered like writes. index: one round of a quorum. lease: a clock. local: unsafe.",
      usual: "log",
    }),
    clients: Clients.optional().meta({
      description: "Who asks: clients that wait for their answers, or operations that arrive at a rate.",
    }),
    keys: Keys.optional().meta({
      description:
        "Which keys operations are about: a distribution with its numbers, or only how many there are.",
      usual: { distribution: "uniform", count: 1000 },
    }),
    value: Value.optional().meta({
      description: "How long a written value is: a size, or a distribution of sizes.",
      usual: "100B",
    }),
    ...worldFields,
    ...faultFields,
    ...byzantineFields,
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
  const { n, f, duration, operations, warmup, durability, faults, chaos } = file as Partial<WorkloadFile>;
  const mistake = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message, continue: true });
  const total = typeof operations === "object" ? operations?.total : operations;
  if (n !== undefined && f !== undefined) mistake("f", "n and f exclude each other");
  if (duration !== undefined && total !== undefined) {
    mistake("operations", "a run is bounded by duration or by a number of operations, not by both");
  }
  if (durability === "memory") {
    for (const path of diskFaultsIn({ faults, chaos })) {
      const message = "has no effect: with durability memory nothing is written to disks";
      context.addIssue({ code: "custom", path, message, continue: true });
    }
  }
  if (duration === 0) mistake("duration", "must be above 0");
  if (!isSound(context, "duration") || !isSound(context, "warmup")) return;
  if (typeof duration === "number" && typeof warmup === "number" && duration > 0 && warmup >= duration) {
    mistake("warmup", `leaves nothing of the duration of ${formatDuration(duration)}`);
  }
}

/** The schema as JSON Schema, of a file that extends no other: the source of the manual's table. */
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
  readonly not?: JsonSchema;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
}
