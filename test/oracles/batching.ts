/** What commands that come at random wait for a batch, where nothing else takes any time but the links. */
import type { AnyProtocol, Options, Policy } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, MILLISECOND } from "../simulation/cluster.ts";
import { byChance, type Comparison, mean, meanOf, standardErrorOf } from "./comparison.ts";
import { leaderOf, patient } from "./quiet.ts";

const COMMANDS = 6400; // of a run: a multiple of each batch
const PER_MS = 1; // λ
const SETTLING_MS = 20_000;
const ALL = 1_000_000;

interface Batched {
  readonly protocol: AnyProtocol;
  readonly n: number;
  readonly delays: number; // from a command that does not wait to its answer, 1 ms each
}

/** The log of PBFT has room for all, so that no command waits for a checkpoint. */
const besides: Readonly<Record<string, Options>> = {
  paxos: { proposers: "one" },
  pbft: { checkpointEvery: 2 * COMMANDS, logSize: 2 * COMMANDS },
};

const batched: readonly Batched[] = [
  { protocol: raft, n: 3, delays: 4 },
  { protocol: multiPaxos, n: 3, delays: 4 },
  { protocol: paxos, n: 3, delays: 6 },
  { protocol: pbft, n: 4, delays: 5 },
];

export const counted = batched.flatMap(one => [2, 8, 64].map(batch => ({ ...one, batch })));
export const timed = batched.flatMap(one => [1, 10, 100].map(delayMs => ({ ...one, delayMs })));

/** Of each command in turn, how long it waited, in ms. */
function waits({ protocol, n, delays }: Batched, batch: Policy["batch"], seed: number): number[] {
  const random = new RandomStream(seed, "arrivals");
  const options = { ...patient[protocol.name], ...besides[protocol.name] };
  const policy = { ...defaultPolicy, batch, window: ALL };
  const made = cluster(protocol, n, { seed, options, policy, tracer: undefined });
  const { simulation, client, run } = made;
  run(SETTLING_MS);
  const leader = leaderOf(made);
  const asked: number[] = [];
  let at = simulation.tick;
  for (let index = 0; index < COMMANDS; index++) {
    at += Math.ceil((-Math.log(1 - random.next()) * MILLISECOND) / PER_MS);
    asked.push(at);
    simulation.at(at, () => client.ask(leader, "put", 1, "value", index));
  }
  run((at - simulation.tick) / MILLISECOND + 1000);
  const believed = Map.groupBy(client.answers, ({ request }) => request.client);
  const needed = protocol.clients.matchingReplies(n, false, policy, options);
  return asked.map((askedNs, index) => {
    const answer = believed.get(index)?.[needed - 1];
    if (answer === undefined) throw new Error(`command ${index} was not answered`);
    return (answer.atNs - askedNs) / MILLISECOND - delays;
  });
}

/** So many make a batch, however long that takes. */
export function waitForCount(one: (typeof counted)[number], seeds: number): Comparison[] {
  const { protocol, n, batch: b } = one;
  const runs = Array.from({ length: seeds }, (_, index) =>
    waits(one, { min: b, max: b, delay: 0 }, index + 1),
  );
  const common = {
    section: "5",
    protocol: protocol.name,
    variant: "a batch of b, however long",
    n,
    batch: b,
  };
  const row = (
    quantity: string,
    formula: string,
    expected: number,
    values: readonly number[],
  ): Comparison => ({
    ...common,
    ...meanOf(values),
    quantity,
    formula,
    expected,
  });
  const first = (all: readonly number[]) => all.filter((_, index) => index % b === 0);
  return [
    row("wait in ms", "(b-1)/(2λ)", (b - 1) / (2 * PER_MS), runs.map(mean)),
    row("… of the first", "(b-1)/λ", (b - 1) / PER_MS, runs.map(first).map(mean)),
  ];
}

/** However many come in that time. It begins with the first, who waits for all of it. */
export function waitForTime(one: (typeof timed)[number], seeds: number): Comparison {
  const { protocol, n, delayMs } = one;
  const batch = { min: ALL, max: ALL, delay: delayMs };
  const values = Array.from({ length: seeds }, (_, index) => mean(waits(one, batch, index + 1)));
  const others = PER_MS * delayMs;
  return {
    section: "5",
    protocol: protocol.name,
    variant: `a batch every τ, λτ = ${others}`,
    quantity: "wait : τ/2",
    formula: "(2 + λτ)/(1 + λτ)",
    n,
    batch: undefined,
    expected: (2 + others) / (1 + others),
    measured: mean(values) / (delayMs / 2),
    ...byChance(standardErrorOf(values) / (delayMs / 2)),
  };
}
