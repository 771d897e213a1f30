/**
 * What watching costs, and what protocols cost each other: two threads that differ in one thing do the same work in
 * turns. In one thread either side would pay for the other: a call site that has seen two kinds of watchers, or two
 * protocols, is slower for both.
 */
import { fileURLToPath } from "node:url";
import { algorithms } from "../../../algorithms/index.ts";
import { Pool } from "../pool.ts";
import type { Audience } from "./cluster.ts";
import type { EngineSettings } from "./engine.ts";
import type { Preparation, Work } from "./prepared.ts";
import { ratePerSecond, type Slice, type Spread, spreadOf } from "./slices.ts";

const filename = fileURLToPath(new URL("./prepared.ts", import.meta.url));
const all = algorithms.map(({ name }) => name);

/** A share of the events per second that is lost. */
export interface Cost {
  readonly clients: 64;
  readonly share: number;
  readonly share_min: number;
  readonly share_max: number;
}

export interface Watching extends Cost {
  readonly audience: Audience;
}

export interface Company extends Cost {
  readonly algo: string;
  readonly n: number;
}

/** Work that takes about a slice, by protocol. */
export type Portions = readonly Pick<Work, "algo" | "n" | "durationNs">[];

class PreparedThread {
  private readonly pool = new Pool({ workers: 1 });
  private readonly audience: Audience;

  constructor(audience: Audience) {
    this.audience = audience;
  }

  async prepare(protocols: readonly string[], times: number): Promise<this> {
    const preparation: Preparation = { protocols, times, audience: this.audience };
    await this.pool.other<Preparation, void>(filename, "prepare", preparation);
    return this;
  }

  slice(portion: Portions[number]): Promise<Slice> {
    return this.pool.other<Work, Slice>(filename, "slice", {
      ...portion,
      clients: 64,
      audience: this.audience,
    });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

/** Of hash and meters; of these and invariants; of these and the running check of linearizability. */
export async function costOfWatching(
  portion: Portions[number],
  settings: EngineSettings,
): Promise<Watching[]> {
  const costs: Watching[] = [];
  const alone = await new PreparedThread("nobody").prepare(all, settings.warmups);
  try {
    for (const audience of ["meters", "invariants", "everybody"] as const) {
      const watched = await new PreparedThread(audience).prepare(all, settings.warmups);
      costs.push({ audience, ...(await costOf(watched, alone, portion, 2 * settings.pairs)) });
      await watched.close();
    }
    return costs;
  } finally {
    await alone.close();
  }
}

/** How much slower a protocol is in a thread that has run all the others as well. */
export async function costOfCompany(portions: Portions, settings: EngineSettings): Promise<Company[]> {
  const crowded = await new PreparedThread("everybody").prepare(all, settings.warmups);
  const costs: Company[] = [];
  try {
    for (const portion of portions) {
      const alone = await new PreparedThread("everybody").prepare([portion.algo], settings.warmups);
      const cost = await costOf(crowded, alone, portion, settings.pairs);
      costs.push({ algo: portion.algo, n: portion.n, ...cost });
      await alone.close();
    }
    return costs;
  } finally {
    await crowded.close();
  }
}

async function costOf(
  slower: PreparedThread,
  faster: PreparedThread,
  portion: Portions[number],
  pairs: number,
): Promise<Cost> {
  const shares: number[] = [];
  for (let pair = -UNCOUNTED; pair < pairs; pair++) {
    const threads = pair % 2 === 0 ? [slower, faster] : [faster, slower];
    const slices = [await threads[0]!.slice(portion), await threads[1]!.slice(portion)];
    const [slow, fast] = pair % 2 === 0 ? slices : slices.toReversed();
    if (pair >= 0) shares.push(1 - ratePerSecond(slow!) / ratePerSecond(fast!));
  }
  const { median, least, greatest }: Spread = spreadOf(shares);
  return { clients: 64, share: digits(median), share_min: digits(least), share_max: digits(greatest) };
}

/** Pairs at the start: threads come to rest. */
const UNCOUNTED = 4;

const digits = (value: number): number => Math.round(value * 1000) / 1000;
