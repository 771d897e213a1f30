/** Hears every event of a run, keeps those that were asked for, and says how each node stands after what it did. */
import type { NodeId, Status } from "#protocol";
import type { TracedNode, TraceEvent, Tracer } from "../../simulation/observer.ts";
import { standing } from "./standing.ts";

export interface Wanted {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly nodes: readonly NodeId[] | undefined; // undefined: all
  readonly clients: boolean; // with `nodes`: the clients too
  readonly kinds: readonly string[] | undefined; // of events, or of messages; undefined: all
}

/** A moment of the run: something happened, or a node stands otherwise than before. */
export type Moment =
  | { readonly event: TraceEvent }
  | { readonly t_ns: number; readonly node: NodeId; readonly status: Status | undefined };

export class Listener implements Tracer {
  /** How the nodes stood at the end of what was asked for. */
  standing: (Status | undefined)[] = [];
  private nodes: readonly TracedNode[] = [];
  private readonly told: string[] = []; // by node: the status last told
  private concerned: readonly NodeId[] = []; // by the event before
  private lastNs = 0;
  private over = false;
  private readonly wanted: Wanted;
  private readonly hear: (moment: Moment) => void;

  constructor(wanted: Wanted, hear: (moment: Moment) => void) {
    this.wanted = wanted;
    this.hear = hear;
  }

  attach(nodes: readonly TracedNode[]): void {
    this.nodes = nodes;
  }

  record(event: TraceEvent): void {
    this.tellChanges();
    if (event.t_ns > this.wanted.untilNs) this.end();
    this.lastNs = event.t_ns;
    this.concerned = nodesIn(event).filter(node => node >= 0);
    if (this.isWanted(event)) this.hear({ event });
  }

  /** To be called when the run is over. */
  finish(): void {
    this.tellChanges();
    this.end();
  }

  private end(): void {
    if (!this.over) this.standing = this.nodes.map(statusOf);
    this.over = true;
  }

  /** An event is recorded before its handler runs: what came of it shows when the next one begins. */
  private tellChanges(): void {
    if (this.lastNs < this.wanted.fromNs || this.lastNs > this.wanted.untilNs) return;
    for (const node of this.concerned) {
      if (this.wanted.nodes?.includes(node) === false) continue;
      const status = statusOf(this.nodes[node]!);
      const text = this.wanted.kinds === undefined ? standing(status) : office(status);
      if (text === this.told[node]) continue;
      this.told[node] = text;
      this.hear({ t_ns: this.lastNs, node, status });
    }
  }

  private isWanted(event: TraceEvent): boolean {
    const { fromNs, untilNs, nodes, clients, kinds } = this.wanted;
    if (event.t_ns < fromNs || event.t_ns > untilNs) return false;
    if (kinds !== undefined && !kinds.includes(event.event) && !kinds.includes(String(event.type)))
      return false;
    if (nodes === undefined) return true;
    const places = nodesIn(event);
    return places.length === 0 || places.some(place => (place < 0 ? clients : nodes.includes(place)));
  }
}

/** What still matters to who looks at a few kinds of messages only: not every entry of the log. */
const office = (status: Status | undefined): string =>
  status === undefined ? "" : `${status.role} ${status.epoch} ${status.leader}`;

const statusOf = ({ up, replica }: TracedNode): Status | undefined => (up ? replica?.status() : undefined);

/** The places that an event concerns; below 0: the clients. Of faults and the like, none. */
function nodesIn(event: TraceEvent): number[] {
  const named = [event.from, event.to, event.node].filter(place => typeof place === "number");
  const places = event.request === undefined ? [] : [-1];
  return [...(named as number[]), ...places];
}
