/** Every lie is seen in what the others receive, and ends when it is no longer active. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol, NodeId, Options } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import type { AppendEntries, AppendReply, Message } from "../../algorithms/raft/messages.ts";
import { type Liar, lieKinds, withLies } from "../../src/faults/byzantine.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { doubleVotes, type Watched, watched } from "../algorithms/watched.ts";
import { MILLISECOND } from "../simulation/cluster.ts";

const dice = (name: string) => new RandomStream(7, name);
const FROM = 1000; // when lies are active, in milliseconds
const UNTIL = 3000;

interface Sent {
  readonly ms: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

interface Run extends Watched {
  readonly sent: Sent[];
  during(node: NodeId): Sent[];
  after(node: NodeId): Sent[];
}

/** With seed 1 node 0 leads from the first second on, unless somebody lies. */
const LEADER = 0;
const FOLLOWER = 1;
const OTHER = 2;
const lastsTo = (nowMs: number) => nowMs >= FROM && nowMs < UNTIL;

function lying(
  liars: readonly Partial<Liar>[],
  n = 3,
  protocol: AnyProtocol = raft,
  options: Options = {},
): Run {
  const whole = liars.map(liar => ({ node: LEADER, lie: "silent", active: lastsTo, ...liar }));
  const made = watched(withLies(protocol, whole, dice), n, { seed: SEED, options });
  for (let step = 0; step < 100; step++) {
    const asked = made.simulation.nodes.findIndex(node => node.replica!.status().role === "leader");
    if (asked >= 0) made.client.ask(asked, step % 4 === 3 ? "get" : "put", 1, `v${step}`, step % 2);
    made.run(50);
  }
  const sent = made.trace
    .filter(({ event }) => event === "send")
    .map(
      ({ departs_ns, from, to, message }) =>
        ({ ms: (departs_ns as number) / MILLISECOND, from, to, message }) as Sent,
    );
  const between = (node: NodeId, from: number, until: number) =>
    sent.filter(({ ms, from: sender }) => sender === node && ms >= from && ms < until);
  return {
    ...made,
    sent,
    during: node => between(node, FROM, UNTIL),
    after: node => between(node, UNTIL + 200, 5000),
  };
}
const SEED = firstSeedLedBy(LEADER);

function firstSeedLedBy(node: NodeId): number {
  for (let seed = 1; ; seed++) {
    const made = watched(raft, 3, { seed, tracer: undefined });
    made.run(1000);
    if (made.leader() === node) return seed;
  }
}

const entriesTo = (sent: readonly Sent[], receiver: NodeId) =>
  new Map(
    sent
      .filter(
        ({ to, message }) =>
          to === receiver && message.type === "AppendEntries" && message.entries.length > 0,
      )
      .map(({ message }) => [(message as AppendEntries).prevIndex, message as AppendEntries]),
  );

/** How many of the messages to both with entries for the same place tell them different things. */
function contradictions(sent: readonly Sent[]): number {
  const one = entriesTo(sent, FOLLOWER);
  const other = entriesTo(sent, OTHER);
  return [...one].filter(([place, { entries }]) => {
    const told = other.get(place)?.entries;
    return told?.some(({ request }, index) => request !== entries[index]?.request);
  }).length;
}

describe("without liars", () => {
  const hash = (protocol: AnyProtocol) => {
    const made = watched(protocol, 3, { seed: SEED, tracer: undefined });
    for (let step = 0; step < 40; step++) {
      made.client.ask(LEADER, "put", 1, `v${step}`);
      made.run(50);
    }
    return made.simulation.traceHash();
  };

  test("the trace is the same to the bit", () => {
    expect(withLies(raft, [], dice)).toBe(raft);
    expect(hash(withLies(raft, [], dice))).toBe(hash(raft));
  });

  test.each(lieKinds.map(({ name }) => name).filter(name => name !== "twins"))(
    "likewise with one who could be %s, but never is",
    lie => {
      expect(hash(withLies(raft, [{ node: LEADER, lie, active: () => false }], dice))).toBe(hash(raft));
    },
  );

  test("a lie nobody has heard of is refused", () => {
    expect(() => withLies(raft, [{ node: 0, lie: "flattery", active: () => true }], dice)).toThrow(
      "flattery",
    );
  });
});

