/** The runs that the page carries, unpacked when they are first looked at. */
import type { KeptHeader, KeptRow } from "../../../results/kept-trace.ts";
import { type Model, modelOf } from "../model.ts";
import type { Wrong } from "../moments.ts";

/** `embed.ts` makes them. */
export interface CarriedRun {
  readonly key: string;
  readonly title: string;
  readonly match: string; // equal where the faults, the seed and the load are the same
  readonly again: readonly string[]; // commands
  readonly wrong: readonly Wrong[];
  readonly packed: string; // the kept trace, deflated, in base64
}

const unpacked = new Map<string, Promise<Model>>();

export function modelFor(run: CarriedRun): Promise<Model> {
  const known = unpacked.get(run.key) ?? unpack(run.packed);
  unpacked.set(run.key, known);
  return known;
}

async function unpack(packed: string): Promise<Model> {
  const bytes = Uint8Array.from(atob(packed), character => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const [header, ...rows] = (await new Response(stream).text()).trimEnd().split("\n");
  return modelOf({
    header: JSON.parse(header!) as KeptHeader,
    rows: rows.map(row => JSON.parse(row) as KeptRow),
  });
}
