/**
 * One view after another in which some of the replicas get some way and others another, while messages of the normal
 * case get lost: null requests are prepared here, committed there, and proposed again. Everybody is honest.
 */
import { expect, test } from "vitest";
import { pbft } from "../../../algorithms/pbft/index.ts";
import type { Message } from "../../../algorithms/pbft/messages.ts";
import { type Recording, record } from "../../../src/protocol/recording.ts";
import { RandomStream } from "../../../src/simulation/random.ts";
import { append, get } from "../requests.ts";

const N = 4;
const PHASES = 8;
const ROUNDS = 60;
const policy = { batch: { max: 1, min: 1, delay: 0 }, window: 4, reads: "log" } as const;
const ordering = ["PrePrepare", "Prepare", "Commit"];

class Turmoil {
  readonly replicas: readonly Recording[];
  private readonly dice: RandomStream;
  private cut = N; // who hears nobody, or N
  private loss = 0;

  constructor(seed: number) {
    this.dice = new RandomStream(seed, "turmoil");
    this.replicas = Array.from({ length: N }, (_, self) => record(pbft, { self, n: N, policy }));
    for (const { replica } of this.replicas) replica.onStart([]);
  }

  phase(number: number): void {
    this.cut = Math.floor(this.dice.next() * (N + 1));
    this.loss = [0.2, 0.35, 0.5][Math.floor(this.dice.next() * 3)]!;
    for (const { replica } of this.replicas) {
      for (const client of [2 * number, 2 * number + 1]) replica.onRequest(append(1, `${client};`, client));
    }
    this.pump();
    for (const recording of this.replicas) recording.advance(1000);
    if (this.dice.next() < 0.5) this.strike("status");
    this.strike("view-change");
  }

  private strike(timer: "status" | "view-change"): void {
    for (const [node, { replica }] of this.replicas.entries())
      if (node !== this.cut) replica.onTimeout(timer);
    this.pump();
  }

  /** Until nobody has anything to say, or they go round in circles. */
  private pump(): void {
    let moved = true;
    for (let round = 0; moved && round < ROUNDS; round++) {
      moved = this.replicas.map((_, from) => this.deliverAll(from)).some(delivered => delivered);
    }
  }

  private deliverAll(from: number): boolean {
    let moved = false;
    for (const effect of this.replicas[from]!.take()) {
      if (!("send" in effect)) continue;
      const message = effect.send as Message;
      if (!this.arrives(from, effect.to, message.type)) continue;
      this.replicas[effect.to]!.replica.onMessage(from, message);
      moved = true;
    }
    return moved;
  }

  private arrives(from: number, to: number, type: string): boolean {
    if (from === to) return true;
    const lost = ordering.includes(type) && this.dice.next() < this.loss;
    return !lost && from !== this.cut && to !== this.cut;
  }
}

/** In the last two a null request is executed that a new view must not leave out. */
const seeds = [...Array(800).keys(), 5390, 30668];

test("what one replica has executed the others execute too, or nothing in its place", () => {
  let views = 0;
  let appended = 0;
  for (const seed of seeds) {
    const turmoil = new Turmoil(seed);
    for (let phase = 0; phase < PHASES; phase++) turmoil.phase(phase);
    const values = turmoil.replicas.map(({ store }) => (store.read(get(1)) as string | undefined) ?? "");
    const [longest] = values.toSorted((left, right) => right.length - left.length);
    for (const value of values) expect(longest!.startsWith(value), `seed ${seed}: ${values}`).toBe(true);
    views += Math.max(...turmoil.replicas.map(({ replica }) => replica.status().epoch));
    appended += longest!.length;
  }
  expect(views).toBeGreaterThan(seeds.length);
  expect(appended).toBeGreaterThan(seeds.length);
});
