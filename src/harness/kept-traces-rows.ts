/** From what a recorder remembers to the rows of the file, the most telling first, until there are enough. */
import type { AnyProtocol, Cause } from "#protocol";
import type { KeptHeader, KeptRow, KeptTrace } from "../results/kept-trace.ts";
import {
  type AskEntry,
  type Entry,
  ofClients,
  type SendEntry,
  type StatusEntry,
} from "./kept-traces-entries.ts";
import type { KeptOperation } from "./kept-traces-operations.ts";
import type { Recorder } from "./kept-traces-recorder.ts";
import type { KeptWindow } from "./kept-traces-windows.ts";
import { commandWords, messageWords, operationName, shortened } from "./kept-traces-words.ts";

const MOST_ROWS = 3_000;
const MOST_BYTES = 290_000; // leaves room for the header

export type RunIdentity = Pick<
  KeptHeader,
  "key" | "algo" | "n" | "f" | "quorum" | "workload" | "point" | "seed" | "rerun" | "liars"
>;

export function keptTrace(identity: RunIdentity, recorder: Recorder, protocol: AnyProtocol): KeptTrace {
  const selection = new Selection(protocol);
  const standings = recorder.standings.kept();
  const operations = recorder.operations.kept();
  selection.addAll([...standings.entries, ...recorder.incidents]);
  for (const { path, own } of operations) selection.addAll([...path, ...own]);
  const stretches = windowsOf(recorder, operations);
  const windows = stretches.flatMap((stretch, place) =>
    selection.addStretch(stretch, stretches.length - place),
  );
  const entries = selection.inOrder();
  const places = new Map(entries.map((entry, place) => [entry.number, place]));
  const events = entries.filter(({ kind }) => kind !== "status").length;
  const header: KeptHeader = {
    schema_version: 1,
    ...identity,
    end_ns: recorder.lastNs,
    windows: merged(windows),
    windows_left_out: recorder.windows.missed + stretches.length - windows.length,
    operations: operations.map(operation => operationLine(operation, places)),
    exact: standings.exact,
    events: recorder.events,
    left_out: recorder.events - events,
  };
  return { header, rows: entries.map(entry => rowOf(entry, number => places.get(number) ?? null, protocol)) };
}

type Stretch = Omit<KeptWindow, "reserved">;

/** What is wrong comes first, then the ordinary operation that everything else is compared with. */
function windowsOf({ windows }: Recorder, operations: readonly KeptOperation[]): Stretch[] {
  const [median, ...slow] = operations
    .filter(({ life, why }) => life !== undefined && why !== "contradiction")
    .reverse();
  const lifeOf = ({ request, why, life, callNs: fromNs }: KeptOperation): Stretch => {
    return { why: `${why} operation, ${operationName(request)}`, entries: life!, fromNs, clients: false };
  };
  const wrong = windows.closed.filter(({ reserved }) => reserved);
  const others = windows.closed.filter(({ reserved }) => !reserved);
  const ordinary = median === undefined ? [] : [lifeOf(median)];
  return [...wrong, ...others.slice(0, 1), ...ordinary, ...others.slice(1), ...slow.map(lifeOf)].filter(
    ({ entries }) => entries.some(isEvent),
  );
}

const isEvent = ({ kind }: Entry): boolean => kind !== "status";

/** One after another in time; those that overlap are one. */
function merged(stretches: readonly Stretch[]): KeptHeader["windows"] {
  const lines = stretches.map(({ why, entries, fromNs, clients }) => {
    return { from_ns: fromNs, to_ns: entries.findLast(isEvent)!.ns, why, clients };
  });
  const windows: KeptHeader["windows"] = [];
  for (const line of lines.sort((left, right) => left.from_ns - right.from_ns)) {
    const last = windows.at(-1);
    if (last === undefined || last.to_ns < line.from_ns) windows.push(line);
    else windows[windows.length - 1] = together(last, line);
  }
  return windows;
}

type WindowLine = KeptHeader["windows"][number];

const together = (one: WindowLine, other: WindowLine): WindowLine => ({
  from_ns: one.from_ns,
  to_ns: Math.max(one.to_ns, other.to_ns),
  why: one.why.includes(other.why) ? one.why : `${one.why}; ${other.why}`,
  clients: one.clients && other.clients,
});

/** What fits into the file, each entry once. */
class Selection {
  private readonly chosen = new Map<number, Entry>();
  private readonly protocol: AnyProtocol;
  private bytes = 0;

  constructor(protocol: AnyProtocol) {
    this.protocol = protocol;
  }

  addAll(entries: readonly Entry[]): void {
    for (const entry of entries) this.addIfFits([entry], 1);
  }

