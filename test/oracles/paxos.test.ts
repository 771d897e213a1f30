/** Multi-Paxos and Paxos without faults: closed formulas from the papers, each behind its option, to be met exactly. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { Lockstep } from "../algorithms/lockstep.ts";
import { put } from "../algorithms/requests.ts";
import { counted, DELAY_US, type Ideal, ideal as idealRun } from "./ideal.ts";

const sizes = [1, 3, 4, 5, 6, 7, 9];
const batches = [1, 2, 8, 64];
const cells = sizes.flatMap(n => batches.map(batch => ({ n, batch })));
const several = cells.filter(({ n }) => n > 1);

/** Somebody leads by then; whatever clients do before it is only to be simulated and checked. */
const ideal = (protocol: AnyProtocol, given: Ideal) =>
  idealRun(protocol, { ...given, workload: { warmupNs: 350e6, ...given.workload } });

const othersInMajority = (n: number) => Math.floor(n / 2);

function expectExactly(protocol: AnyProtocol, given: Ideal, perCommand: number, delays: number): void {
  const line = ideal(protocol, given);
  const { submitted, ok } = line.ops!;
  expect(ok).toBe(submitted);
  expect(ok).toBe((given.clients ?? given.batch ?? 1) * 20);
  // Whoever is not asked hears later of what was chosen. That is recovery: papers count the deciding quorum.
  const { recovery } = line.messages!.by_cause;
  expect(counted(line) - (given.options?.thrifty === true ? recovery! : 0)).toBe(perCommand * ok);
  expect(line.messages!.client.count).toBe(2 * ok);
  const { mean, min, max } = line.latency_us!;
  const expected = delays * DELAY_US;
  expect({ mean, min, max }).toEqual({ mean: expected, min: expected, max: expected });
}

/** From a client to the leader and back, and from the leader to the others and back, where there are others. */
const leaderDelays = (n: number) => (n === 1 ? 2 : 4);

describe("Multi-Paxos, messages per command and client latency", () => {
  const variants = [
    { commitNotice: "piggyback", text: "2(n-1)/b", messages: (n: number) => 2 * (n - 1) },
    { commitNotice: "notice", text: "3(n-1)/b", messages: (n: number) => 3 * (n - 1) },
    { commitNotice: "accepted", text: "n(n-1)/b", messages: (n: number) => n * (n - 1) },
    { commitNotice: "accepted-own", text: "(n²-1)/b", messages: (n: number) => n * n - 1 },
  ];
  for (const { commitNotice, text, messages } of variants) {
    test.each(cells)(`n=$n, batch $batch: ${text} with commitNotice ${commitNotice}`, ({ n, batch }) => {
      const options = { commitNotice };
      expectExactly(multiPaxos, { n, batch, options }, messages(n) / batch, leaderDelays(n));
    });
  }

  test.each(cells)("n=$n, batch $batch: 2q/b if thrifty, q others making a quorum", ({ n, batch }) => {
    const options = { thrifty: true };
    expectExactly(multiPaxos, { n, batch, options }, (2 * othersInMajority(n)) / batch, leaderDelays(n));
  });

  test.each([3, 4, 5, 7, 9].flatMap(n => Array.from({ length: n }, (_, index) => [n, index + 1] as const)))(
    "n=%i: 2(q-1) if thrifty and flexible, with %i in phase 2",
    (n, phase2Quorum) => {
      const options = { thrifty: true, phase2Quorum };
      const delays = phase2Quorum === 1 ? 2 : 4;
      expectExactly(multiPaxos, { n, options }, 2 * (phase2Quorum - 1), delays);
    },
  );

  test.each(cells)(
    "n=$n: $batch commands in every instance, and as many instances as that takes",
    ({ n, batch }) => {
      const line = ideal(multiPaxos, { n, batch });
      if (n === 1) return expect(line.batch_mean).toBeNull();
      expect(line.batch_mean).toBe(batch);
      expect(line.instances).toBe(20);
    },
  );
});

