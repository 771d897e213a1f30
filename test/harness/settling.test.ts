/** What a cluster has to do once everything is healed: first without those that are down, then with them. */
import { describe, expect, test } from "vitest";
import { isRead, type Options, type Request } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import type { RaftOptions } from "../../algorithms/raft/options.ts";
import { Raft } from "../../algorithms/raft/raft.ts";
import type { RaftContext } from "../../algorithms/raft/server.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { mutantOfRaft } from "../mutants/raft/mutant.ts";

/** Nothing is committed before everybody has it: right in all it does, and at the mercy of each single server. */
class Patient extends Raft {
  constructor(context: RaftContext, options: RaftOptions) {
    super(context, options);
    this.server.commitQuorum = context.replicas.length;
  }
}
const patient = mutantOfRaft("patient", (context, options) => new Patient(context, options));

/** It orders what it is asked, and keeps what it reads to itself. */
class Silent extends Raft {
  override onRequest(request: Request): void {
    if (!isRead(request)) super.onRequest(request);
  }
}
const silent = mutantOfRaft("silent", (context, options) => new Silent(context, options));

/** It takes what one client asks for to be on its way, for ever. */
class Deaf extends Raft {
  override onRequest(request: Request): void {
    if (request.client !== 0) super.onRequest(request);
  }
}
const deaf = mutantOfRaft("deaf", (context, options) => new Deaf(context, options));

function live(protocol: typeof raft, faults: string, n = 3, reads = "log") {
  return judged(
    protocol,
    `
reads: ${reads}
clients: { mode: closed, count: 2, retry: 200ms, timeout: 1s }
operations: { put: 100 }
warmup: 500ms
duration: 2s
faults: [${faults}]
`,
    n,
  );
}

function judged(protocol: typeof raft, text: string, n: number, seed = 1, options: Options = {}) {
  const workload = parseWorkload("mine", text, "mine.yaml");
  const names = { key: "key", pairKey: "pair", rerun: "npm run bench -- --seed 1" };
  const spec = { algo: protocol.name, n, seed, options, workload, point: {}, traceFile: undefined };
  const { checks } = runOnce({ ...spec, ...names }, protocol).line;
  return { live: checks.live, sentence: checks.violations![0]?.sentence };
}

describe("a cluster that has to recover", () => {
  test("does so without as many as it tolerates, which stay down", () => {
    expect(live(raft, "{ at: 1s, crash: follower }").live).toBe("valid");
    expect(live(raft, "{ at: 1s, crash: [leader, follower] }", 5).live).toBe("valid");
  });

  test("is stuck if it needs them, and it says whom it had to do without", () => {
    const { live: verdict, sentence } = live(patient, "{ at: 1s, crash: n2 }");
    expect(verdict).toBe("invalid");
    expect(sentence).toContain(
      "a write is still not answered 60 s after everything was healed, without n2, led by n",
    );
    expect(live(patient, "{ at: 1s, for: 500ms, crash: n2 }").live).toBe("valid"); // it came back
  });

  test("may need them where more are down than it tolerates", () => {
    expect(live(raft, "{ at: 1s, crash: all }").live).toBe("valid");
    expect(live(patient, "{ at: 1s, crash: [n1, n2], torn: true }").live).toBe("valid");
  });

  test("other faults end before it is asked, those of disks with them", () => {
    expect(
      live(raft, "{ at: 1s, fsyncFailure: leader }, { at: 1s, partition: [[n0], [n1], [n2]] }").live,
    ).toBe("valid");
  });

  test("answers a read as well, where reads take a way of their own", () => {
    for (const reads of ["index", "lease", "local"]) {
      expect(live(raft, "{ at: 1s, crash: follower }", 3, reads).live).toBe("valid");
      const { live: verdict, sentence } = live(silent, "{ at: 1s, crash: follower }", 3, reads);
      expect(verdict).toBe("invalid");
      expect(sentence).toContain(
        "progress: a read is still not answered 60 s after everything was healed, without n",
      );
    }
    expect(live(silent, "{ at: 1s, for: 500ms, crash: follower }").live).toBe("valid"); // who writes can read
    expect(live(silent, "{ at: 1s, for: 500ms, crash: follower }", 3, "index").sentence).toContain(
      "progress: a read",
    );
  });

  test("answers what a client gave up, if it is asked again", () => {
    const { live: verdict, sentence } = live(deaf, "{ at: 1s, crash: follower }");
    expect(verdict).toBe("invalid");
    expect(sentence).toMatch(
      /^progress: operation 1 of client 0 \(put k\d+\), asked for again, is still not answered/,
    );
    expect(live(raft, "{ at: 1s, for: 2s, partition: [[n0], [n1], [n2]] }").live).toBe("valid");
  });

  test("is not stuck if somebody else leads after the last answer, and waits for the next entry to commit it", () => {
    const text = `
duration: 2242ms
warmup: 0s
clients: { mode: open, rate: 2/s, retry: 112ms, timeout: 336ms }
operations: { append: 1 }
keys: { distribution: uniform, count: 1 }
value: 10B
network: ideal
cost: ideal
batching: { max: 1, window: 1 }
faults:
  - { after: { elections: 1, delay: 1756us }, crash: candidate }
  - { at: 1868ms, for: 405ms, until: 2236ms, cut: [leader, follower] }
`;
    expect(judged(raft, text, 3, 246962164, { checkQuorum: true, noOp: false }).live).toBe("valid");
  });

  test("of liars, too, whose answers count for nothing", () => {
    const lies = "]\nbyzantine: [{ node: n1, lie: wrong-reply }";
    expect(live(pbft, `{ at: 1s, for: 500ms, crash: n2 }${lies}`, 4, "index").live).toBe("valid");
  });
});