describe("lies about what is sent", () => {
  test("silent: nothing leaves, not even answers; then it speaks again", () => {
    const run = lying([{ lie: "silent" }]);
    expect(run.during(LEADER)).toEqual([]);
    const answers = run.client.answers
      .filter(({ from }) => from === LEADER)
      .map(({ atNs }) => atNs / MILLISECOND);
    expect(answers.filter(ms => ms > FROM + 2 && ms < UNTIL)).toEqual([]);
    expect(run.after(LEADER).length).toBeGreaterThan(0);
    expect(run.leader()).not.toBe(LEADER);
  });

  test("slow: what it says comes so much later, in order", () => {
    const run = lying([{ node: FOLLOWER, lie: "slow", delayMs: 40 }]);
    const arrived = run.trace.filter(
      ({ event, to, type, t_ns }) =>
        event === "deliver" && to === FOLLOWER && type === "AppendEntries" && t_ns >= FROM * MILLISECOND,
    );
    const lags = (sent: readonly Sent[]) =>
      sent.map(({ ms }) =>
        Math.min(...arrived.map(({ t_ns }) => ms - t_ns / MILLISECOND).filter(lag => lag >= 0)),
      );
    expect(run.during(FOLLOWER).length).toBeGreaterThan(30);
    const rounds = run.during(FOLLOWER).map(({ message }) => (message as AppendReply).index);
    expect(rounds).toEqual(rounds.toSorted((a, b) => a - b));
    const late = arrived.map(({ t_ns }) => Math.round(t_ns / MILLISECOND) + 40);
    for (const { ms } of run.during(FOLLOWER)) expect(late).toContain(Math.round(ms));
    expect(new Set(lags(run.after(FOLLOWER)))).toEqual(new Set([0]));
    expect(run.leader()).toBe(LEADER);
  });

  test("slow: answers to clients are late as well", () => {
    const run = lying([{ node: LEADER, lie: "slow", delayMs: 40 }]);
    const delays = run.client.answers
      .filter(({ atNs }) => atNs > (FROM + 60) * MILLISECOND && atNs < UNTIL * MILLISECOND)
      .map(({ atNs }) => (atNs / MILLISECOND) % 50);
    expect(Math.min(...delays.map(delay => Math.round(delay)))).toBeGreaterThan(30);
  });

  test("withhold: the receivers hear nothing, the others do; then all do", () => {
    const run = lying([{ lie: "withhold", receivers: [OTHER] }]);
    expect(run.during(LEADER).filter(({ to }) => to === OTHER)).toEqual([]);
    expect(run.during(LEADER).filter(({ to }) => to === FOLLOWER).length).toBeGreaterThan(0);
    expect(run.sent.filter(({ ms, to }) => ms > UNTIL + 200 && to === OTHER).length).toBeGreaterThan(0);
  });

  test("withhold: only messages of the types that are named", () => {
    const run = lying([{ node: FOLLOWER, lie: "withhold", receivers: [LEADER], types: ["AppendReply"] }]);
    expect(run.during(FOLLOWER).filter(({ message }) => message.type === "AppendReply")).toEqual([]);
    expect(
      run.after(FOLLOWER).filter(({ message }) => message.type === "AppendReply").length,
    ).toBeGreaterThan(0);
  });

  test("equivocate: in the same place, the receivers are told of another request; then all hear the same", () => {
    const run = lying([{ lie: "equivocate", receivers: [OTHER] }]);
    expect(contradictions(run.sent.filter(({ ms }) => ms < FROM))).toBe(0);
    expect(contradictions(run.during(LEADER))).toBeGreaterThan(10);
    expect(contradictions(run.sent.filter(({ ms, from }) => ms >= UNTIL && from === LEADER))).toBe(0);
  });

  test("replay: old messages come again, beside the new ones", () => {
    const run = lying([{ lie: "replay", rate: 0.5 }]);
    const repeats = (sent: readonly Sent[]) =>
      sent.filter(({ message, ms }) => run.sent.some(old => old.message === message && old.ms < ms - 20))
        .length;
    expect(repeats(run.during(LEADER))).toBeGreaterThan(10);
    expect(repeats(run.after(LEADER))).toBe(0);
  });

  test("mutate: messages differ by a small step, and keep their type", () => {
    const honest = new Set<string>();
    const lies = { node: FOLLOWER, lie: "mutate", rate: 1, receivers: [LEADER], types: ["AppendReply"] };
    const run = lying([lies]);
    for (const { entries, prevIndex } of run.sent
      .filter(({ to, message }) => to === FOLLOWER && message.type === "AppendEntries")
      .map(({ message }) => message as AppendEntries))
      honest.add(`${prevIndex + entries.length}`);
    const replies = run.during(FOLLOWER).map(({ message }) => message);
    expect(new Set(replies.map(({ type }) => type))).toContain("AppendReply");
    const strange = (sent: readonly Sent[]) =>
      sent
        .map(({ message }) => message)
        .filter(message => message.type === "AppendReply")
        .filter(({ term, index, conflictIndex, success, conflictTerm }) =>
          [term < 1, !honest.has(`${index}`), success && conflictIndex + conflictTerm > 0].includes(true),
        ).length;
    expect(strange(run.during(FOLLOWER))).toBeGreaterThan(0);
    expect(strange(run.after(FOLLOWER))).toBe(0);
  });

  test("wrong-reply: clients get another result, the replicas do not notice", () => {
    const run = lying([{ lie: "wrong-reply" }]);
    const gets = run.client.answers.filter(({ request }) => request.command.kind === "get");
    const wrong = gets
      .filter(({ result }) => `${result}`.startsWith("not "))
      .map(({ atNs }) => atNs / MILLISECOND);
    expect(wrong.length).toBeGreaterThan(5);
    expect(Math.min(...wrong)).toBeGreaterThan(FROM);
    expect(Math.max(...wrong)).toBeLessThan(UNTIL + 5);
    expect(run.leader()).toBe(LEADER);
  });

  test("a protocol may bring lies of its own", () => {
    const deny = (message: Message) => {
      if (message.type === "AppendReply") return { ...message, success: false };
      return message.type === "Vote" ? undefined : message;
    };
    const run = lying([{ node: FOLLOWER, lie: "deny" }], 3, {
      ...raft,
      lies: { deny: { help: "", tell: deny } },
    });
    const successes = (sent: readonly Sent[]) =>
      sent.filter(({ message }) => message.type === "AppendReply" && message.success).length;
    expect(run.during(FOLLOWER).length).toBeGreaterThan(0);
    expect(successes(run.during(FOLLOWER))).toBe(0);
    expect(successes(run.after(FOLLOWER))).toBeGreaterThan(0);
  });

  test("a node may tell several lies at once", () => {
    const run = lying([
      { node: FOLLOWER, lie: "slow", delayMs: 30 },
      { node: FOLLOWER, lie: "withhold", receivers: [OTHER] },
      { node: FOLLOWER, lie: "slow", delayMs: 10 },
    ]);
    expect(run.during(FOLLOWER).length).toBeGreaterThan(0);
    expect(run.leader()).toBe(LEADER);
  });
});

