import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { type Watched, watched } from "../watched.ts";
import { accepted, ballot, heartbeat, leader, promise, sends, start } from "./recorded.ts";

const led = (given = {}) => {
  const recording = start(given);
  recording.replica.onMessage(1, heartbeat(ballot(1, 1), 0));
  recording.take();
  return recording;
};

describe("Multi-Paxos, the failure detector plain", () => {
  test("a leader that was not heard for half a time-out is asked, and suspected if it does not answer", () => {
    const recording = led();
    recording.replica.onTimeout("election");
    expect(recording.take({ timers: true })).toEqual([
      { to: 1, send: { type: "Ping" }, now: true },
      { setTimer: "election", delay: 225 / 2 },
    ]);
    recording.replica.onTimeout("election");
    expect(sends(recording.take(), "Prepare").length).toBe(3);
  });

  test("whoever answers is not suspected, whether it still leads or not", () => {
    const recording = led();
    for (let round = 0; round < 5; round++) {
      recording.replica.onTimeout("election");
      recording.replica.onMessage(2, { type: "Pong" });
      recording.replica.onMessage(1, { type: "Pong" });
      expect(sends(recording.take(), "Ping").length).toBe(1);
    }
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 1 });
  });

  test("every server answers, and its disk does not keep it from doing so", () => {
    const recording = start();
    recording.replica.onMessage(2, { type: "Ping" });
    expect(recording.take()).toEqual([{ to: 2, send: { type: "Pong" }, now: true }]);
  });

  test("who was outbid keeps an eye on who did it; an acceptor goes on watching the leader it had", () => {
    const outbid = leader();
    outbid.replica.onMessage(2, { type: "Prepare", ballot: ballot(2, 2), from: 1 });
    outbid.take();
    outbid.replica.onTimeout("election");
    expect(outbid.take()).toEqual([{ to: 2, send: { type: "Ping" }, now: true }]);
    const acceptor = led();
    acceptor.replica.onMessage(2, { type: "Prepare", ballot: ballot(2, 2), from: 1 });
    acceptor.take();
    acceptor.replica.onTimeout("election");
    expect(acceptor.take()).toEqual([{ to: 1, send: { type: "Ping" }, now: true }]);
  });
});

describe("Multi-Paxos, the failure detector connectivity", () => {
  const options = { detector: "connectivity" };

  test("asks first whether a quorum hears no leader; nobody's ballot changes before", () => {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    const send = { type: "Probe", ballot: 0 };
    expect(recording.take()).toEqual([0, 1, 2].map(to => ({ to, send })));
    const granted = { type: "ProbeReply", ballot: 0, granted: true };
    for (const node of [1, 1]) recording.replica.onMessage(node, granted);
    expect(recording.replica.status().epoch).toBe(0);
    recording.replica.onMessage(0, granted);
    expect(recording.replica.status()).toMatchObject({ role: "candidate", epoch: 1 });
  });

  test("with flexible quorums it needs as many as either phase does", () => {
    const recording = start({ n: 5, options: { ...options, phase2Quorum: 2 } });
    recording.replica.onTimeout("election");
    for (const node of [0, 1, 2])
      recording.replica.onMessage(node, { type: "ProbeReply", ballot: 0, granted: true });
    expect(recording.replica.status().epoch).toBe(0);
    recording.replica.onMessage(3, { type: "ProbeReply", ballot: 0, granted: true });
    expect(recording.replica.status().epoch).toBe(1);
  });

  test("who has heard a leader of late says no; so does a leader that hears a quorum", () => {
    const refused = { type: "ProbeReply", ballot: ballot(1, 1), granted: false };
    const follower = led({ options });
    follower.replica.onMessage(2, { type: "Probe", ballot: ballot(1, 1) });
    expect(sends(follower.take(), "ProbeReply")).toEqual([refused]);
    follower.advance(150);
    follower.replica.onMessage(2, { type: "Probe", ballot: ballot(1, 1) });
    expect(sends(follower.take(), "ProbeReply")).toEqual([{ ...refused, granted: true }]);
    const leading = leading1();
    leading.replica.onMessage(2, { type: "Probe", ballot: ballot(1, 0) });
    expect(sends(leading.take(), "ProbeReply")).toMatchObject([{ granted: false }]);
  });

  test("a refusal tells the higher ballot", () => {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    recording.replica.onMessage(1, { type: "ProbeReply", ballot: ballot(4, 1), granted: false });
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 4 });
  });

  test("a leader that hears no quorum for a time-out gives up, in its round", () => {
    const recording = leading1();
    recording.advance(100);
    recording.replica.onRequest(request);
    recording.replica.onMessage(1, accepted(ballot(1, 0), 1));
    recording.replica.onTimeout("quorum");
    expect(recording.take({ timers: true })).toContainEqual({ setTimer: "quorum", delay: 150 });
    recording.advance(150);
    recording.replica.onTimeout("quorum");
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 1, leader: undefined });
  });

  const request = {
    client: 0,
    sequence: 1,
    command: { kind: "get", key: 1, value: "", expected: undefined, bytes: 0 },
  } as const;
  /** Elected at the instant 0. */
  function leading1() {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    for (const node of [0, 1])
      recording.replica.onMessage(node, { type: "ProbeReply", ballot: 0, granted: true });
    for (const node of [0, 1]) recording.replica.onMessage(node, promise(ballot(1, 0)));
    recording.take();
    return recording;
  }
});

