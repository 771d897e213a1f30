import { describe, expect, test } from "vitest";
import type { Request } from "#protocol";
import { algorithms } from "../../algorithms/index.ts";
import { HistoryRecorder } from "../../src/checks/history.ts";
import { linearizable } from "../../src/checks/linearizability/linearizable.ts";
import { RunningWitness } from "../../src/checks/running-witness.ts";
import { allWatching, clusterOf, runFor } from "../../src/harness/engine/cluster.ts";
import { loadWorkload } from "../../src/workload/load.ts";
import { request } from "./histories.ts";

/** Everything that is told to both: whoever does not doubt must be right. */
class Both {
  readonly witness = new RunningWitness();
  readonly recorder = new HistoryRecorder();

  executed(told: Request): void {
    this.witness.executed(told);
    this.recorder.executed(told);
  }

  onOperation(...told: Parameters<HistoryRecorder["onOperation"]>): void {
    this.witness.onOperation(...told);
    this.recorder.onOperation(...told);
  }

  get verdict(): string {
    return linearizable(this.recorder.history).verdict;
  }
}

describe("what is seen to take effect between call and return", () => {
  test("leaves nothing in doubt", () => {
    const both = new Both();
    const [put, get] = [request(0, 1, "put", "a"), request(1, 1, "get")];
    both.executed(put);
    both.executed(get);
    both.onOperation(get, 2, 5, "ok", "a");
    both.onOperation(put, 1, 6, "ok", undefined);
    const swap = request(0, 2, "cas", "b", "a");
    both.executed(swap);
    both.onOperation(swap, 7, 9, "ok", true);
    both.witness.readAtEnd(request(9, 1, "get"), 10, "b");
    expect(both.witness.inDoubt).toBe(false);
    expect(both.verdict).toBe("valid");
  });

  test("of unknown outcome may take effect whenever it does, or never", () => {
    const both = new Both();
    const [late, never, get] = [request(0, 1, "put", "a"), request(1, 1, "put", "b"), request(2, 1, "get")];
    both.onOperation(late, 1, 2, "unknown", undefined);
    both.onOperation(never, 1, 2, "unknown", undefined);
    both.executed(late);
    both.executed(get);
    both.onOperation(get, 5, 6, "ok", "a");
    expect(both.witness.inDoubt).toBe(false);
    expect(both.verdict).toBe("valid");
  });
});

describe("in doubt is", () => {
  const doubts: Readonly<Record<string, (witness: RunningWitness) => void>> = {
    "an answer before anybody executed": witness =>
      witness.onOperation(request(0, 1, "put", "a"), 1, 2, "ok", undefined),
    "a read of what the key did not hold": witness => {
      const get = request(0, 1, "get");
      witness.executed(get);
      witness.onOperation(get, 1, 2, "ok", "a");
    },
    "a swap that is said to have succeeded": witness => {
      const swap = request(0, 1, "cas", "b", "a");
      witness.executed(swap);
      witness.onOperation(swap, 1, 2, "ok", true);
    },
    "a failure that had taken effect": witness => {
      const put = request(0, 1, "put", "a");
      witness.executed(put);
      witness.onOperation(put, 1, 2, "failed", undefined);
    },
    "a failure that takes effect later": witness => {
      const put = request(0, 1, "put", "a");
      witness.onOperation(put, 1, 2, "failed", undefined);
      witness.executed(put);
    },
    "a command that is not the one asked for": witness => {
      witness.executed(request(0, 1, "put", "forged"));
      witness.onOperation(request(0, 1, "put", "a"), 1, 2, "ok", undefined);
    },
    "a replica that holds something else at the end": witness => {
      witness.executed(request(0, 1, "put", "a"));
      witness.readAtEnd(request(1, 1, "get"), 3, "b");
    },
  };

  test.each(Object.keys(doubts))("%s", name => {
    const witness = new RunningWitness();
    doubts[name]!(witness);
    expect(witness.inDoubt).toBe(true);
  });
});

test("whatever clients are told: what is not in doubt is linearizable", () => {
  let [certain, wrong] = [0, 0];
  for (let seed = 1; seed <= 3000; seed++) {
    const both = drawn(seed);
    if (both.verdict === "invalid") wrong++;
    if (both.witness.inDoubt) continue;
    certain++;
    expect(both.verdict, `seed ${seed}`).toBe("valid");
  }
  expect(certain).toBeGreaterThan(300);
  expect(wrong).toBeGreaterThan(300);
});

/** Three clients, one key; now and then somebody is told what is not so. */
function drawn(seed: number): Both {
  const both = new Both();
  let state = seed;
  const dice = (sides: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % sides;
  };
  let held: string | undefined;
  const open = new Map<
    number,
    { request: Request; call: number; seen: string | boolean | undefined | null }
  >();
  const sequences = [0, 0, 0];
  for (let now = 1; now < 40; now++) {
    const client = dice(3);
    const mine = open.get(client);
    if (mine === undefined) {
      const sequence = ++sequences[client]!;
      const kind = (["get", "put", "cas"] as const)[dice(3)]!;
      const asked = request(
        client,
        sequence,
        kind,
        `${client}.${sequence}`,
        kind === "cas" ? held : undefined,
      );
      open.set(client, { request: asked, call: now, seen: null });
    } else if (mine.seen === null && dice(12) > 0) {
      both.executed(mine.request);
      const { kind, value, expected } = mine.request.command;
      mine.seen = kind === "get" ? held : kind === "cas" ? held === expected : undefined;
      if (kind === "put" || mine.seen === true) held = value;
    } else {
      const slip = dice(40) === 0;
      const seen = mine.seen === null ? undefined : mine.seen;
      both.onOperation(mine.request, mine.call, now, "ok", slip ? undefined : seen);
      open.delete(client);
    }
  }
  for (const { request: asked, call } of open.values())
    both.onOperation(asked, call, 40, "unknown", undefined);
  return both;
}

test.each(algorithms.map(({ name }) => name))("an undisturbed run of %s needs no search", name => {
  const protocol = algorithms.find(one => one.name === name)!;
  const workload = { ...loadWorkload("steady"), durationNs: 1e9, warmupNs: 0 };
  const watchers = allWatching(protocol, 4);
  const cluster = clusterOf(protocol, 4, 1, workload, watchers);
  runFor(cluster, 1e9);
  expect(cluster.pool.submitted).toBeGreaterThan(100);
  expect(watchers.witness?.inDoubt).toBe(false);
});
