import { describe, expect, test } from "vitest";
import type { State } from "#protocol";
import type { InstallState, Message } from "../../../algorithms/pbft/messages.ts";
import { Store } from "../../../src/protocol/store.ts";
import { put } from "../requests.ts";
import {
  at,
  batchDigest,
  checkpoint,
  commit,
  digest,
  first,
  newView,
  ordered,
  prePrepare,
  prepare,
  replica,
  second,
  type Tested,
  types,
  viewChange,
} from "./messages.ts";

const options = { checkpointEvery: 2, logSize: 4 };
const requestAt = (position: number) => put(position, `v${position}`, 1);

function execute(tested: Tested, from: number, to: number): void {
  for (let position = from; position <= to; position++) {
    for (const [node, message] of ordered(position, requestAt(position))) tested.hear(node, message);
  }
}

/** The state after so many of these. */
function stateAfter(count: number): { state: State; digest: number } {
  const store = new Store();
  for (let position = 1; position <= count; position++) store.execute(requestAt(position));
  return { state: store.save(), digest: store.digest() as number };
}

describe("PBFT, checkpoints (4.3)", () => {
  test("every so many positions the state is stored, and everybody told its digest", () => {
    const tested = replica({ options });
    execute(tested, 1, 1);
    tested.take();
    execute(tested, 2, 2);
    const effects = tested.take();
    const { digest: state } = stateAfter(2);
    const stored = effects.findIndex(effect => "persist" in effect && isState(effect.persist));
    expect(effects[stored]).toMatchObject({ persist: { type: "State", position: 2, digest: state } });
    const told = effects.findIndex(effect => "send" in effect && isCheckpoint(effect.send));
    expect(told).toBeGreaterThan(stored);
    expect(effects[told]).toEqual({ to: 0, send: checkpoint(1, 2, state) });
  });

  test("one that a quorum holds is stable: it replaces the log before it on the disk, and the window moves", () => {
    const tested = replica({ options });
    execute(tested, 1, 3);
    const { digest: state } = stateAfter(2);
    tested.hear(0, checkpoint(0, 2, state), checkpoint(0, 2, state));
    tested.hear(3, checkpoint(3, 2, "another"), checkpoint(3, 2, state));
    tested.hear(0, prePrepare(6, [first]));
    tested.take();
    tested.hear(2, checkpoint(2, 2, state));
    const snapshot = tested.take().find(effect => "snapshot" in effect);
    expect(snapshot).toMatchObject({
      snapshot: { checkpoints: [{ position: 2, digest: state }], slots: [{ position: 3 }] },
    });
    tested.hear(0, prePrepare(7, [first]), prePrepare(6, [first]));
    expect(types(tested.said())).toEqual(["Prepare"]);
    expect(tested.replica.status().logLength).toBe(4);
  });

  test("what others hold is not stable here before this replica holds it too", () => {
    const tested = replica({ options });
    execute(tested, 1, 1);
    for (const from of [0, 2, 3]) tested.hear(from, checkpoint(from, 2, stateAfter(2).digest));
    expect(tested.take().some(effect => "snapshot" in effect)).toBe(false);
    execute(tested, 2, 2);
    expect(tested.take().some(effect => "snapshot" in effect)).toBe(true);
  });

  test("the log is bounded by the water marks, however far others get", () => {
    const tested = replica({ options });
    for (let position = 1; position <= 100; position++)
      tested.hear(0, prePrepare(position, [requestAt(position)]));
    expect(types(tested.said())).toEqual(["Prepare", "Prepare", "Prepare", "Prepare"]);
    expect(tested.replica.status().logLength).toBe(4);
  });
});

const isState = (record: unknown) => (record as Message | { type: string }).type === "State";
const isCheckpoint = (message: unknown) => (message as Message).type === "Checkpoint";

