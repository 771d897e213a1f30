/** Each invariant by facts that break it and nothing else, beside honest ones that look much alike. */
import { describe, expect, test } from "vitest";
import { inSlots, requestOf, Script } from "./facts.ts";

/** A cluster of three in which all is as it should be: client 1's command is at position 1. */
const wellBegun = () =>
  new Script().fact(0, "leads", 1).accept([0, 1], 1, 1, 1).commit([0], 1, 1, 1).execute(0, 1, 1);

describe("state-machine safety", () => {
  test("two replicas commit different commands at one position", () => {
    const script = wellBegun().commit([1], 2, 1, 2);
    expect(script.broken).toEqual(["state-machine-safety"]);
    expect(script.sentence).toBe(
      "state-machine-safety: n0 committed operation 1 of client 1 (put k1) at position 1 in epoch 1 at 0.000 ms, " +
        "but n1 committed operation 1 of client 2 (put k2) at position 1 in epoch 2 at 0.000 ms: " +
        "one command is chosen at a position, once and for all",
    );
  });

  test("the facts stand in fields of their own", () => {
    const [violation] = wellBegun().commit([1], 2, 1, 2).checker.violations;
    expect(violation).toMatchObject({ position: 1, epoch: 2 });
    expect(violation!.facts.map(({ node }) => node)).toEqual([0, 1]);
  });

  test("a replica executes what another did not commit there", () => {
    expect(wellBegun().commit([1], 1, 1, 1).execute(1, 1, 2).broken).toContain("state-machine-safety");
  });

  test("the same commands led to another state", () => {
    const script = wellBegun().commit([1], 1, 1, 1).execute(1, 1, 1);
    expect(script.finish().broken).toEqual([]);
    script.digests[1] = 7;
    const other = wellBegun().commit([1], 1, 1, 1).execute(1, 1, 1);
    other.digests[1] = 7;
    expect(other.finish().broken).toEqual(["state-machine-safety"]);
  });

  test("a list of commands is compared with what is executed of it, one after another", () => {
    const script = new Script({ description: inSlots });
    const list = [script.request(1), script.request(2)];
    for (const node of [0, 1]) script.fact(node, "accepted", 1, 1, list);
    script.fact(0, "committed", 1, 1, list).execute(0, 1, 1).execute(0, 1, 2);
    script
      .fact(1, "committed", 1, 1, [...list])
      .execute(1, 1, 1)
      .execute(1, 1, 2);
    expect(script.finish().broken).toEqual([]);
    script.fact(2, "committed", 1, 1, list).execute(2, 1, 2).execute(2, 1, 1);
    expect(script.finish().broken).toEqual(["state-machine-safety"]);
  });

  test("whoever executes more of a list than was chosen is found out, and so is who stops in its middle", () => {
    const chosen = (...clients: number[]) => {
      const script = new Script({ description: inSlots });
      const list = clients.map(client => script.request(client));
      for (const node of [0, 1]) script.fact(node, "accepted", 1, 1, list);
      return script.fact(0, "committed", 1, 1, list);
    };
    const twice = chosen(1, 2)
      .execute(0, 1, 1)
      .execute(0, 1, 2)
      .execute(0, 1, 1, false)
      .execute(0, 1, 2, false);
    expect(twice.finish().broken).toEqual(["state-machine-safety"]);
    expect(chosen(1).execute(0, 1, 1).execute(0, 1, 1, false).finish().broken).toEqual([
      "state-machine-safety",
    ]);
    expect(chosen(1, 2).execute(0, 1, 1).execute(0, 1, 2).execute(0, 1, 3).finish().broken).toEqual([
      "state-machine-safety",
    ]);
    expect(chosen(1, 2).execute(0, 1, 1).finish().broken).toEqual(["state-machine-safety"]);
    expect(chosen(1, 2).execute(0, 1, 1).execute(0, 1, 2).finish().broken).toEqual([]);
  });

  test("a replica that was down executes a list anew, and is held to all of it", () => {
    const again = (...clients: number[]) => {
      const script = new Script({ description: inSlots });
      const list = [script.request(1), script.request(2)];
      for (const node of [0, 1]) script.fact(node, "accepted", 1, 1, list);
      script.fact(0, "committed", 1, 1, list).execute(0, 1, 1).execute(0, 1, 2).crash(0);
      script.effects[0] = 0;
      script.restart(0, () => script.fact(0, "accepted", 1, 1, list));
      script.fact(0, "committed", 1, 1, list);
      for (const client of clients) script.execute(0, 1, client);
      return script.finish().broken;
    };
    expect(again(1, 2)).toEqual([]);
    expect(again(1)).toContain("state-machine-safety");
    expect(again(2, 1)).toContain("state-machine-safety");
  });

  test("without any facts, executions are compared with each other", () => {
    const quiet = () => new Script({ description: undefined }).execute(0, 1, 1).execute(0, 2, 2);
    expect(quiet().execute(1, 1, 1).execute(1, 2, 2).finish().broken).toEqual([]);
    expect(quiet().execute(1, 1, 1).execute(1, 2, 3).finish().broken).toEqual(["state-machine-safety"]);
  });
});