/** Where servers reach some others and not all (Ng, Haridi, Carbone: Omni-Paxos, 2023). n0 leads at first. */
describe("Multi-Paxos, partial connectivity", () => {
  const start5 = (n: number, detector: string, seed: number): Watched => {
    const made = watched(multiPaxos, n, { seed, options: { detector }, tracer: undefined });
    const others = made.simulation.replicas.slice(1);
    for (const node of others) made.simulation.crash(node);
    made.run(400);
    for (const node of others) made.simulation.restart(node);
    made.run(400);
    expect(made.leader()).toBe(0);
    return made;
  };
  /** Only these pairs still hear each other. */
  const keep = (made: Watched, pairs: readonly string[]) => {
    const { replicas } = made.simulation;
    for (const one of replicas)
      for (const other of replicas)
        if (one < other && !pairs.includes(`${one}${other}`)) made.cut(one, other);
  };
  const epochs = (made: Watched) => made.statuses().map(({ epoch }) => epoch);
  const leads = (made: Watched) => made.facts.filter(({ fact }) => fact === "leads").length;
  const star = ["01", "12", "13", "14"];
  const seeds = [1, 2, 3];

  test.each(seeds)(
    "quorum-loss, plain, seed %i: the hub still hears the old leader, and nobody leads",
    seed => {
      const made = start5(5, "plain", seed);
      keep(made, star);
      const before = leads(made);
      made.run(10_000);
      expect(leads(made)).toBe(before);
      expect(made.statuses().every(({ role }) => role !== "leader")).toBe(true);
      expect(Math.max(...epochs(made))).toBeGreaterThan(10);
    },
  );

  test.each(seeds)("quorum-loss, connectivity, seed %i: the hub takes over, once", seed => {
    const made = start5(5, "connectivity", seed);
    keep(made, star);
    made.run(2000);
    expect(made.statuses().map(({ leader }) => leader)).toEqual([1, 1, 1, 1, 1]);
    expect(Math.max(...epochs(made))).toBe(2);
  });

  test.each(seeds.flatMap(seed => ["plain", "connectivity"].map(detector => [detector, seed] as const)))(
    "constrained, %s, seed %i: the hub is behind, and leads all the same",
    (detector, seed) => {
      const made = start5(5, detector, seed);
      made.cut(0, 1);
      const request = made.client.ask(0, "put", 1, "x");
      made.run(20);
      expect(made.client.answers.some(answer => answer.request === request)).toBe(true);
      keep(made, star.slice(1));
      made.run(2000);
      expect(
        made
          .statuses()
          .slice(1)
          .map(({ leader }) => leader),
      ).toEqual([1, 1, 1, 1]);
      expect(made.statuses()[1]!.committed).toBe(1);
    },
  );

  test.each(seeds)("chained, seed %i: plain changes leaders without end, connectivity never", seed => {
    const [plain, connectivity] = ["plain", "connectivity"].map(detector => {
      const made = start5(3, detector, seed);
      keep(made, ["01", "12"]);
      const before = leads(made);
      made.run(10_000);
      return leads(made) - before;
    });
    expect(plain).toBeGreaterThan(20);
    expect(connectivity).toBe(0);
  });
});
