/** Requests that do not go to the leader alone, one by one: to a follower, or several reads that share a round. */
import type { AnyProtocol, Options, ReadPath } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { Targets } from "../../src/workload/targets.ts";
import type { Comparison } from "./comparison.ts";
import { ask, type Counted } from "./quiet.ts";

const crashSizes = [3, 4, 5, 6, 7, 9];
const byzantineSizes = [4, 5, 6, 7, 8, 9, 10, 13];

interface Expected {
  readonly text: string;
  of(n: number): number;
}
const expected = (text: string, of: Expected["of"]): Expected => ({ text, of });
const constant = (value: number): Expected => expected(`${value}`, () => value);
const others = (times: number, more = 0): Expected =>
  expected(`${times}(n-1)${more > 0 ? ` + ${more}` : ""}`, n => times * (n - 1) + more);

// --- A follower is asked --------------------------------------------------------------------------------------------

export interface Elsewhere {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly options?: Options;
  readonly reads?: ReadPath;
  readonly sizes: readonly number[];
  readonly messages: Expected;
  readonly withClient: Expected;
  readonly delays: Expected;
}

/** It names the leader, and the client asks that. */
const redirected = (protocol: AnyProtocol, messages: Expected, delays: number, options = {}): Elsewhere => ({
  protocol,
  variant: "a follower is asked, and redirects",
  options,
  sizes: crashSizes,
  messages,
  withClient: expected("2 + 2", () => 4),
  delays: expected(`${delays} + 2`, () => delays + 2),
});

/** It asks the leader for the read index, and answers itself. */
const followerReads = (reads: ReadPath, messages: Expected, delays: number): Elsewhere => ({
  protocol: raft,
  variant: `a get, followerReads, reads: ${reads}`,
  options: { followerReads: true },
  reads,
  sizes: crashSizes,
  messages,
  withClient: constant(2),
  delays: constant(delays),
});

export const elsewhere: readonly Elsewhere[] = [
  redirected(raft, others(2), 4),
  redirected(multiPaxos, others(2), 4),
  redirected(paxos, others(4), 6, { proposers: "one", learn: "proposer" }),
  {
    protocol: pbft,
    variant: "a backup is asked, and forwards",
    sizes: byzantineSizes,
    messages: expected("2n(n-1) + 1", n => 2 * n * (n - 1) + 1),
    withClient: expected("1+n", n => 1 + n),
    delays: expected("5 + 1", () => 6),
  },
  followerReads("index", others(2, 2), 6),
  followerReads("lease", constant(2), 4),
];

export function askedElsewhere(one: Elsewhere, n: number): Comparison[] {
  const { protocol, variant, options = {}, reads = "log", messages, withClient, delays } = one;
  const kind = one.reads === undefined ? "put" : "get";
  const policy = { reads, batch: { max: 1, min: 1, delay: 0 } };
  const counted = ask({ protocol, n, options, kind, policy }, 1, leader => (leader + 1) % n);
  const needed = protocol.clients.matchingReplies(n, kind === "get", { ...policy, window: 4 }, options);
  const common = { protocol: protocol.name, variant, n, batch: 1, tolerance: 0 };
  const rows = [
    ["1", "messages a command", messages, counted.betweenReplicas],
    ["1", "… with the client", withClient, counted.requests + counted.answers],
    ["2", "delays to the client", delays, counted.latenciesMs[needed - 1]!],
  ] as const;
  return rows.map(([section, quantity, { text, of }, measured]) => ({
    ...common,
    section,
    quantity,
    formula: text,
    expected: of(n),
    measured,
  }));
}

// --- Reads share a round --------------------------------------------------------------------------------------------

export const sharing = [raft, multiPaxos].map(protocol => ({ protocol, sizes: crashSizes }));
export const shares = [1, 2, 8, 64];

/** One read begins a round, and those that come meanwhile share the next: what that one costs, by the read. */
export function sharedRound(protocol: AnyProtocol, n: number, reads: number): Comparison {
  const asks = (count: number): Counted =>
    ask({ protocol, n, kind: "get", policy: { reads: "index" } }, count);
  const alone = asks(1).betweenReplicas;
  const { betweenReplicas, latenciesMs } = asks(1 + reads);
  if (latenciesMs.length !== 1 + reads)
    throw new Error(`${latenciesMs.length} of ${1 + reads} were answered`);
  return {
    section: "1",
    protocol: protocol.name,
    variant: "b gets share a round, reads: index",
    quantity: "messages a command",
    formula: "2(n-1)/b",
    n,
    batch: reads,
    expected: (2 * (n - 1)) / reads,
    measured: (betweenReplicas - alone) / reads,
    tolerance: 0,
  };
}

// --- Looking for the leader -----------------------------------------------------------------------------------------

export const searching = [raft, multiPaxos, paxos].map(protocol => ({ protocol, sizes: crashSizes }));

/** As many clients as nodes, each of which begins with another and hears from nobody but the leader. */
export function attemptsToFindLeader(protocol: AnyProtocol, n: number): Comparison {
  const leader = n - 1;
  const targets = new Targets(n);
  let attempts = 0;
  for (let slot = 0; slot < n; slot++) {
    targets.addSlot(slot);
    attempts++;
    for (; targets.of[slot] !== leader; attempts++) targets.turn(slot);
  }
  return {
    section: "4",
    protocol: protocol.name,
    variant: "clients that nobody redirects",
    quantity: "attempts to find the leader",
    formula: "(n+1)/2",
    n,
    batch: undefined,
    expected: (n + 1) / 2,
    measured: attempts / n,
    tolerance: 0,
  };
}