describe("election safety", () => {
  test("an epoch has two leaders that never led at the same time", () => {
    const script = new Script().fact(0, "leads", 1).fact(0, "yields", 1).fact(1, "leads", 1);
    expect(script.broken).toEqual(["election-safety"]);
  });

  test("the same leader may take office again, and another in another epoch", () => {
    expect(new Script().fact(0, "leads", 1).fact(0, "leads", 1).fact(1, "leads", 2).broken).toEqual([]);
  });

  test("where nodes share a round nothing is asked", () => {
    const script = new Script({ description: inSlots }).fact(0, "leads", 1).fact(1, "leads", 1);
    expect(script.broken).toEqual([]);
  });
});

describe("log matching", () => {
  test("one epoch, one position, two entries", () => {
    expect(new Script().accept([0], 1, 1, 1).accept([1], 1, 1, 2).broken).toEqual(["log-matching"]);
    expect(new Script().accept([0], 1, 1, 1).accept([1], 2, 1, 2).broken).toEqual([]);
  });

  test("equal entries behind different ones", () => {
    const apart = new Script().accept([0], 1, 1, 1).accept([1], 2, 1, 2);
    expect(apart.accept([0, 1], 3, 2, 3).broken).toEqual(["log-matching"]);
    expect(apart.sentence).toContain("behind an entry of epoch 1");
  });

  test("logs that went apart long ago may go on doing so", () => {
    const script = new Script();
    for (const epoch of [1, 2, 3, 2, 1]) script.accept([epoch - 1], epoch, 1, epoch);
    expect(script.broken).toEqual([]);
  });
});

describe("leader completeness", () => {
  /** Figure 8 of the Raft paper: an entry of term 2 is counted on a majority in term 4, and lost. */
  const figure8 = () => {
    const script = new Script({ n: 5, quorum: 3 });
    script.fact(0, "leads", 2).accept([0, 1], 2, 1, 1);
    script.fact(4, "leads", 3).accept([4], 3, 1, 2);
    return script.fact(0, "leads", 4).accept([2], 2, 1, 1);
  };

  test("whoever leads later lacks what was committed", () => {
    const script = figure8().commit([0], 4, 1, 1).fact(4, "leads", 5);
    expect(script.broken).toEqual(["leader-completeness"]);
    expect(script.sentence).toContain("n4 became the leader of epoch 5 without it");
  });

  test("what was not committed may be lacking", () => {
    expect(figure8().fact(4, "leads", 5).broken).toEqual([]);
  });

  test("a leader of an epoch that was over by then may lack it", () => {
    expect(figure8().commit([0], 4, 1, 1).fact(3, "leads", 3).broken).not.toContain("leader-completeness");
  });
});

