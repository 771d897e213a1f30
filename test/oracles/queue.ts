/**
 * Requests that come at random to one server whose time for each is random too: it is the request's bytes that take
 * time, so a request of a drawn length takes a drawn time. Held to Pollaczek and Khinchine, by independent runs.
 */
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, freeCost, MILLISECOND } from "../simulation/cluster.ts";
import { type Comparison, mean, meanOf } from "./comparison.ts";

const SERVICE_NS = 100_000;
const HEADER_BYTES = 44; // of a request without a value: these are nanoseconds here
const REQUESTS = 20_000;
const LINKS_NS = 2 * MILLISECOND;

interface Service {
  readonly name: string;
  readonly formula: string;
  readonly squares: number; // E[S²] / E[S]²
  draw(random: RandomStream): number; // of mean 1
}

const exponential: Service = {
  name: "exponential service",
  formula: "ρS/(1-ρ)",
  squares: 2,
  draw: random => -Math.log(1 - random.next()),
};
const uniform: Service = {
  name: "service from 0 to 2S",
  formula: "λE[S²]/(2(1-ρ))",
  squares: 4 / 3,
  draw: random => 2 * random.next(),
};
/** Mostly short, and now and then very long. */
const skewed: Service = {
  name: "one in ten takes 5.5 S, the others S/2",
  formula: "λE[S²]/(2(1-ρ))",
  squares: 0.1 * 5.5 * 5.5 + 0.9 * 0.25,
  draw: random => (random.next() < 0.1 ? 5.5 : 0.5),
};

export interface Queue {
  readonly service: Service;
  readonly share: number; // of its time for which the server is busy
}

export const queues: readonly Queue[] = [exponential, uniform, skewed].flatMap(service =>
  [0.5, 0.8].map(share => ({ service, share })),
);

/** From its arrival to its answer, of each request of a run, in µs. */
function sojourns({ service, share }: Queue, seed: number): number[] {
  const random = new RandomStream(seed, "queue");
  const cost = { ...freeCost, cpu: { ...freeCost.cpu, byteNs: 1 } };
  const made = cluster(unreplicated, 1, { cost: () => cost, tracer: undefined, durability: "memory" });
  const { simulation, client, run } = made;
  const asked: number[] = [];
  let at = 0;
  for (let sequence = 1; sequence <= REQUESTS; sequence++) {
    at += Math.ceil((-Math.log(1 - random.next()) * SERVICE_NS) / share);
    const bytes = Math.round(service.draw(random) * (SERVICE_NS - HEADER_BYTES));
    const command = { kind: "put", key: 1, value: "value", expected: undefined, bytes } as const;
    asked.push(at);
    simulation.at(at, () => simulation.clients.send(0, { client: 0, sequence, command }));
  }
  run(at / MILLISECOND + 1000);
  if (client.answers.length !== REQUESTS) throw new Error(`${client.answers.length} requests were answered`);
  const answering = cost.cpu.byteNs * ANSWER_BYTES;
  return client.answers.map(({ atNs }, index) => (atNs - asked[index]! - LINKS_NS - answering) / 1000);
}

const ANSWER_BYTES = 24;

export function waitInRandomQueue(queue: Queue, seeds: number): Comparison[] {
  const { service, share } = queue;
  const runs = Array.from({ length: seeds }, (_, index) => sojourns(queue, index + 1));
  const serviceUs = SERVICE_NS / 1000;
  const common = {
    section: "5",
    protocol: unreplicated.name,
    variant: `busy for ${share} of the time, ${service.name}`,
    n: 1,
    batch: undefined,
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
  const waited = runs.map(all => mean(all) - serviceUs);
  const wait = (share * serviceUs * service.squares) / (2 * (1 - share));
  const rows = [row("wait in µs", service.formula, wait, waited)];
  if (service !== exponential) return rows;
  for (const part of [0.5, 0.9, 0.99]) {
    const within = (-Math.log(1 - part) * serviceUs) / (1 - share);
    const found = runs.map(all => all.toSorted((a, b) => a - b)[Math.ceil(part * all.length) - 1]!);
    rows.push(row(`p${part * 100} in µs`, "-ln(1-p) S/(1-ρ)", within, found));
  }
  return rows;
}
