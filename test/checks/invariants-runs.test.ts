/** A log's entries may be told one by one or in lists, as they were sent: what is made of them is the same. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogEntry, NodeId } from "#protocol";
import { Script } from "./facts.ts";

type Step =
  | { readonly kind: "append"; readonly node: NodeId; readonly term: number; readonly count: number }
  | { readonly kind: "copy"; readonly node: NodeId; readonly from: NodeId; readonly most: number }
  | { readonly kind: "cut"; readonly node: NodeId; readonly back: number }
  | { readonly kind: "commit"; readonly node: NodeId; readonly back: number }
  | { readonly kind: "lead"; readonly node: NodeId; readonly term: number }
  | { readonly kind: "restart"; readonly node: NodeId; readonly lost: number };

const node = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      node,
      term: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("copy" as const),
      node,
      from: node,
      most: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("cut" as const), node, back: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      node,
      back: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("lead" as const), node, term: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("restart" as const),
      node,
      lost: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

/** Three logs that do what they are told, right or wrong, and say so in one way or the other. */
class Logs {
  readonly script = new Script();
  private readonly logs: LogEntry[][] = [[], [], []];
  private readonly commits = [0, 0, 0];
  private readonly lists: Map<string, readonly LogEntry[]> = new Map();
  private clients = 0;
  private readonly inLists: boolean;

  constructor(inLists: boolean) {
    this.inLists = inLists;
  }

  do(one: Step): void {
    const log = this.logs[one.node]!;
    switch (one.kind) {
      case "append":
        return this.accept(
          one.node,
          Array.from({ length: one.count }, () => ({
            term: one.term,
            request: this.script.request(this.clients++),
          })),
        );
      case "copy":
        return this.copy(one.node, one.from, one.most);
      case "cut": {
        const position = Math.max(1, log.length + 1 - one.back);
        if (position > log.length) return;
        this.script.fact(one.node, "withdrew", 1, position);
        log.length = position - 1;
        this.commits[one.node] = Math.min(this.commits[one.node]!, log.length);
        return;
      }
      case "commit":
        return this.commit(one.node, log.length - one.back);
      case "lead":
        this.script.fact(one.node, "leads", one.term);
        return;
      case "restart":
        log.length = Math.max(0, log.length - one.lost);
        this.commits[one.node] = 0;
        this.script.crash(one.node).restart(one.node, () => this.tell(one.node, 1, log.slice()));
    }
  }

  private copy(to: NodeId, from: NodeId, most: number): void {
    const log = this.logs[to]!;
    const source = this.logs[from]!;
    let same = 0;
    while (same < log.length && log[same] === source[same]) same++;
    if (same < log.length) {
      this.script.fact(to, "withdrew", 1, same + 1);
      log.length = same;
      this.commits[to] = Math.min(this.commits[to]!, same);
    }
    const name = `${from} ${same} ${most} ${source.length}`;
    const fresh = source.slice(same, same + most);
    const known = this.lists.get(name);
    const list = known?.every((entry, index) => entry === fresh[index]) ? known : fresh;
    this.lists.set(name, list);
    this.accept(to, list);
  }

  private accept(who: NodeId, entries: readonly LogEntry[]): void {
    const log = this.logs[who]!;
    const from = log.length + 1;
    log.push(...entries);
    this.tell(who, from, entries);
  }

  private tell(who: NodeId, from: number, entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    if (this.inLists) this.script.fact(who, "accepted", 1, from, entries);
    else {
      for (const [index, { term, request }] of entries.entries()) {
        this.script.fact(who, "accepted", term, from + index, request);
      }
    }
  }

  private commit(who: NodeId, to: number): void {
    const log = this.logs[who]!;
    while (this.commits[who]! < to) {
      const position = ++this.commits[who]!;
      const { request } = log[position - 1]!;
      this.script.fact(who, "committed", 1, position, request).execute(who, position, request!);
    }
  }
}

describe("entries in lists", () => {
  test("whatever logs do, the same is found", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), steps => {
        const [singly, inLists] = [new Logs(false), new Logs(true)];
        for (const one of steps) {
          singly.do(one);
          inLists.do(one);
          expect(inLists.script.broken).toEqual(singly.script.broken);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test("what was settled long ago is missed too, when a disk has lost it", () => {
    const lost = (kept: number) => {
      const logs = new Logs(true);
      for (let round = 0; round < 40; round++) {
        logs.do({ kind: "append", node: 0, term: 1, count: 4 });
        for (const to of [1, 2]) logs.do({ kind: "copy", node: to, from: 0, most: 4 });
        for (const who of [0, 1, 2]) logs.do({ kind: "commit", node: who, back: 0 });
      }
      logs.do({ kind: "restart", node: 1, lost: 160 - kept });
      return logs.script.broken;
    };
    expect([lost(160), lost(150), lost(0)]).toEqual([[], ["kept-word"], ["kept-word"]]);
  });

  test("who has lost its disk is not asked for what was settled", () => {
    const logs = new Logs(true);
    for (let round = 0; round < 10; round++) {
      logs.do({ kind: "append", node: 0, term: 1, count: 4 });
      logs.do({ kind: "copy", node: 1, from: 0, most: 4 });
      for (const who of [0, 1]) logs.do({ kind: "commit", node: who, back: 0 });
    }
    logs.script.crash(1).checker.onForget(1);
    expect(logs.script.restart(1, () => {}).broken).toEqual([]);
  });

  test("very many that nobody has committed yet are still there when they are", () => {
    const logs = new Logs(true);
    for (let round = 0; round < 3000; round++) {
      logs.do({ kind: "append", node: 0, term: 1, count: 4 });
      for (const to of [1, 2]) logs.do({ kind: "copy", node: to, from: 0, most: 4 });
    }
    for (const who of [0, 1, 2]) logs.do({ kind: "commit", node: who, back: 0 });
    expect(logs.script.finish().broken).toEqual([]);
  });
});
