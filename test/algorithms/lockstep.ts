/**
 * A cluster without a clock, for tests of whole conversations: effects are carried out in the order they were had,
 * messages wait in one queue, and timers fire when the test says so. Disks are instant.
 */
import type { AnyProtocol, Cause, NodeId, Request, Result } from "#protocol";
import { type Effect, type Recording, type RecordingOptions, record } from "../../src/protocol/recording.ts";

export interface Envelope {
  readonly from: NodeId;
  readonly to: NodeId;
  // biome-ignore lint/suspicious/noExplicitAny: messages of any protocol
  readonly message: any;
}

export interface Answer {
  readonly node: NodeId;
  readonly request: Request;
  readonly result: Result;
}

export class Lockstep {
  readonly nodes: Recording[] = [];
  readonly disks: unknown[][] = [];
  readonly queue: Envelope[] = [];
  readonly sent: Envelope[] = []; // between different nodes
  readonly answers: Answer[] = [];
  readonly redirects: Request[] = [];
  readonly down = new Set<NodeId>();
  private readonly protocol: AnyProtocol;
  private readonly given: RecordingOptions;

  constructor(protocol: AnyProtocol, n: number, given: RecordingOptions = {}) {
    this.protocol = protocol;
    this.given = { ...given, n };
    for (let node = 0; node < n; node++) {
      this.disks.push([]);
      this.nodes.push(this.boot(node));
      this.nodes[node]!.replica.onStart([]);
      this.collect(node);
    }
  }

  request(node: NodeId, request: Request): void {
    this.nodes[node]!.replica.onRequest(request);
    this.collect(node);
  }

  timeout(node: NodeId, timer: string): void {
    this.nodes[node]!.replica.onTimeout(timer);
    this.collect(node);
  }

  advance(milliseconds: number): void {
    for (const node of this.nodes) node.advance(milliseconds);
  }

  /** Delivers everything, first in first out, until nobody has anything left to say. */
  settle(lose: (envelope: Envelope) => boolean = () => false): void {
    while (this.queue.length > 0) {
      const envelope = this.queue.shift()!;
      if (envelope.from === envelope.to || !lose(envelope)) this.deliver(envelope);
    }
  }

  deliver({ from, to, message }: Envelope): void {
    if (this.down.has(to)) return;
    this.nodes[to]!.replica.onMessage(from, message);
    this.collect(to);
  }

  crash(node: NodeId): void {
    this.down.add(node);
    const remaining = this.queue.filter(({ from, to }) => from !== node || to !== node);
    this.queue.splice(0, this.queue.length, ...remaining);
  }

  restart(node: NodeId): void {
    this.down.delete(node);
    this.nodes[node] = this.boot(node);
    this.nodes[node].replica.onStart([...this.disks[node]!]);
    this.collect(node);
  }

  /** Elects that node, and lets everybody hear of it. */
  elect(node: NodeId): void {
    this.timeout(node, "election");
    this.settle();
  }

  /** How many messages between replicas had that cause. */
  count(cause: Cause): number {
    return this.sent.filter(({ message }) => this.causeOf(message) === cause).length;
  }

  private causeOf(message: { readonly type: string }): Cause {
    const { cause } = this.protocol.messages[message.type]!;
    return typeof cause === "function" ? cause(message) : cause;
  }

  private boot(self: NodeId): Recording {
    return record(this.protocol, { ...this.given, self });
  }

  private collect(node: NodeId): void {
    for (const effect of this.nodes[node]!.take()) this.perform(node, effect);
  }

  private perform(node: NodeId, effect: Effect): void {
    if ("send" in effect) {
      const envelope = { from: node, to: effect.to, message: effect.send };
      this.queue.push(envelope);
      if (effect.to !== node) this.sent.push(envelope);
    } else if ("persist" in effect) this.disks[node]!.push(effect.persist);
    else if ("snapshot" in effect) this.disks[node] = [effect.snapshot];
    else if ("reply" in effect) this.answers.push({ node, request: effect.request, result: effect.reply });
    else if ("redirect" in effect) this.redirects.push(effect.request);
  }
}
