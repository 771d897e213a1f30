/**
 * What a command waits for the leader's processor. Models of one queue (M/D/1) have it wait once, for all the work of
 * its round; it does so twice: as a request, and with the acknowledgement that makes a quorum. Both are worked out here
 * by hand, message by message, for the arrivals that the run has: the run has to agree to the nanosecond.
 */
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, freeCost, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import { type Comparison, mean } from "./comparison.ts";
import { leaderOf, patient } from "./quiet.ts";

const MESSAGE_NS = 50_000; // to receive or to send
const DELAY_NS = 250_000;
const SETTLING_MS = 20_000;

export interface Visits {
  readonly protocol: AnyProtocol;
  readonly n: number;
  readonly share: number; // of its time for which the leader is busy
}

export const visits: readonly Visits[] = [raft, multiPaxos].flatMap(protocol =>
  [0.2, 0.5, 0.8].flatMap(share => [3, 5, 9].map(n => ({ protocol, n, share }))),
);

/** A round is n messages in and n out. */
const roundNs = (n: number): number => 2 * n * MESSAGE_NS;

function arrivals({ n, share }: Visits, commands: number, startNs: number): number[] {
  const random = new RandomStream(n, "arrivals");
  let at = startNs;
  return Array.from({ length: commands }, () => {
    at += Math.ceil((-Math.log(1 - random.next()) * roundNs(n)) / share);
    return at;
  });
}

interface Work {
  readonly at: number;
  readonly command: number;
}

/** By hand: each processor takes up one thing after the other. From asking to the answer, in ns. */
function byHand(n: number, asked: readonly number[]): number[] {
  const needed = Math.floor(n / 2);
  const followerFree = new Array<number>(n - 1).fill(0);
  const acknowledged = asked.map(() => 0);
  const answered = asked.map(() => 0);
  const acknowledgements: Work[] = []; // on their way, the earliest last
  let [next, free] = [0, 0];
  const receiveRequest = (command: number): void => {
    free = Math.max(free, asked[command]! + DELAY_NS) + MESSAGE_NS;
    for (let follower = 0; follower < n - 1; follower++) {
      free += MESSAGE_NS;
      const done = Math.max(followerFree[follower]!, free + DELAY_NS) + 2 * MESSAGE_NS;
      followerFree[follower] = done;
      insert(acknowledgements, { at: done + DELAY_NS, command });
    }
  };
  const receiveAcknowledgement = ({ at, command }: Work): void => {
    free = Math.max(free, at) + MESSAGE_NS;
    if (++acknowledged[command]! !== needed) return;
    free += MESSAGE_NS;
    answered[command] = free + DELAY_NS;
  };
  while (next < asked.length || acknowledgements.length > 0) {
    const request = next < asked.length ? asked[next]! + DELAY_NS : Number.POSITIVE_INFINITY;
    if (request <= (acknowledgements.at(-1)?.at ?? Number.POSITIVE_INFINITY)) receiveRequest(next++);
    else receiveAcknowledgement(acknowledgements.pop()!);
  }
  return answered.map((at, command) => at - asked[command]!);
}

function insert(all: Work[], work: Work): void {
  let place = all.length;
  while (place > 0 && all[place - 1]!.at <= work.at) place--;
  all.splice(place, 0, work);
}

function byRun(
  one: Visits,
  commands: number,
): { readonly asked: readonly number[]; readonly took: readonly number[] } {
  const { protocol, n } = one;
  const latency = { distribution: "constant", meanNs: DELAY_NS } as const;
  const cost = { ...freeCost, cpu: { ...freeCost.cpu, receiveNs: MESSAGE_NS, sendNs: MESSAGE_NS } };
  const made = cluster(protocol, n, {
    network: { link: () => ({ ...steadyLink, latency }), bandwidthBitsPerSecond: Infinity },
    cost: () => cost,
    options: patient[protocol.name]!,
    policy: { ...defaultPolicy, batch: { max: 1, min: 1, delay: 0 }, window: commands },
    durability: "memory",
    tracer: undefined,
    eventBudget: 100_000_000,
  });
  const { simulation, client, run } = made;
  run(SETTLING_MS);
  const leader = leaderOf(made);
  const asked = arrivals(one, commands, simulation.tick);
  asked.forEach((at, index) => {
    simulation.at(at, () => client.ask(leader, "put", 1, "value", index));
  });
  run((asked.at(-1)! - simulation.tick) / MILLISECOND + 1000);
  const took = client.answers.map(({ atNs, request }) => atNs - asked[request.client]!);
  if (took.length !== commands) throw new Error(`${took.length} commands were answered`);
  return { asked, took };
}

export function twoVisits(one: Visits, commands = 20_000): Comparison {
  const { protocol, n, share } = one;
  const { asked, took } = byRun(one, commands);
  return {
    section: "5",
    protocol: protocol.name,
    variant: `the leader busy for ${share} of the time`,
    quantity: "latency in µs",
    formula: "request and acknowledgement wait, by hand",
    n,
    batch: 1,
    expected: mean(byHand(n, asked)) / 1000,
    measured: mean(took) / 1000,
    tolerance: 0,
  };
}
