/**
 * Hears every event of a run and keeps what people look at: how the nodes stood, the first election, what happened
 * around faults and violations, the slowest operations and a median one. What it remembers is bounded, however long the
 * run is.
 */
import type { NodeId, Request } from "#protocol";
import type { Outcome } from "../protocol/client.ts";
import type { TracedNode, TraceEvent, Tracer } from "../simulation/observer.ts";
import { Causes } from "./kept-traces-causes.ts";
import {
  type AnswerEntry,
  type AskEntry,
  type Entry,
  type FaultEntry,
  NONE,
  type NodeEntry,
  Ring,
  type SendEntry,
  type StatusEntry,
} from "./kept-traces-entries.ts";
import { Operations, type Told } from "./kept-traces-operations.ts";
import { Standings } from "./kept-traces-standings.ts";
import { Windows } from "./kept-traces-windows.ts";

/** What is known of the run from its first performance. */
export interface Known {
  readonly n: number;
  readonly endNs: number; // what comes later is not part of it
  readonly warmNs: number;
  readonly medianNs: number | undefined;
  /** What was found to be wrong, and when. */
  readonly wrong: readonly { readonly ns: number; readonly why: string }[];
  /** Operations that are told of for their own sake. */
  readonly told: readonly Told[];
}

/** Of faults and what is done to nodes. A schedule may hold thousands. */
const MOST_INCIDENTS = 300;
const ROUNDED_NS = 500; // where the run's line says when

const done = [
  "crash",
  "restart",
  "wipe",
  "pause",
  "resume",
  "stall",
  "flow",
  "disk fails",
  "disk works",
  "cpu",
  "disk",
  "clock",
];

/** Whoever changes its role, its epoch or its log observes a fact. */
const telling = ["fact", "crash", "restart"];

export class Recorder implements Tracer {
  readonly ring = new Ring();
  readonly standings: Standings;
  readonly windows: Windows;
  readonly operations: Operations;
  readonly incidents: (FaultEntry | NodeEntry)[] = [];
  events = 0; // all that might have been kept
  lastNs = 0;

  private readonly causes: Causes;
  private readonly known: Known;
  private readonly ahead: { ns: number; why: string }[]; // of what is wrong, the next first
  private nodes: readonly TracedNode[] = [];
  private readonly concerned = new Set<NodeId>(); // by what happened last
  private elected = false; // somebody, since the last fault

  constructor(known: Known) {
    this.known = known;
    this.standings = new Standings(known.n, known.endNs);
    this.windows = new Windows(this.ring, known.n);
    this.operations = new Operations(this.ring, known);
    this.causes = new Causes(known.n);
    this.ahead = known.wrong.toSorted((left, right) => left.ns - right.ns);
  }

  attach(nodes: readonly TracedNode[]): void {
    this.nodes = nodes;
    for (const { self } of nodes) this.concerned.add(self);
  }

  record(event: TraceEvent): void {
    if (event.t_ns > this.known.endNs) return;
    if (event.t_ns > this.lastNs) this.tellChanges();
    this.lastNs = event.t_ns;
    const node = actorIn(event);
    if (node !== undefined && (telling.includes(event.event) || this.standings.isOld(node, event.t_ns))) {
      this.concerned.add(node);
    }
    while ((this.ahead[0]?.ns ?? Number.POSITIVE_INFINITY) <= event.t_ns + ROUNDED_NS) {
      this.windows.around(this.ahead.shift()!.why, true);
    }
    this.onEvent(event);
  }

  /** To be called when the run is over, or has failed. */
  finish(): void {
    this.tellChanges();
    for (const { why } of this.ahead.splice(0)) this.windows.around(why, true);
    this.windows.close();
  }

  /** An event is recorded before its handler runs: what came of it shows once time has gone on. */
  private tellChanges(): void {
    for (const node of this.concerned) {
      const status = this.standings.look(this.nodes[node]!, this.lastNs);
      if (status === null) continue;
      const entry: StatusEntry = { kind: "status", number: NONE, ns: this.lastNs, cause: NONE, node, status };
      this.standings.onChange(this.add(entry));
    }
    this.concerned.clear();
  }

  private add<Kind extends Entry>(entry: Kind): Kind {
    this.ring.add(entry);
    if (entry.kind !== "status") this.events++;
    this.windows.onEntry(entry);
    return entry;
  }

  // --- Events of the trace ---------------------------------------------------------------------------------------

  private onEvent(event: TraceEvent): void {
    switch (event.event) {
      case "send":
      case "lose":
        return this.onSend(event);
      case "deliver":
      case "requested":
      case "drop":
        return this.onArrival(event);
      case "request":
        return this.onRequest(event);
      case "reply":
      case "redirect":
      case "refuse":
        return this.onAnswer(event, event.event);
      case "operation":
        return this.onOperation(event);
      case "fault":
        return this.onFault(event);
      case "fact":
        return this.onFact(event);
      default:
        return this.onNode(event);
    }
  }