  /**
   * As much of it as its share of the room allows, where so many are still to come: if need be without what clients
   * said, without the growth of logs, or only its beginning.
   */
  addStretch(stretch: Stretch, toCome: number): Stretch[] {
    const { entries } = stretch;
    const ofReplicas = entries.filter(entry => !ofClients(entry));
    const events = ofReplicas.filter(isEvent);
    const attempts = [
      entries,
      ofReplicas,
      events,
      ...[4, 2].map(part => events.slice(0, (events.length * part) / 5)),
    ];
    const chosen = attempts.find(some => some.some(isEvent) && this.addIfFits(some, toCome));
    if (chosen === undefined) return [];
    return [{ ...stretch, entries: chosen, clients: stretch.clients && chosen === entries }];
  }

  private addIfFits(entries: readonly Entry[], toCome: number): boolean {
    const fresh = entries.filter(({ number }) => !this.chosen.has(number));
    const bytes = fresh.reduce((sum, entry) => sum + this.bytesOf(entry), 0);
    if (fresh.length > (MOST_ROWS - this.chosen.size) / toCome) return false;
    if (bytes > (MOST_BYTES - this.bytes) / toCome) return false;
    for (const entry of fresh) this.chosen.set(entry.number, entry);
    this.bytes += bytes;
    return true;
  }

  inOrder(): Entry[] {
    return [...this.chosen.values()].sort((left, right) => left.ns - right.ns || left.number - right.number);
  }

  private bytesOf(entry: Entry): number {
    return Buffer.byteLength(JSON.stringify(rowOf(entry, () => MOST_ROWS, this.protocol))) + 1;
  }
}

type PlaceOf = (number: number) => number | null;

function operationLine(operation: KeptOperation, places: ReadonlyMap<number, number>) {
  const { request, callNs, returnNs, outcome, why, path } = operation;
  return {
    op: operationName(request),
    says: shortened(commandWords(request)),
    call_ns: callNs,
    return_ns: outcome === "unknown" ? null : returnNs,
    outcome,
    why,
    path: path.map(({ number }) => places.get(number)).filter(place => place !== undefined),
  };
}

function rowOf(entry: Entry, placeOf: PlaceOf, protocol: AnyProtocol): KeptRow {
  const { ns } = entry;
  switch (entry.kind) {
    case "status":
      return statusRow(entry);
    case "fault":
      return ["fault", ns, entry.what];
    case "node":
      return ["node", ns, entry.node, entry.what, entry.untilNs];
    case "send":
      return sendRow(entry, placeOf(entry.cause), protocol);
    case "late":
      return ["late", ns, entry.node, entry.to, entry.type];
    case "ask":
      return askRow(entry);
    case "answer": {
      const { node, arrivesNs, request, how, says } = entry;
      const cause = placeOf(entry.cause);
      return ["answer", ns, cause, node, arrivesNs, operationName(request), how, shortened(says)];
    }
    case "timer":
      return ["timer", ns, entry.node, entry.timer];
    case "disk":
      return ["disk", ns, placeOf(entry.cause), entry.node, entry.sinceNs];
    case "fact":
      return ["fact", ns, placeOf(entry.cause), entry.node, entry.fact, entry.epoch];
  }
}

function statusRow({ ns, node, status }: StatusEntry): KeptRow {
  if (status === undefined) return ["status", ns, node, "down", 0, null, 0, 0, 0];
  const { role, epoch, leader, logLength, committed, applied, epochs } = status;
  const row = ["status", ns, node, role, epoch, leader ?? null, logLength, committed, applied] as const;
  return epochs === undefined ? [...row] : [...row, withoutRepeats(epochs)];
}

/** The first stands for those before it as well: mostly they are all the same. */
function withoutRepeats(all: readonly number[]): number[] {
  const epochs = all.slice(-8);
  const change = epochs.findIndex(epoch => epoch !== epochs[0]);
  return change === -1 ? epochs.slice(0, 1) : epochs.slice(change - 1);
}

function askRow({ ns, node, arrivesNs, request, down }: AskEntry): KeptRow {
  const says = shortened(commandWords(request));
  return ["ask", ns, node, arrivesNs, operationName(request), says, fateOf(arrivesNs, down)];
}

function sendRow(entry: SendEntry, cause: number | null, protocol: AnyProtocol): KeptRow {
  const { ns, node, to, arrivesNs, type, message, down } = entry;
  const why = causeOf(protocol, type, message);
  return ["send", ns, cause, node, to, arrivesNs, type, why, messageWords(message), fateOf(arrivesNs, down)];
}

const fateOf = (arrivesNs: number | null, down: boolean): "arrives" | "lost" | "down" =>
  arrivesNs === null ? "lost" : down ? "down" : "arrives";

function causeOf(protocol: AnyProtocol, type: string, message: object): Cause {
  const { cause } = protocol.messages[type] as { cause: Cause | ((message: object) => Cause) };
  return typeof cause === "string" ? cause : cause(message);
}