describe("lies about what is kept, and twins", () => {
  test("double-vote: it votes again in a term it has voted in; honest again, it does not", () => {
    const votes = (active: (nowMs: number) => boolean) => {
      const doubled: string[] = [];
      for (let seed = 1; seed <= 60; seed++) {
        const protocol = withLies(raft, [{ node: OTHER, lie: "double-vote", active }], dice);
        const made = watched(protocol, 3, {
          seed,
          options: { electionTimeoutMaxMs: 153 },
          tracer: undefined,
        });
        made.run(400);
        doubled.push(...doubleVotes(made.facts));
      }
      return doubled;
    };
    const doubled = votes(() => true);
    expect(doubled.length).toBeGreaterThan(0);
    expect(doubled.filter(vote => !vote.startsWith("n2 "))).toEqual([]);
    expect(votes(nowMs => nowMs < 100)).toEqual([]);
  });

  test("acknowledge-and-drop: it acknowledges entries that never reach its disk; then they do", () => {
    const run = lying([{ node: FOLLOWER, lie: "acknowledge-and-drop" }]);
    const writes = run.trace
      .filter(({ event, node }) => event === "persist" && node === FOLLOWER)
      .filter(({ record }) => JSON.stringify(record).includes('"command"'))
      .map(({ t_ns }) => t_ns / MILLISECOND);
    const acknowledged = run
      .during(FOLLOWER)
      .filter(({ message }) => message.type === "AppendReply" && message.success)
      .map(({ message }) => (message as AppendReply).index);
    expect(new Set(acknowledged).size).toBeGreaterThan(20);
    expect(writes.filter(ms => ms >= FROM && ms < UNTIL)).toEqual([]);
    expect(writes.filter(ms => ms < FROM).length).toBeGreaterThan(0);
    expect(writes.filter(ms => ms >= UNTIL).length).toBeGreaterThan(0);
    expect(run.simulation.nodes[FOLLOWER]!.replica!.status().committed).toBe(
      run.simulation.nodes[OTHER]!.replica!.status().committed,
    );
  });

  test("acknowledge-and-drop: under load it begins anew every 10 ms, and still keeps nothing", () => {
    const begun: number[] = [];
    const counted: AnyProtocol = {
      ...raft,
      create: (context, options) => {
        if (context.self === FOLLOWER) begun.push(context.now());
        return raft.create(context, options);
      },
    };
    const liar = { node: FOLLOWER, lie: "acknowledge-and-drop", active: lastsTo };
    const made = watched(withLies(counted, [liar], dice), 3, { seed: SEED });
    made.run(1500);
    for (let ms = 0; ms < 300; ms++) {
      for (let client = 0; client < 10; client++) made.client.ask(LEADER, "put", client, `v${ms}`, client);
      made.run(1);
    }
    const gaps = begun.filter(ms => ms > 1500).map((ms, index, all) => ms - (all[index - 1] ?? 0));
    expect(gaps.length).toBeGreaterThan(10);
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(10);
    const holds = (node: NodeId, what: string) =>
      JSON.stringify(made.simulation.nodes[node]!.disk.contents()).includes(what);
    expect([holds(OTHER, '"v40"'), holds(FOLLOWER, '"command"')]).toEqual([true, false]);
    made.run(3000);
    expect(holds(FOLLOWER, '"v40"')).toBe(true); // honest again
  });

  test.each(["double-vote", "acknowledge-and-drop"])("%s: each time it begins with an empty store", lie => {
    const found = new Set<unknown>();
    let begun = 0;
    const watching: AnyProtocol = {
      ...pbft,
      create: (context, options) => {
        const replica = pbft.create(context, options);
        if (context.self !== OTHER) return replica;
        const start = replica.onStart.bind(replica);
        replica.onStart = stored => {
          begun++;
          found.add(context.stateDigest());
          start(stored);
        };
        return replica;
      },
    };
    // The first leader falls silent, so that a view changes and promises are given.
    const liars = [
      { lie, node: OTHER, active: lastsTo },
      { lie: "silent", node: LEADER, active: lastsTo },
    ];
    const made = watched(withLies(watching, liars, dice), 4, { seed: SEED, options: { viewChangeMs: 100 } });
    for (let step = 0; step < 200; step++) {
      made.client.ask(step % 4, "put", 1, `v${step}`, step);
      made.run(20);
    }
    expect(begun).toBeGreaterThan(1);
    expect(found.size).toBe(1);
  });

  test("twins: a second instance speaks to its share of the others, only while it is active", () => {
    const run = lying([{ node: LEADER, lie: "twins", receivers: [OTHER] }]);
    const leads = run.facts.filter(({ node, fact }) => node === LEADER && fact === "leads");
    expect(leads.length).toBeGreaterThan(0);
    const terms = (sent: readonly Sent[], receiver: NodeId) =>
      new Set(sent.filter(({ to }) => to === receiver).map(({ message }) => message.term));
    expect(run.during(LEADER).filter(({ to }) => to === FOLLOWER).length).toBeGreaterThan(0);
    expect(run.during(LEADER).filter(({ to }) => to === OTHER).length).toBeGreaterThan(0);
    expect(terms(run.during(LEADER), FOLLOWER)).not.toEqual(terms(run.during(LEADER), OTHER));
    expect(new Set(run.statuses().map(({ epoch }) => epoch)).size).toBe(1);
  });

  test("twins: a restarted pair has the records of both", () => {
    const protocol = withLies(raft, [{ node: LEADER, lie: "twins", active: () => true }], dice);
    const made = watched(protocol, 3, { seed: SEED, options: { snapshotEvery: 5, snapshotKeep: 2 } });
    for (let step = 0; step < 40; step++) {
      const asked = made.simulation.nodes.findIndex(node => node.replica?.status().role === "leader");
      if (asked >= 0) made.client.ask(asked, "put", 1, `v${step}`, step % 2);
      made.run(50);
    }
    const before = made.simulation.nodes[LEADER]!.replica!.status();
    made.simulation.crash(LEADER);
    made.simulation.restart(LEADER);
    expect(made.simulation.nodes[LEADER]!.replica!.status().epoch).toBe(before.epoch);
    expect(made.trace.some(({ event, node }) => event === "snapshot" && node === LEADER)).toBe(true);
    made.run(2000);
  });
});
