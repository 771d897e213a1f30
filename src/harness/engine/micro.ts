/** What single parts take, by tinybench. A task does its part many times: clocks are slower than parts. */
import { Bench } from "tinybench";
import type { AnyProtocol } from "#protocol";
import { algorithms } from "../../../algorithms/index.ts";
import { Histogram } from "../../metrics/histogram.ts";
import { EventQueue } from "../../simulation/queue.ts";
import { RandomStream } from "../../simulation/random.ts";
import { standardNormal } from "../../simulation/ziggurat.ts";
import { keyChooser } from "../../workload/keys.ts";
import type { EngineSettings } from "./engine.ts";
import { SIZE, workloadOf } from "./measures.ts";
import { play, recordTapes, type Tape } from "./tape.ts";

export interface Micro {
  readonly what: string;
  readonly ns: number; // the median
  readonly effects?: number; // of a handler, on average: what it sent, stored, executed, told …
}

interface Part {
  readonly what: string;
  readonly times: number; // how often one call does it
  readonly effects?: number;
  readonly work: () => number;
}

const TIMES = 1000;
const PENDING = 105; // as Raft has with 64 clients
const TAPE_NS = 0.6e9; // of virtual time: an election, and some ten thousand handlers
const FEWEST_CALLS = 1000;

export function microTable({ microMs, microCalls }: EngineSettings): Micro[] {
  const parts = [...simulatorParts(), ...algorithms.flatMap(handlerParts)];
  const bench = new Bench({
    time: microMs,
    warmupTime: microMs / 2,
    iterations: microCalls,
    warmupIterations: microCalls / 2,
  });
  const sum = { total: 0 };
  for (const { what, work } of parts) {
    bench.add(what, () => {
      sum.total += work(); // so that no work is dead code
    });
  }
  bench.runSync();
  return parts.map(({ what, times, work: _, ...rest }) => {
    const result = bench.getTask(what)!.result;
    if (!("latency" in result)) throw new Error(`${what} was not measured: ${result.state}`);
    return { what, ns: Math.round((result.latency.p50 * 1e7) / times) / 10, ...rest };
  });
}

function simulatorParts(): Part[] {
  const stream = new RandomStream(1, "engine");
  const source = { random: () => stream.next() };
  const latencies = Array.from({ length: TIMES }, () => Math.ceil(1e6 * Math.exp(standardNormal(stream))));
  const histogram = new Histogram();
  const few = keyChooser({ distribution: "zipfian", count: 1000, theta: 0.99 });
  const many = keyChooser({ distribution: "zipfian", count: 1_000_000, theta: 0.99 });
  return [
    repeated("histogram record", index => {
      histogram.record(latencies[index]!);
      return histogram.count;
    }),
    repeated("random draw", () => stream.next()),
    repeated("normal draw", () => standardNormal(stream)),
    repeated(`queue push + pop, ${PENDING} pending`, queueTurn(latencies)),
    repeated("key choice, zipfian, 1000 keys", () => few.choose(source)),
    repeated("key choice, zipfian, 1000000 keys", () => many.choose(source)),
  ];
}

function repeated(what: string, once: (index: number) => number): Part {
  const work = () => {
    let sum = 0;
    for (let index = 0; index < TIMES; index++) sum += once(index);
    return sum;
  };
  return { what, times: TIMES, work };
}

function queueTurn(delays: readonly number[]): (index: number) => number {
  const queue = new EventQueue();
  for (let index = 0; index < PENDING; index++) queue.push(delays[index]!);
  return index => {
    const slot = queue.pop();
    queue.push(queue.tick + delays[index]!);
    return slot;
  };
}

/** The busiest leader and follower. A replica that is hardly ever called has nothing to measure. */
function handlerParts(protocol: AnyProtocol): Part[] {
  const workload = workloadOf(64, TAPE_NS);
  const tapes = recordTapes(protocol, SIZE, workload, TAPE_NS);
  return (["leader", "follower"] as const).flatMap(role => {
    const tape = busiest(tapes.filter(one => one.role === role));
    if (tape === undefined || tape.calls.length < FEWEST_CALLS) return [];
    const effects = play(protocol, tape, workload);
    if (effects !== tape.effects) {
      throw new Error(
        `${protocol.name}: the ${role} had ${tape.effects} effects, and ${effects} when replayed`,
      );
    }
    const work = () => play(protocol, tape, workload);
    const times = tape.calls.length;
    const perCall = Math.round((effects / times) * 10) / 10;
    return [{ what: `handler, ${protocol.name} ${role}`, times, effects: perCall, work }];
  });
}

const busiest = (tapes: readonly Tape[]): Tape | undefined =>
  tapes.toSorted((left, right) => right.calls.length - left.calls.length)[0];