describe("what is chosen is kept", () => {
  test("a later ballot proposes something else", () => {
    const script = () => new Script({ description: inSlots }).accept([0, 1], 1, 1, 1).commit([0], 1, 1, 1);
    expect(script().accept([2], 2, 1, 1).broken).toEqual([]);
    expect(script().accept([2], 1, 1, 2).broken).toEqual([]);
    expect(script().accept([2], 2, 1, 2).broken).toEqual(["chosen-is-kept"]);
  });
});

describe("commits are durable", () => {
  test("on a quorum, at that moment", () => {
    const script = new Script().fact(0, "leads", 1);
    script.handed[0] = 1;
    script.handed[1] = 1;
    script.stored[1] = 0; // its disk is still writing
    script.accept([0, 1], 1, 1, 1).commit([0], 1, 1, 1);
    expect(script.broken).toEqual(["commit-durability"]);
    expect(script.sentence).toContain("only 1 replicas had it durably at that moment, and a quorum is 2");
  });

  test("a crashed replica's disk counts, what the disk had not got does not", () => {
    const script = (stored: number) => {
      const made = new Script();
      made.handed[1] = 1;
      made.stored[1] = stored;
      return made.accept([0, 1], 1, 1, 1).crash(1).commit([0], 1, 1, 1);
    };
    expect(script(1).broken).toEqual([]);
    expect(script(0).broken).toEqual(["commit-durability"]);
  });

  test("without durability, what is held in memory counts until the crash", () => {
    const script = () => {
      const made = new Script({ forgetful: true });
      made.handed[1] = 1;
      made.stored[1] = 0;
      return made.accept([0, 1], 1, 1, 1);
    };
    expect(script().commit([0], 1, 1, 1).broken).toEqual([]);
    expect(script().crash(1).commit([0], 1, 1, 1).broken).toEqual(["commit-durability"]);
  });

  test("who accepted something else does not count", () => {
    const script = new Script({ description: inSlots }).accept([0], 1, 1, 1).accept([1], 2, 1, 2);
    expect(script.commit([0], 1, 1, 1).broken).toEqual(["commit-durability"]);
  });
});

describe("validity", () => {
  test("nobody asked for it", () => {
    const script = new Script();
    const forged = requestOf(9, 1);
    script
      .fact(0, "accepted", 1, 1, forged)
      .fact(1, "accepted", 1, 1, forged)
      .fact(0, "committed", 1, 1, forged);
    expect(script.broken).toEqual(["validity"]);
  });

  test("its client asked for something else, or has not come so far", () => {
    for (const forged of [requestOf(1, 1, "other"), requestOf(1, 2)]) {
      const script = new Script({ description: undefined });
      script.request(1);
      expect(script.execute(0, 1, forged).finish().broken).toEqual(["validity"]);
    }
  });

  test("once found out it stays so, however much its client asks for meanwhile", () => {
    const script = new Script({ description: { ...inSlots, durableQuorum: false } });
    const list = [script.request(2), requestOf(1, 1, "other")];
    script.request(1);
    script.fact(0, "accepted", 1, 1, list);
    for (let sequence = 2; sequence < 12; sequence++) script.asked.note(requestOf(1, sequence));
    for (const node of [0, 1]) script.fact(node, "accepted", 2, 1, list);
    expect(script.fact(0, "committed", 2, 1, list).broken).toContain("validity");
  });

  test("a copy of what was asked for is as good as the object itself", () => {
    const script = new Script({ description: undefined });
    script.request(1);
    expect(script.execute(0, 1, requestOf(1, 1)).execute(1, 1, 1).finish().broken).toEqual([]);
  });

  test("a replica may be far behind its clients", () => {
    const script = new Script({ description: undefined });
    const requests = Array.from({ length: 20 }, (_, index) => requestOf(1, index + 1));
    for (const request of requests) script.asked.note(request);
    for (const [index, request] of requests.entries()) script.execute(0, index + 1, request);
    for (const [index, request] of requests.entries()) script.execute(1, index + 1, request);
    expect(script.finish().broken).toEqual([]);
  });
});

