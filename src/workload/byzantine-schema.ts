/** Nodes that lie: `byzantine: [{ node: n2, lie: equivocate, at: 5s, for: 10s }]`. */
import { z } from "zod";
import { lieKinds } from "../faults/byzantine.ts";
import { didYouMean } from "./nearest.ts";
import { Probability } from "./network-schema.ts";
import { evenIfFlawed } from "./refine.ts";
import { Duration } from "./units.ts";

const Node = z.string().regex(/^n\d+$/, { error: "expected a node, such as n2" });
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

const Liar = z.strictObject({
  node: Node.meta({ description: "The node that lies, such as n2." }),
  lie: Lie.meta({
    description: "How it lies: npm run list -- faults explains each; a protocol may have lies of its own.",
    examples: [...lies],
  }),
  at: Duration.optional().meta({ description: "From this time on, by its own clock.", usual: "0s" }),
  for: Duration.optional().meta({ description: "How long it lies; to the end of the run if left out." }),
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
  optional: z
    .boolean()
    .optional()
    .meta({ description: "Whether there need not be an occasion to lie. If not, one without a lie fails." }),
});

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
