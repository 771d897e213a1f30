/** Facts told by hand, as replicas would observe them, to see what the checks make of them. */
import type { Command, Digest, Fact, Invariants, NodeId, Request } from "#protocol";
import { InvariantChecker } from "../../src/checks/invariants/invariants.ts";
import type { Settings } from "../../src/checks/invariants/ledger.ts";
import { Asked } from "../../src/simulation/asked.ts";

export const inLog: Invariants = { oneLeaderPerEpoch: true, order: "log", durableQuorum: true };
export const inSlots: Invariants = { oneLeaderPerEpoch: false, order: "slots", durableQuorum: true };

export class Script {
  readonly asked = new Asked();
  readonly checker: InvariantChecker;
  /** By node: records handed to the disk, and how many of them it has; all of them unless a test says otherwise. */
  readonly handed: number[];
  readonly stored: (number | undefined)[];
  readonly digests: Digest[];
  readonly effects: number[];
  private ns = 0;
  private readonly requests = new Map<number, Request>();

  constructor(given: Partial<Settings> = {}) {
    const settings: Settings = {
      n: 3,
      quorum: 2,
      description: inLog,
      byzantine: false,
      liars: [],
      forgetful: false,
      ...given,
    };
    this.handed = new Array(settings.n).fill(0);
    this.stored = new Array(settings.n).fill(undefined);
    this.digests = new Array(settings.n).fill(0);
    this.effects = new Array(settings.n).fill(0);
    this.checker = new InvariantChecker(settings, {
      asked: this.asked,
      nowNs: () => this.ns,
      handed: node => this.handed[node]!,
      stored: node => this.stored[node] ?? this.handed[node]!,
      stateDigest: node => this.digests[node]!,
      effects: node => this.effects[node]!,
    });
  }

  /** What client `client` asks for first; the same object each time. */
  request(client: number): Request {
    const known = this.requests.get(client);
    if (known !== undefined) return known;
    const request = requestOf(client, 1);
    this.requests.set(client, request);
    this.asked.note(request);
    return request;
  }

  fact(node: NodeId, fact: Fact, epoch: number, position = 0, subject?: unknown): this {
    this.ns++;
    this.checker.onFact(node, fact, epoch, position, subject);
    return this;
  }

  /** Several replicas accept what a client asks for. */
  accept(nodes: readonly NodeId[], epoch: number, position: number, client: number): this {
    for (const node of nodes) this.fact(node, "accepted", epoch, position, this.request(client));
    return this;
  }

  commit(nodes: readonly NodeId[], epoch: number, position: number, client: number): this {
    for (const node of nodes) this.fact(node, "committed", epoch, position, this.request(client));
    return this;
  }

  /** Its store is a sound one, unless `takesEffect` says otherwise. */
  execute(node: NodeId, position: number, request: Request | number, takesEffect = true): this {
    if (takesEffect) this.effects[node]!++;
    const executed = typeof request === "number" ? this.request(request) : request;
    this.ns++;
    this.checker.onExecute(node, position, executed);
    return this;
  }

  /** As most protocols tell it: known to be committed, and executed at once. */
  commitAndExecute(node: NodeId, epoch: number, position: number, client: number, takesEffect = true): this {
    if (takesEffect) this.effects[node]!++;
    this.ns++;
    this.checker.onCommitAndExecute(node, epoch, position, this.request(client));
    return this;
  }

  crash(node: NodeId): this {
    this.ns++;
    this.checker.onCrash(node);
    this.handed[node] = this.stored[node] ?? this.handed[node]!;
    return this;
  }

  /** `found`: what the replica observes in its `onStart`. */
  restart(node: NodeId, found: () => void): this {
    this.checker.onRestart(node);
    found();
    this.ns++;
    this.checker.onStarted(node);
    return this;
  }

  finish(): this {
    this.ns++;
    this.checker.finish();
    return this;
  }

  /** The names of what was violated. */
  get broken(): string[] {
    return this.checker.violations.map(({ invariant }) => invariant);
  }

  get sentence(): string | undefined {
    return this.checker.violations[0]?.sentence;
  }
}

export function requestOf(client: number, sequence: number, value = `${client} ${sequence}`): Request {
  const command: Command = { kind: "put", key: client, value, expected: undefined, bytes: value.length };
  return { client, sequence, command };
}