  private onNode(event: TraceEvent): void {
    const node = event.node as NodeId;
    const { t_ns: ns, event: what } = event;
    if (what === "waits") this.causes.waits(node);
    else if (what === "taken") this.causes.takesUp(node);
    else if (what === "persist" || what === "snapshot") this.causes.writes(node, ns);
    else if (what === "durable") this.onDurable(ns, node, event.records as number);
    else if (what === "timer") {
      const timer = event.timer as string;
      const entry = this.add({ kind: "timer", number: NONE, ns, cause: NONE, node, timer });
      this.causes.handles(node, entry.number);
    } else if (done.includes(what)) this.onDone(event, node);
  }

  private onSend(event: TraceEvent): void {
    const { from, to, type, message } = event as unknown as SendEvent;
    const arrivesNs = event.arrives_ns as number | null;
    const ns = event.departs_ns as number;
    const entry: SendEntry = {
      kind: "send",
      number: NONE,
      ns,
      cause: this.causes.at(from),
      node: from,
      to,
      arrivesNs,
      type,
      message,
      down: false,
      together: undefined,
    };
    this.causes.sent(to, this.add(entry));
  }

  private onRequest(event: TraceEvent): void {
    const node = event.to as NodeId;
    const arrivesNs = event.arrives_ns as number | null;
    const request = event.request as Request;
    const common = { number: NONE, ns: event.t_ns, cause: NONE, node, arrivesNs, request };
    const entry: AskEntry = { kind: "ask", ...common, down: false, together: undefined };
    this.causes.sent(node, this.add(entry));
    this.operations.onAsk(entry);
  }

  private onArrival(event: TraceEvent): void {
    const { t_ns: ns, from, type, request } = event;
    const to = event.to as NodeId;
    const arrived = this.causes.arrived(to, ns, entry =>
      entry.kind === "ask" ? entry.request === request : entry.node === from && entry.type === type,
    );
    if (arrived !== undefined && event.event === "drop") arrived.down = true;
    if (event.event === "drop") return;
    const entry =
      arrived ?? (request === undefined ? this.addLate(ns, from as NodeId, to, type as string) : undefined);
    this.causes.handles(to, entry?.number ?? NONE);
  }

  private addLate(ns: number, node: NodeId, to: NodeId, type: string): Entry {
    return this.add({ kind: "late", number: NONE, ns, cause: NONE, node, to, type });
  }

  private onAnswer(event: TraceEvent, how: AnswerEntry["how"]): void {
    const node = event.from as NodeId;
    const request = event.request as Request;
    const arrivesNs = event.arrives_ns as number | null;
    const ns = event.departs_ns as number;
    const says = answerWords(event);
    const cause = this.causes.at(node);
    const common = { number: NONE, ns, cause, node, arrivesNs };
    this.operations.onAnswer(this.add({ kind: "answer", ...common, request, how, says }));
  }

  private onOperation(event: TraceEvent): void {
    const request = event.request as Request;
    const outcome = event.outcome as Outcome;
    const callNs = event.call_ns as number;
    this.operations.onEnd({ request, callNs, returnNs: event.t_ns, outcome });
  }

  private onDurable(ns: number, node: NodeId, records: number): void {
    const batch = this.causes.synced(node, records);
    const causes = batch.map(({ cause }) => cause);
    const sinceNs = batch[0]?.ns ?? ns;
    const cause = causes.at(-1) ?? NONE;
    const entry = this.add({ kind: "disk", number: NONE, ns, cause, node, sinceNs, causes });
    this.causes.handles(node, entry.number);
  }

  private onFact(event: TraceEvent): void {
    const { t_ns: ns, fact, epoch } = event;
    const node = event.node as NodeId;
    if (fact !== "leads" && fact !== "yields" && fact !== "voted") return;
    const cause = this.causes.at(node);
    this.add({ kind: "fact", number: NONE, ns, cause, node, fact, epoch: epoch as number });
    if (fact !== "leads" || this.elected) return;
    this.windows.around(this.incidents.length === 0 ? "first election" : "election");
    this.elected = true;
  }

  private onFault(event: TraceEvent): void {
    const what = String(event.what);
    const entry: FaultEntry = { kind: "fault", number: NONE, ns: event.t_ns, cause: NONE, what };
    this.add(entry);
    if (this.incidents.length < MOST_INCIDENTS) this.incidents.push(entry);
    this.windows.around(what);
    this.elected = false;
  }

  private onDone(event: TraceEvent, node: NodeId): void {
    const untilNs = typeof event.until_ns === "number" ? event.until_ns : null;
    const { t_ns: ns, event: what } = event;
    const entry: NodeEntry = { kind: "node", number: NONE, ns, cause: NONE, node, what, untilNs };
    this.add(entry);
    if (this.incidents.length < MOST_INCIDENTS) this.incidents.push(entry);
    if (event.event === "crash") this.causes.crashed(node);
  }
}

/** Who does something; to be sent something changes nothing yet. */
function actorIn({ event, from, to, node }: TraceEvent): NodeId | undefined {
  const actor = event === "deliver" || event === "requested" ? to : (from ?? node);
  return actor as NodeId | undefined;
}

interface SendEvent {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly type: string;
  readonly message: object;
}

function answerWords({ event, leader, result }: TraceEvent): string {
  if (event === "refuse") return "refused";
  if (event === "redirect") return leader === null ? "knows no leader" : `ask n${leader}`;
  return result === null ? "done" : String(result);
}
