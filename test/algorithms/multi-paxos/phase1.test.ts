import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import type { Accept } from "../../../algorithms/multi-paxos/messages.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";
import {
  accept,
  accepted,
  ballot,
  heartbeat,
  leader,
  promise,
  sends,
  sentTo,
  start,
  takeOver,
} from "./recorded.ts";

const candidate = (given = {}, stored: readonly unknown[] = []) => {
  const recording = start(given, stored);
  recording.replica.onTimeout("election");
  return recording;
};

describe("Multi-Paxos, phase 1: the proposer", () => {
  test("a candidate asks for all slots that follow, once its own promise is durable", () => {
    const recording = candidate();
    const send = { type: "Prepare", ballot: ballot(1, 0), from: 1 };
    expect(recording.take({ timers: true })).toEqual([
      { persist: { type: "Promised", ballot: ballot(1, 0) } },
      { setTimer: "election", delay: 225 },
      { to: 0, send },
      { to: 1, send },
      { to: 2, send },
    ]);
    expect(recording.replica.status()).toMatchObject({ role: "candidate", epoch: 1 });
  });

  test("ballots of different nodes differ in one round, and the epoch is the round", () => {
    const first = candidate({ self: 1 }).take();
    const second = candidate({ self: 2 }).take();
    expect(sends(first, "Prepare")[0]).toMatchObject({ ballot: ballot(1, 1) });
    expect(sends(second, "Prepare")[0]).toMatchObject({ ballot: ballot(1, 2) });
    expect(ballot(1, 1)).not.toBe(ballot(1, 2));
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [9, 5],
    [64, 33],
  ])("of %i servers %i promises make a leader, each counted once", (n, quorum) => {
    const recording = candidate({ n });
    for (let node = 0; node < quorum - 1; node++) {
      recording.replica.onMessage(node, promise(ballot(1, 0, n)));
      recording.replica.onMessage(node, promise(ballot(1, 0, n)));
    }
    expect(recording.replica.status().role).toBe("candidate");
    recording.replica.onMessage(quorum - 1, promise(ballot(1, 0, n)));
    expect(recording.replica.status().role).toBe("leader");
  });

  test("its own promise, which waits for its disk, has to be among them", () => {
    const recording = candidate();
    for (const node of [1, 2]) recording.replica.onMessage(node, promise(ballot(1, 0)));
    expect(recording.replica.status().role).toBe("candidate");
    recording.replica.onMessage(0, promise(ballot(1, 0)));
    expect(recording.replica.status().role).toBe("leader");
  });

  test("promises of an older ballot do not count", () => {
    const recording = candidate();
    recording.replica.onTimeout("election");
    for (const node of [0, 1, 2]) recording.replica.onMessage(node, promise(ballot(1, 0)));
    expect(recording.replica.status()).toMatchObject({ role: "candidate", epoch: 2 });
  });

  test("for each slot the value of the highest ballot is adopted, and holes become no-ops", () => {
    const recording = candidate({ n: 5 }, [{ type: "Promised", ballot: ballot(6, 4, 5) }]);
    const old = ballot(2, 3, 5);
    const newer = ballot(5, 1, 5);
    recording.take();
    const own = ballot(7, 0, 5);
    recording.replica.onMessage(0, promise(own, [[old, put(1)]]));
    recording.replica.onMessage(
      3,
      promise(own, [
        [newer, put(2)],
        [0, undefined],
        [old, put(3)],
      ]),
    );
    recording.replica.onMessage(
      4,
      promise(own, [
        [old, put(4)],
        [0, undefined],
        [newer, put(5)],
      ]),
    );
    const accepts = sentTo(recording, 1).filter(({ type }) => type === "Accept");
    expect(accepts).toEqual([accept(own, 1, [put(2), undefined, put(5)], 0, { cause: "recovery" })]);
  });

  test("what is adopted goes out in instances no larger than the others", () => {
    const recording = candidate({ policy: { batch: { max: 2, min: 1, delay: 0 } } });
    const lower = ballot(0, 2);
    const held = [1, 2, 3, 4, 5].map(sequence => [lower, put(sequence)] as const);
    for (const node of [0, 1]) recording.replica.onMessage(node, promise(ballot(1, 0), held));
    const accepts = sends(recording.take(), "Accept").slice(0, 6) as Accept[];
    expect(new Set(accepts.map(({ first, values }) => `${first}+${values.length}`))).toEqual(
      new Set(["1+2", "3+2", "5+1"]),
    );
  });

  test("what a promise says to be chosen is learnt at once, whatever others accepted in higher ballots", () => {
    const recording = candidate({ n: 5 });
    const own = ballot(1, 0, 5);
    recording.take();
    recording.replica.onMessage(0, promise(own));
    recording.replica.onMessage(1, promise(own, [[1, append(1, "a")]], { committed: 1 }));
    recording.replica.onMessage(
      2,
      promise(own, [
        [3, append(1, "b")],
        [3, append(2, "c")],
      ]),
    );
    expect(recording.replica.status()).toMatchObject({ role: "leader", committed: 1 });
    expect(recording.store.read(get(1))).toBe("a");
    expect(sends(recording.take(), "Accept")[0]).toMatchObject({ first: 2, values: [append(2, "c")] });
  });

  test("a new leader without anything to adopt announces itself, and proposes nothing", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    cluster.elect(1);
    expect(cluster.nodes.map(({ replica }) => replica.status().leader)).toEqual([1, 1, 1]);
    expect(cluster.count("election")).toBe(2 + 2 + 2 + 2);
    expect(cluster.nodes[1]!.replica.status().logLength).toBe(0);
  });

  test("a nack carries the ballot that has to be outbid", () => {
    const recording = candidate();
    recording.replica.onMessage(1, { type: "Nack", promised: ballot(8, 2) });
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 8 });
    recording.take();
    recording.replica.onTimeout("election"); // it asks n2 whether it is there
    recording.replica.onTimeout("election");
    expect(sends(recording.take(), "Prepare")[0]).toMatchObject({ ballot: ballot(9, 0) });
  });

  test("candidacies in vain are followed by longer and longer time-outs, up to a limit", () => {
    const recording = start();
    const delays = [1, 2, 3, 4, 5].map(() => {
      recording.replica.onTimeout("election");
      return recording.take({ timers: true }).find(effect => "setTimer" in effect);
    });
    expect(delays).toEqual([225, 450, 900, 900, 900].map(delay => ({ setTimer: "election", delay })));
    recording.replica.onMessage(1, heartbeat(ballot(9, 1), 0));
    expect(recording.take({ timers: true })).toContainEqual({ setTimer: "election", delay: 225 / 2 });
  });
});

