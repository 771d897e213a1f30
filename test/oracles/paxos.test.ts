/** Paxos and Multi-Paxos beside each other and beside Raft; the formulas of their normal case are in `formulas.ts`. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import type { Accept } from "../../algorithms/multi-paxos/messages.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { type Envelope, Lockstep } from "../algorithms/lockstep.ts";
import { put } from "../algorithms/requests.ts";
import { attemptBatches, attemptSizes, attempts, messagesOfAttempts } from "./attempts.ts";
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
  const cells = attemptSizes.flatMap(n =>
    attempts.flatMap(count => attemptBatches.map(batch => [n, count, batch] as const)),
  );
  test.each(cells)(
    "n=%i: (4 + 2(k-1))(n-1)/b messages if it is chosen in attempt k = %i, b = %i",
    (n, count, batch) => {
      const { measured, expected } = messagesOfAttempts(n, count, batch);
      expect(measured).toBe(expected);
    },
  );
});

/** Why Multi-Paxos has no three delays to the client (docs/oracles.md): acceptances of two ballots do not add up. */
describe("Multi-Paxos, a command that a majority has accepted", () => {
  test("is not chosen if they did so in two ballots, which a client could not tell from one", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    const [first, other] = [put(1, "first", 0), put(1, "other", 1)];
    const onlyBetween =
      (...nodes: readonly number[]) =>
      ({ from, to }: Envelope) =>
        !nodes.includes(from) || !nodes.includes(to);
    const elect = (node: number, follower: number) => {
      for (let tries = 0; tries < 2; tries++) cluster.timeout(node, "election"); // the first asks the old leader
      cluster.settle(onlyBetween(node, follower));
    };
    const accepted = (node: number) =>
      cluster.disks[node]!.flatMap(record => (record as Partial<Accept>).values ?? []).at(-1);
    cluster.elect(0);
    cluster.request(0, first);
    cluster.settle(onlyBetween(0)); // accepted by n0, in its ballot
    elect(1, 2);
    cluster.request(1, other);
    cluster.settle(onlyBetween(1)); // accepted by n1, in a higher one
    cluster.timeout(2, "election");
    cluster.timeout(2, "election");
    cluster.settle(({ from, message }) => from === 1 || message.type === "Accept"); // by n2, in a still higher one
    expect([accepted(0), accepted(2)]).toEqual([first, first]);
    expect(cluster.answers).toEqual([]);
    elect(1, 0);
    expect(cluster.nodes[1]!.replica.status().committed).toBe(1);
    expect([accepted(0), accepted(1)]).toEqual([other, other]);
  });
});