describe("PBFT, what a replica has missed", () => {
  const executed = (from: number, to: number, digests?: readonly string[]): Message => {
    const positions = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    return {
      type: "Executed",
      position: from,
      digests: digests ?? positions.map(position => batchDigest([requestAt(position)])),
      batches: positions.map(position => [requestAt(position)]),
      proofBytes: 64,
    };
  };

  test("f + 1 who have executed the same are believed, and not fewer", () => {
    const tested = replica();
    tested.hear(0, executed(1, 2), executed(1, 2));
    expect(tested.replica.status().applied).toBe(0);
    tested.hear(2, executed(1, 3));
    expect(tested.replica.status().applied).toBe(2);
    expect(tested.take()).toContainEqual({ persist: { type: "Reached", position: 2 } });
  });

  test("two who say different things are not, nor are requests that do not fit their digest", () => {
    const tested = replica();
    tested.hear(0, executed(1, 1));
    tested.hear(2, executed(1, 1, ["something else"]));
    expect(tested.replica.status().applied).toBe(0);
    tested.hear(3, { ...executed(1, 1), batches: [[second]] } as Message);
    expect(tested.replica.status().applied).toBe(0);
  });

  test("a replica that does not get on says how far it is; whoever is ahead sends what it lacks", () => {
    const behind = replica();
    behind.hear(0, prePrepare(2, [requestAt(2)]));
    behind.said();
    behind.replica.onTimeout("status");
    const status = behind.said().find(({ message }) => message.type === "Status")!.message;
    expect(status).toMatchObject({ executed: 0, stable: 0, cause: "retransmission" });
    const ahead = replica({ self: 2 });
    for (const position of [1, 2]) {
      for (const [from, message] of ordered(position, requestAt(position), { self: 2 }))
        ahead.hear(from, message);
    }
    ahead.said();
    ahead.hear(1, status);
    const said = ahead.said();
    expect(said[0]).toEqual({ to: [1], message: executed(1, 2) });
    expect(types(said.slice(1))).toEqual(["Prepare", "Commit", "Prepare", "Commit"]);
    expect(said.slice(1).every(({ message }) => "again" in message && message.again)).toBe(true);
  });

  test("nobody is answered more often than an honest replica asks", () => {
    const tested = replica();
    for (const [from, message] of ordered(1, requestAt(1))) tested.hear(from, message);
    tested.said();
    const status = { type: "Status", view: 0, changing: false, stable: 0, executed: 0 } as const;
    const asks = (from: number) => tested.hear(from, { ...status, cause: "recovery" });
    for (let times = 0; times < 10; times++) asks(3);
    expect(types(tested.said())).toEqual(["Executed", "Prepare", "Commit"]);
    asks(2);
    expect(tested.said().every(({ to }) => to[0] === 2)).toBe(true);
    tested.advance(100);
    asks(3);
    expect(types(tested.said())).toEqual(["Executed", "Prepare", "Commit"]);
  });

  const idle = {
    type: "Status",
    view: 0,
    changing: false,
    stable: 0,
    executed: 0,
    cause: "heartbeat",
  } as const;

  test("an idle replica says so unless it hears f + 1 others: f of them may lie to keep it quiet", () => {
    const tested = replica();
    for (const others of [[], [3, 3]]) {
      for (const from of others) tested.hear(from, idle);
      tested.replica.onTimeout("status");
      expect(tested.said()[0]!.message).toMatchObject({ type: "Status", cause: "heartbeat" });
    }
    for (const from of [0, 3]) tested.hear(from, idle);
    tested.replica.onTimeout("status");
    expect(tested.said()).toEqual([]);
  });

  test("one that fills its window hears from others who are further: it lacks that its checkpoint is stable", () => {
    const tested = replica({ options });
    execute(tested, 1, 4);
    tested.said();
    tested.hear(0, { ...idle, stable: 4, executed: 5 });
    for (let times = 0; times < 2; times++) tested.replica.onTimeout("status");
    const asked = tested.said().filter(({ message }) => message.type === "Status");
    expect(asked.at(-1)!.message).toMatchObject({ stable: 0, executed: 4, cause: "retransmission" });
  });

  test("whoever waits for a view gets its NewView from those who have it", () => {
    const tested = replica({ self: 1 });
    tested.hear(0, viewChange(0, 1));
    tested.hear(2, viewChange(2, 1));
    tested.said();
    const waiting = {
      type: "Status",
      view: 1,
      changing: true,
      stable: 0,
      executed: 0,
      cause: "retransmission",
    };
    tested.hear(3, waiting as Message);
    expect(types(tested.said())).toEqual(["NewView"]);
  });

  const { state, digest: told } = stateAfter(4);
  const installed = (changes: Partial<InstallState> = {}): Message => ({
    type: "InstallState",
    position: 4,
    digest: told,
    state,
    ...changes,
  });

  function lagging(holders = 2): Tested {
    const tested = replica({ options });
    for (let from = 2; from < 2 + holders; from++) tested.hear(from, checkpoint(from, 4, told));
    return tested;
  }

  test("a replica that is overtaken asks for a state that f + 1 hold, each time of somebody else", () => {
    const tested = lagging();
    tested.replica.onTimeout("status");
    tested.replica.onTimeout("status");
    const asked = tested.said().filter(({ message }) => message.type === "FetchState");
    expect(asked.map(({ to }) => to)).toEqual([[2], [3]]);
    const alone = lagging(1);
    alone.replica.onTimeout("status");
    expect(types(alone.said())).not.toContain("FetchState");
  });

  test("the state that a view begins with is believed, though a liar told this replica another", () => {
    const tested = replica({ self: 2, options });
    const checkpoints = [{ position: 4, digest: told }];
    tested.hear(0, checkpoint(0, 4, "another"));
    const asked = [viewChange(0, 1, { checkpoints }), viewChange(1, 1, { checkpoints }), viewChange(3, 1)];
    tested.hear(1, newView(1, asked, [], { checkpoint: checkpoints[0]! }));
    const [fetch] = tested.said().filter(({ message }) => message.type === "FetchState");
    expect(fetch).toMatchObject({ message: { position: 4 } });
    tested.hear(0, installed({ state: stateAfter(3).state }));
    expect(tested.replica.status().applied).toBe(0);
    tested.hear(1, installed());
    expect(tested.replica.status().applied).toBe(4);
  });

  test("where f is 0, a replica that has forgotten its state and is told that it holds it asks nobody", () => {
    const tested = replica({ n: 3, options });
    const checkpoints = [{ position: 4, digest: told }];
    tested.hear(
      2,
      newView(2, [viewChange(1, 2, { checkpoints }), viewChange(2, 2)], [], {
        n: 3,
        checkpoint: checkpoints[0]!,
      }),
    );
    expect(tested.replica.status().epoch).toBe(2);
    expect(types(tested.said())).not.toContain("FetchState");
  });

  test("it believes a state whose digest f + 1 have told, keeps it, and goes on behind it", () => {
    const tested = lagging();
    tested.hear(2, installed());
    expect(tested.replica.status().applied).toBe(4);
    expect(tested.store.digest()).toBe(told);
    expect(tested.take()).toContainEqual({ persist: { type: "State", position: 4, digest: told, state } });
  });

  const refused: readonly (readonly [string, Partial<InstallState>])[] = [
    ["that is another than its digest says", { state: stateAfter(3).state }],
    ["whose digest nobody else has told", { digest: stateAfter(3).digest, state: stateAfter(3).state }],
    ["for a position that nobody else has told", { position: 8 }],
  ];
  test.each(refused)("a state %s is refused, and nothing is lost", (_what, changes) => {
    const tested = lagging();
    execute(tested, 1, 1);
    tested.hear(2, installed(changes));
    expect(tested.replica.status().applied).toBe(1);
    expect(tested.store.digest()).toBe(stateAfter(1).digest);
  });

  test("who holds the state sends it; who has forgotten it says what it holds instead", () => {
    const tested = replica({ options });
    execute(tested, 1, 4);
    for (const from of [0, 2]) tested.hear(from, checkpoint(from, 4, told));
    tested.said();
    tested.hear(3, { type: "FetchState", position: 4 }, { type: "FetchState", position: 2 });
    const said = tested.said();
    expect(said.map(({ message }) => [message.type, "position" in message && message.position])).toEqual([
      ["InstallState", 4],
      ["Checkpoint", 4],
    ]);
    expect(said[1]!.message).toMatchObject({ again: true });
  });
});