describe("Multi-Paxos, phase 1: the acceptor", () => {
  test("a promise is durable before it is given", () => {
    const recording = start();
    recording.replica.onMessage(1, { type: "Prepare", ballot: ballot(1, 1), from: 1 });
    expect(recording.take()).toEqual([
      { persist: { type: "Promised", ballot: ballot(1, 1) } },
      { to: 1, send: promise(ballot(1, 1)) },
    ]);
  });

  test("a promise tells what has been accepted from the slot on that was asked about, and how far it is chosen", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(4, 1, [put(1), put(2)]));
    recording.replica.onMessage(1, accept(4, 4, [put(4)], 2));
    recording.take();
    recording.replica.onMessage(2, { type: "Prepare", ballot: ballot(3, 2), from: 2 });
    expect(sentTo(recording, 2)).toEqual([
      promise(
        ballot(3, 2),
        [
          [4, put(2)],
          [0, undefined],
          [4, put(4)],
        ],
        { from: 2, committed: 2 },
      ),
    ]);
  });

  test("a lower ballot is refused; the same one is promised again", () => {
    const recording = start();
    for (const [node, round] of [
      [2, 5],
      [1, 4],
      [1, 5],
      [2, 5],
    ] as const)
      recording.replica.onMessage(node, { type: "Prepare", ballot: ballot(round, node), from: 1 });
    expect(recording.take()).toEqual([
      { persist: { type: "Promised", ballot: ballot(5, 2) } },
      { to: 2, send: promise(ballot(5, 2)) },
      { to: 1, send: { type: "Nack", promised: ballot(5, 2) } },
      { to: 1, send: { type: "Nack", promised: ballot(5, 2) } },
      { to: 2, send: promise(ballot(5, 2)) },
    ]);
  });

  test("a promise survives a crash, and so does one that was given by accepting", () => {
    for (const stored of [[{ type: "Promised", ballot: ballot(5, 2) }], storedByAccepting()]) {
      const recording = start({}, stored);
      recording.replica.onMessage(1, { type: "Prepare", ballot: ballot(5, 1), from: 1 });
      expect(sentTo(recording, 1)).toEqual([{ type: "Nack", promised: ballot(5, 2) }]);
    }
  });

  test("a server that restarts begins above the ballots it has used", () => {
    const first = candidate().take();
    const stored = first.flatMap(effect => ("persist" in effect ? [effect.persist] : []));
    const again = candidate({}, stored).take();
    expect(sends(again, "Prepare")[0]).toMatchObject({ ballot: ballot(2, 0) });
  });

  test("a leader that is outbid sends its waiting clients away and asks nobody for anything any more", () => {
    const recording = leader({ policy: { batch: { max: 8, min: 8, delay: 0 } } });
    recording.replica.onRequest(put(1));
    recording.replica.onMessage(2, { type: "Prepare", ballot: ballot(2, 2), from: 1 });
    expect(recording.take()[0]).toEqual({ redirect: undefined, request: put(1) });
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 2, leader: undefined });
    recording.replica.onMessage(1, accepted(ballot(1, 0), 1));
    recording.replica.onTimeout("heartbeat");
    expect(recording.take()).toEqual([]);
  });

  test("a server whose log is behind may win, and takes over what the others have accepted", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    cluster.elect(0);
    for (const [sequence, letter] of [..."abc"].entries()) {
      cluster.request(0, append(sequence + 1, letter));
      cluster.settle(({ to }) => to === 2);
    }
    cluster.crash(0);
    takeOver(cluster, 2);
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ role: "leader", committed: 3 });
    expect(cluster.nodes[2]!.store.read(get(9))).toBe("abc");
  });
});

function storedByAccepting(): unknown[] {
  const recording = start();
  recording.replica.onMessage(2, accept(ballot(5, 2), 1, [put(1)]));
  return recording.take().flatMap(effect => ("persist" in effect ? [effect.persist] : []));
}