describe("Multi-Paxos, reads", () => {
  test.each(sizes)("n=%i: through the log, what a write costs", n => {
    expectExactly(multiPaxos, { n, kind: "get" }, 2 * (n - 1), leaderDelays(n));
  });

  test.each(sizes)("n=%i: by index, a round of 2(n-1) messages and 4 delays", n => {
    expectExactly(multiPaxos, { n, kind: "get", reads: "index" }, 2 * (n - 1), leaderDelays(n));
  });

  test("n=5: the seven reads that arrive during a round share one", () => {
    const given = { n: 5, kind: "get", reads: "index", clients: 8, workload: { operations: 8 } } as const;
    const line = ideal(multiPaxos, given);
    expect(line.messages!.by_cause.read).toBe(2 * 2 * 4);
    expect([line.latency_us!.min, line.latency_us!.max]).toEqual([4 * DELAY_US, 6 * DELAY_US]);
  });

  test.each(sizes.flatMap(n => (["lease", "local"] as const).map(reads => [n, reads] as const)))(
    "n=%i: %s, no message and 2 delays",
    (n, reads) => {
      expectExactly(multiPaxos, { n, kind: "get", reads }, 0, 2);
    },
  );
});

/** Howard and Mortier, Paxos vs Raft: Have we reached consensus on distributed consensus?, 2020. */
describe("Raft and Multi-Paxos cost the same", () => {
  const variants = ["piggyback", "notice"].flatMap(commitNotice =>
    cells.map(cell => ({ ...cell, commitNotice })),
  );
  test.each(variants)("n=$n, batch $batch, commitNotice $commitNotice", ({ n, batch, commitNotice }) => {
    const [one, other] = [raft, multiPaxos].map(protocol => {
      const line = ideal(protocol, { n, batch, options: { commitNotice } });
      const { by_cause, client, per_op } = line.messages!;
      return { by_cause, client: client.count, per_op, latency: line.latency_us, ops: line.ops };
    });
    expect(one).toEqual(other);
  });

  test.each(["log", "index", "lease", "local"] as const)("reads: %s", reads => {
    const [one, other] = [raft, multiPaxos].map(protocol => {
      const line = ideal(protocol, { n: 5, kind: "get", reads });
      return { by_cause: line.messages!.by_cause, latency: line.latency_us };
    });
    expect(one).toEqual(other);
  });

  test.each([3, 4, 5, 7, 9])("n=%i: an election, 4(n-1) messages each", n => {
    for (const protocol of [raft, multiPaxos]) {
      const cluster = new Lockstep(protocol, n);
      cluster.elect(0);
      expect(cluster.count("election"), protocol.name).toBe(4 * (n - 1));
      expect(cluster.sent.length).toBe(4 * (n - 1));
    }
  });
});

describe("Paxos, messages per command and client latency", () => {
  const delays = (n: number) => (n === 1 ? 2 : 6);

  test.each(cells)("n=$n, batch $batch: 4(n-1)/b, the proposer learns", ({ n, batch }) => {
    const options = { proposers: "one", learn: "proposer" };
    expectExactly(paxos, { n, batch, options }, (4 * (n - 1)) / batch, delays(n));
  });

  test.each(cells)("n=$n, batch $batch: 5(n-1)/b, everybody learns", ({ n, batch }) => {
    const options = { proposers: "one" };
    expectExactly(paxos, { n, batch, options }, (5 * (n - 1)) / batch, delays(n));
  });

  test.each(several)("n=$n, batch $batch: 4n/b, the proposer is none of the n", ({ n, batch }) => {
    const options = { proposers: "external", learn: "proposer" };
    expectExactly(paxos, { n: n + 1, batch, options }, (4 * n) / batch, 6);
  });

  test.each(sizes)("n=%i: a lone client costs the same whoever may propose", n => {
    expectExactly(paxos, { n }, 5 * (n - 1), delays(n));
  });

  test.each([3, 4, 5, 7, 9].flatMap(n => [1, 2, 3, 5].map(attempts => [n, attempts] as const)))(
    "n=%i: (4 + 2(k-1))(n-1) if it is chosen in attempt k = %i",
    (n, attempts) => {
      const cluster = new Lockstep(paxos, n, { options: { learn: "proposer" } });
      const rival = (round: number) => ({ type: "Prepare", slot: 1, ballot: round * n + n - 1 });
      const outbid = (round: number) => {
        for (let node = 1; node < n; node++) {
          cluster.nodes[node]!.replica.onMessage(n - 1, rival(round));
          cluster.nodes[node]!.take(); // its promise goes to the rival, who is not heard of again
        }
      };
      if (attempts > 1) outbid(1);
      cluster.request(0, put(1));
      for (let attempt = 1; attempt < attempts; attempt++) {
        cluster.settle();
        expect(cluster.answers).toEqual([]);
        if (attempt + 1 < attempts) outbid(attempt + 1);
        cluster.advance(100);
        cluster.timeout(0, "retry");
      }
      cluster.settle();
      expect(cluster.answers.length).toBe(1);
      expect(cluster.sent.length).toBe((4 + 2 * (attempts - 1)) * (n - 1));
    },
  );
});