describe("PBFT, after a crash (durability sync)", () => {
  const restarted = (stored: readonly unknown[]) => {
    const tested = replica({ options });
    tested.replica.onStart(stored);
    return tested;
  };
  const records = (tested: Tested) =>
    tested
      .take()
      .flatMap(effect =>
        "persist" in effect ? [effect.persist] : "snapshot" in effect ? [effect.snapshot] : [],
      );

  test("it stands by what it accepted and prepared, and says so again", () => {
    const before = replica();
    before.hear(0, prePrepare(1, [first]));
    before.hear(2, prepare(2, 1, digest));
    const after = replica();
    after.replica.onStart(records(before));
    const said = after.said();
    expect(types(said)).toEqual(["Status", "Prepare", "Commit"]);
    expect(said[1]!.message).toMatchObject({ position: 1, digest, again: true });
    after.hear(0, prePrepare(1, [second]));
    expect(after.said()).toEqual([]);
    after.hear(2, viewChange(2, 1));
    after.hear(3, viewChange(3, 1));
    const told = after.said().find(({ message }) => message.type === "ViewChange")!.message;
    expect(told).toMatchObject({ prepared: [at(1)], accepted: [at(1)] });
  });

  test("what a quorum had committed is committed again by those who had prepared it", () => {
    const before = replica();
    before.hear(0, prePrepare(1, [first]));
    before.hear(2, prepare(2, 1, digest));
    const after = replica();
    after.replica.onStart(records(before));
    for (const from of [0, 2]) after.hear(from, commit(from, 1, digest));
    expect(after.replica.status().committed).toBe(1);
  });

  test("it does not vote in a view that it had given up", () => {
    const before = replica();
    before.replica.onRequest(first);
    before.replica.onTimeout("view-change");
    const after = replica();
    after.replica.onStart(records(before));
    expect(after.replica.status()).toMatchObject({ epoch: 1, role: "candidate" });
    expect(types(after.said())).toEqual(["Status", "ViewChange"]);
    after.hear(0, prePrepare(1, [second]));
    expect(after.said()).toEqual([]);
  });

  test("a primary goes on behind what it had proposed, and never proposes anything else there", () => {
    const before = replica({ self: 0 });
    before.replica.onRequest(first);
    const after = replica({ self: 0 });
    after.replica.onStart(records(before));
    after.replica.onRequest(second);
    const proposals = after.said().filter(({ message }) => message.type === "PrePrepare");
    expect(proposals.map(({ message }) => message)).toMatchObject([
      { position: 1, requests: [first], again: true },
      { position: 2, requests: [second], again: false },
    ]);
  });

  test("it begins with its latest checkpoint, stable or not, and with the log behind the stable one", () => {
    const before = replica({ options });
    execute(before, 1, 3);
    const { digest: state } = stateAfter(2);
    for (const from of [0, 2]) before.hear(from, checkpoint(from, 2, state));
    execute(before, 4, 5);
    const after = restarted(records(before).filter((_, index, all) => index >= all.findIndex(isSnapshot)));
    expect(after.replica.status()).toMatchObject({ applied: 4, logLength: 3 });
    expect(after.store.digest()).toBe(stateAfter(4).digest);
    for (const from of [0, 2]) after.hear(from, commit(from, 5, batchDigest([requestAt(5)])));
    expect(after.replica.status().applied).toBe(5);
  });

  test("alone, it finds a checkpoint that it had not noticed to be stable, and its window moves", () => {
    const alone = (stored: readonly unknown[]) => {
      const tested = replica({ n: 1, self: 0, options: { checkpointEvery: 2, logSize: 2 } });
      if (stored.length > 0) tested.replica.onStart(stored);
      return tested;
    };
    const before = alone([]);
    for (const position of [1, 2]) before.replica.onRequest(requestAt(position));
    const after = alone(records(before).filter(record => !isSnapshot(record)));
    expect(after.replica.status()).toMatchObject({ applied: 2, logLength: 0 });
    after.replica.onRequest(requestAt(3));
    after.take();
    expect(after.replica.status().applied).toBe(3);
  });

  test("a first boot has nothing to ask", () => {
    expect(replica().said()).toEqual([]);
  });
});

const isSnapshot = (record: unknown) => (record as { type: string }).type === "Snapshot";
