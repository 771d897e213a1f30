/** Why a history of one key is not linearizable, as a line of `runs.ndjson` tells it. Times are virtual. */
import { z } from "zod";

const count = z.int().min(0);
/** What a key holds, as a person writes it; null: nothing. */
const held = z.string().nullable();

const Operation = z.strictObject({
  client: z.string(),
  says: z.string(), // put "a", get → "b"
  call_ns: count,
  return_ns: count.nullable(), // null: nobody knows whether it took effect
});

export const Contradiction = z.strictObject({
  key: z.string(),
  start: held, // before the first of them
  /** Already impossible without the others on this key, in the order of their calls. */
  operations: z.array(Operation),
  left_out: count,
  /** The longest order, by their places, that explains the answers of those in it. */
  order: z.array(count),
  holds: held, // what the key holds after that
  stuck: count, // the place of the one that has to come next, and cannot
  unwritten: z.boolean(), // nothing that may have taken effect wrote what it saw …
  failed: z.array(Operation), // … but these would have, which were reported to have failed
});
export type Contradiction = z.infer<typeof Contradiction>;
