/** Paxos and Multi-Paxos beside each other and beside Raft; the formulas of their normal case are in `formulas.ts`. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { Lockstep } from "../algorithms/lockstep.ts";
import { attemptSizes, attempts, messagesOfAttempts } from "./attempts.ts";
import { ideal } from "./ideal.ts";

/** Howard and Mortier, Paxos vs Raft: Have we reached consensus on distributed consensus?, 2020. */
describe("Raft and Multi-Paxos cost the same", () => {
  const cells = ["piggyback", "notice"].flatMap(commitNotice =>
    [1, 3, 4, 5, 6, 7, 9].flatMap(n => [1, 2, 8, 64].map(batch => ({ n, batch, commitNotice }))),
  );
  test.each(cells)("n=$n, batch $batch, commitNotice $commitNotice", ({ n, batch, commitNotice }) => {
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

describe("Paxos, where a rival outbids the proposer", () => {
  test.each(attemptSizes.flatMap(n => attempts.map(count => [n, count] as const)))(
    "n=%i: (4 + 2(k-1))(n-1) messages if it is chosen in attempt k = %i",
    (n, count) => {
      const { measured, expected } = messagesOfAttempts(n, count);
      expect(measured).toBe(expected);
    },
  );
});