describe("at most once", () => {
  test("a retry takes effect a second time", () => {
    const retried = (takesEffect: boolean) =>
      new Script({ description: undefined }).execute(0, 1, 1).execute(0, 2, 1, takesEffect);
    expect(retried(false).broken).toEqual([]);
    expect(retried(true).broken).toEqual(["at-most-once"]);
  });

  test("also on a replica that is behind", () => {
    const script = new Script({ description: undefined }).execute(0, 1, 1).execute(0, 2, 1, false);
    script.execute(1, 1, 1).execute(1, 2, 1, true);
    expect(script.finish().broken).toEqual(["at-most-once"]);
  });
});

describe("positions are executed in order", () => {
  const decided = () =>
    new Script({ description: inSlots })
      .accept([0, 1], 1, 1, 1)
      .accept([0, 1], 1, 3, 3)
      .commit([0], 1, 1, 1)
      .commit([0], 1, 3, 3);

  test("a hole is skipped", () => {
    const script = decided().execute(0, 1, 1).execute(0, 3, 3);
    expect(script.broken).toEqual(["in-order"]);
    expect(script.sentence).toContain("executed position 3 without position 2");
  });

  test("a no-op is no hole", () => {
    const script = decided();
    for (const node of [0, 1]) script.fact(node, "accepted", 1, 2, undefined);
    script.fact(0, "committed", 1, 2, undefined);
    expect(script.execute(0, 1, 1).execute(0, 3, 3).broken).toEqual([]);
  });

  test("what a snapshot brought was not executed here", () => {
    expect(decided().fact(0, "snapshot", 1, 2).execute(0, 3, 3).broken).toEqual([]);
  });

  test("backwards", () => {
    const script = wellBegun().accept([0, 1], 1, 2, 2).commit([0], 1, 2, 2).execute(0, 2, 2);
    expect(script.execute(0, 1, 1, false).broken).toEqual(["in-order"]);
  });
});

describe("of a Byzantine protocol", () => {
  const byzantine = (liars: number[]) =>
    new Script({ n: 4, quorum: 3, byzantine: true, description: inSlots, liars });

  test("two certificates for one epoch and position", () => {
    const script = byzantine([]).fact(0, "prepared", 1, 1, "a").fact(1, "prepared", 1, 1, "b");
    expect(script.broken).toEqual(["one-certificate"]);
    expect(byzantine([]).fact(0, "prepared", 1, 1, "a").fact(1, "prepared", 2, 1, "b").broken).toEqual([]);
  });

  test("what a liar says of itself never counts", () => {
    const script = byzantine([3]).accept([0, 1, 2], 1, 1, 1).commit([0, 1, 2], 1, 1, 1);
    script.fact(3, "prepared", 1, 1, "x").fact(0, "prepared", 1, 1, "y");
    script.fact(3, "committed", 1, 1, script.request(2)).execute(3, 1, 2);
    script.fact(3, "leads", 1).fact(1, "leads", 1).fact(3, "epoch", 0);
    expect(script.finish().broken).toEqual([]);
  });

  test("nor does its vouching: of the others, so many fewer are asked for", () => {
    expect(byzantine([3]).accept([0, 1], 1, 1, 1).commit([0], 1, 1, 1).broken).toEqual([]);
    expect(byzantine([3]).accept([0, 3], 1, 1, 1).commit([0], 1, 1, 1).broken).toEqual(["commit-durability"]);
  });

  test("who has forgotten what it vouched for counts as one of them", () => {
    const script = byzantine([]).accept([0, 1, 2], 1, 1, 1).commit([0], 1, 1, 1).crash(1);
    script.checker.onForget(1);
    script.restart(1, () => {}).commit([1], 1, 1, 2);
    expect(script.broken).toEqual([]);
  });
});
