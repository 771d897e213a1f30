/** Nodes that lie: `byzantine: [{ node: n2, lie: equivocate, at: 5s, for: 10s }, { node: primary, lie: silent }]`. */
import { z } from "zod";
import { ignoredBy, lieKinds } from "../faults/byzantine.ts";
import { refuseNonsense } from "./faults-nonsense.ts";
import { timeFields } from "./faults-schema.ts";
import { didYouMean } from "./nearest.ts";
import { Probability } from "./network-schema.ts";
import { evenIfFlawed } from "./refine.ts";
import { Duration, Rate, someOf } from "./units.ts";

const Node = z.string().regex(/^n\d+$/, { error: "expected a node, such as n2" });
const roles = ["leader", "primary", "follower", "followers", "candidate", "any", "some", "all"] as const;
const expected = `expected a node, such as n2, or a role: ${roles.join(", ")}`;
const Who = z
  .string({ error: expected })
  .regex(new RegExp(`^(n\\d+|${roles.join("|")})$`), { error: expected });
const lies = lieKinds.map(({ name }) => name);

/** A protocol may have lies of its own: their names are known when its runs are made. */
const Lie = z.string({ error: "expected the name of a lie" }).superRefine((lie, context) => {
  const nearest = didYouMean(lie, lies);
  if (lies.includes(lie) || nearest === "") return;
  context.addIssue({
    code: "custom",
    message: `there is no lie "${lie}"${nearest}; known: ${lies.join(", ")}`,
  });
});

const liarFields = z.strictObject({
  node: Who.meta({
    description: "Who lies: a node, or who plays a role when the lie begins.",
    examples: ["n2", ...roles],
  }),
  lie: Lie.meta({
    description:
      "How it lies: npm run list -- faults explains each; a protocol may have lies of its own, as pbft has.",
    examples: [...lies],
  }),
  at: Duration.optional().meta({
    description: "From this time on; by its own clock, where the node is named.",
    usual: "0s",
  }),
  every: timeFields.every.meta({ description: "It begins to lie again and again, so far apart." }),
  strikes: someOf(Rate, "it would never lie; leave the whole lie out")
    .optional()
    .meta({ description: "It begins to lie at random, so often on average: 2/min." }),
  after: timeFields.after.meta({ description: "It begins to lie once so many leaders have been elected." }),
  when: timeFields.when.meta({ description: "It begins to lie once something has happened." }),
  start: timeFields.start.meta({ description: "Of every, strikes, after and when: not before." }),
  for: Duration.optional().meta({ description: "How long it lies; to the end of the run if left out." }),
  until: Duration.optional().meta({ description: "By this time it ends, and does not begin any more." }),
  receivers: z.array(Node).min(1).optional().meta({
    description: "Whom it lies to; for equivocate, withhold and twins every second node if left out.",
  }),
  types: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: "It lies only in messages of these types; in all if left out." }),
  rate: Probability.optional().meta({
    description: "The share of occasions on which it lies; as the lie has it if left out.",
  }),
  delay: Duration.optional().meta({ description: "Of the lie slow: how late it is.", usual: "100ms" }),
  beyondTolerance: z.boolean().optional().meta({
    description:
      "Whether more than f nodes may come to lie; false for roles if left out, true for named nodes.",
  }),
  optional: z
    .boolean()
    .optional()
    .meta({ description: "Whether there need not be an occasion to lie. If not, one without a lie fails." }),
});
type LiarFields = z.output<typeof liarFields>;

const Liar = liarFields.superRefine(checkLiar, evenIfFlawed);

const beginnings = ["at", "every", "strikes", "after", "when"] as const;

export const isCast = (file: LiarFields): boolean =>
  !/^n\d+$/.test(file.node) ||
  file.beyondTolerance === false ||
  beginnings.some(name => name !== "at" && file[name] !== undefined);

function checkLiar(file: LiarFields, context: z.core.$RefinementCtx<unknown>): void {
  const mistake = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message, input: file, continue: true });
  const given = beginnings.filter(name => file[name] !== undefined);
  if (given.length > 1) mistake(given[1]!, `${given.join(" and ")} exclude each other`);
  if (file.start !== undefined && given.length === 0)
    mistake("start", "goes with every, strikes, after and when");
  const { at, start, for: lasting, until } = file;
  refuseNonsense({ at, start, for: lasting, until }, ([field], message) => mistake(String(field), message));
  if (file.every === 0) mistake("every", "must be above 0");
  checkManner(file, mistake);
  if (file.lie === "twins" && !/^n\d+$/.test(file.node)) {
    mistake("node", "must be named, such as n2: a twin lives from the beginning");
  }
}

/** A setting that changes nothing, or that leaves nothing of the lie. */
function checkManner(file: LiarFields, mistake: (field: string, message: string) => void): void {
  const { lie, rate, delay } = file;
  if (delay !== undefined && lie !== "slow") mistake("delay", `goes with slow, not with ${lie}`);
  if (delay === 0) mistake("delay", "must be above 0: nothing would be late");
  if (rate === 0) mistake("rate", "must be above 0: it would never lie");
  for (const field of ignoredBy(lie))
    if (file[field] !== undefined) mistake(field, `does not go with ${lie}, which takes no notice of it`);
}

function oneTwinEach(liars: readonly { node: string; lie: string }[], context: z.core.$RefinementCtx): void {
  const doubled = new Set<string>();
  for (const [index, { node, lie }] of liars.entries()) {
    if (lie !== "twins") continue;
    if (doubled.has(node)) {
      context.addIssue({ code: "custom", path: [index, "lie"], message: `${node} has a twin already` });
    }
    doubled.add(node);
  }
}

/** Nobody sends itself anything over the network. */
function noSoliloquy({ node, receivers }: LiarFile, context: z.core.$RefinementCtx<unknown>): void {
  if (!Array.isArray(receivers) || receivers.length === 0 || receivers.some(other => other !== node)) return;
  const message = `${node} lies to nobody but itself: name others, or leave receivers out`;
  context.addIssue({ code: "custom", path: ["receivers"], message, input: receivers, continue: true });
}

export const byzantineFields = {
  byzantine: z
    .array(Liar.superRefine(noSoliloquy, evenIfFlawed), {
      error: "expected a list of liars: [{ node: n2, lie: silent }]",
    })
    .superRefine(oneTwinEach)
    .optional()
    .meta({ description: "Nodes that lie, and how: wrappers round the honest protocol." }),
};

export type LiarFile = z.output<typeof Liar>;
