/** What the second worker is worth: the same list of runs by one thread and by two, in turns. */

import { Pool } from "../pool.ts";
import type { RunSpec } from "../spec.ts";
import type { EngineSettings } from "./engine.ts";
import { specOf } from "./measures.ts";
import { spreadOf } from "./slices.ts";

export interface Workers {
  readonly speed_up: number; // the median over rounds
  readonly speed_up_min: number;
  readonly speed_up_max: number;
  readonly one_runs_s: number;
  readonly two_runs_s: number;
  readonly runs: number;
  readonly rounds: number;
}

const LIMIT_MS = 60_000;

export async function workersSpeedUp({ runs, rounds }: EngineSettings, durationNs: number): Promise<Workers> {
  const list = Array.from({ length: runs }, (_, index) => specOf("raft", 64, durationNs, index + 1));
  const one = new Pool({ workers: 1 });
  const two = new Pool({ workers: 2 });
  try {
    await runsPerSecond(one, list);
    await runsPerSecond(two, list);
    const rates: [number, number][] = [];
    for (let round = 0; round < rounds; round++) {
      rates.push([await runsPerSecond(one, list), await runsPerSecond(two, list)]);
    }
    const speedUp = spreadOf(rates.map(([single, double]) => double / single));
    return {
      speed_up: digits(speedUp.median),
      speed_up_min: digits(speedUp.least),
      speed_up_max: digits(speedUp.greatest),
      one_runs_s: digits(spreadOf(rates.map(([single]) => single)).median),
      two_runs_s: digits(spreadOf(rates.map(([, double]) => double)).median),
      runs,
      rounds,
    };
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
}

/** As a study does it: a thread gets its next run when it has done the last one. */
async function runsPerSecond(pool: Pool, list: readonly RunSpec[]): Promise<number> {
  const started = performance.now();
  const waiting = list.values();
  const lane = async () => {
    for (const spec of waiting) {
      const answer = await pool.run({ spec, failureTrace: "" }, LIMIT_MS);
      if (answer.kind !== "done") throw new Error(`a run of bench:engine ${answer.kind}: ${answer.error}`);
    }
  };
  await Promise.all(Array.from({ length: pool.workers }, lane));
  return (list.length / (performance.now() - started)) * 1000;
}

const digits = (value: number): number => Math.round(value * 100) / 100;
