/** What is remembered of a run while it goes on: everything of late, in a ring, and of earlier times what is kept. */
import type { NodeId, Request, Status } from "#protocol";

export const NONE = -1;

interface Common {
  number: number; // the how-manieth of the run; the ring counts
  readonly ns: number;
  readonly cause: number; // the number of the entry that made the node do this, or NONE
}

export interface StatusEntry extends Common {
  readonly kind: "status";
  readonly node: NodeId;
  readonly status: Status | undefined; // undefined: it is down
}
export interface FaultEntry extends Common {
  readonly kind: "fault";
  readonly what: string;
}
export interface NodeEntry extends Common {
  readonly kind: "node";
  readonly node: NodeId;
  readonly what: string;
  readonly untilNs: number | null;
}
export interface SendEntry extends Common {
  readonly kind: "send";
  readonly node: NodeId; // that sends
  readonly to: NodeId;
  readonly arrivesNs: number | null;
  readonly type: string;
  readonly message: object;
  down: boolean; // its receiver was, when it arrived
  together: Arriving | undefined; // another one that arrives there at the same instant
}
export interface LateEntry extends Common {
  readonly kind: "late";
  readonly node: NodeId; // that had sent it
  readonly to: NodeId;
  readonly type: string;
}
export interface AskEntry extends Common {
  readonly kind: "ask";
  readonly node: NodeId; // that is asked
  readonly arrivesNs: number | null;
  readonly request: Request;
  down: boolean;
  together: Arriving | undefined;
}
export interface AnswerEntry extends Common {
  readonly kind: "answer";
  readonly node: NodeId;
  readonly arrivesNs: number | null;
  readonly request: Request;
  readonly how: "reply" | "redirect" | "refuse";
  readonly says: string;
}
export interface TimerEntry extends Common {
  readonly kind: "timer";
  readonly node: NodeId;
  readonly timer: string;
}
export interface DiskEntry extends Common {
  readonly kind: "disk";
  readonly node: NodeId;
  readonly sinceNs: number;
  readonly causes: readonly number[]; // of all records of the batch; `cause` is the last
}
export interface FactEntry extends Common {
  readonly kind: "fact";
  readonly node: NodeId;
  readonly fact: "leads" | "yields" | "voted";
  readonly epoch: number;
}

export type Entry =
  | StatusEntry
  | FaultEntry
  | NodeEntry
  | SendEntry
  | LateEntry
  | AskEntry
  | AnswerEntry
  | TimerEntry
  | DiskEntry
  | FactEntry;

/** What is under way. */
export type Arriving = SendEntry | AskEntry;

export const ofClients = ({ kind }: Entry): boolean => kind === "ask" || kind === "answer";

const SIZE = 1 << 15;

/** The latest entries. */
export class Ring {
  length = 0; // all that there have been
  private readonly entries: Entry[] = [];

  add(entry: Entry): void {
    entry.number = this.length++;
    this.entries[entry.number % SIZE] = entry;
  }

  /** Undefined where it is forgotten already. */
  get(number: number): Entry | undefined {
    if (number < 0 || number < this.length - SIZE) return undefined;
    return this.entries[number % SIZE];
  }
}
