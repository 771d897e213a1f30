/** Events of a run as lines for people. */
import type { Request } from "#protocol";
import type { TraceEvent } from "../../simulation/observer.ts";
import type { Moment } from "./listener.ts";
import { standing } from "./standing.ts";

const PLACES_WIDTH = 10;

export const eventNames = [
  "request",
  "requested",
  "send",
  "deliver",
  "lose",
  "drop",
  "reply",
  "redirect",
  "refuse",
  "operation",
  "waits",
  "taken",
  "timer",
  "persist",
  "durable",
  "snapshot",
  "fact",
  "fault",
  "crash",
  "restart",
  "wipe",
  "pause",
  "resume",
  "cpu",
  "disk",
  "clock",
];

export function lineFor(moment: Moment): string {
  if ("event" in moment) {
    const { event } = moment;
    return `${clock(event.t_ns)}  ${placesOf(event).padEnd(PLACES_WIDTH)}  ${whatOf(event)}`.trimEnd();
  }
  return `${" ".repeat(clock(0).length)}  ${"".padEnd(PLACES_WIDTH)}  = n${moment.node} ${standing(moment.status)}`;
}

export const clock = (ns: number): string => `${(ns / 1e9).toFixed(6).padStart(12)} s`;

/** An arrow is a message that leaves, a double one a message that arrives. */
function placesOf(event: TraceEvent): string {
  const client = event.request === undefined ? undefined : `c${(event.request as Request).client}`;
  const node = (name: string) => (typeof event[name] === "number" ? `n${event[name]}` : undefined);
  const [from, to] = [node("from") ?? client, node("to") ?? client];
  switch (event.event) {
    case "deliver":
    case "requested":
    case "drop":
      return `${from} ⇒ ${to}`;
    case "send":
    case "request":
    case "reply":
    case "redirect":
    case "refuse":
      return `${from} → ${to}`;
    case "lose":
      return `${from} ✗ ${to}`;
    default:
      return node("node") ?? "";
  }
}

function whatOf(event: TraceEvent): string {
  switch (event.event) {
    case "send":
      return `${words(event.message)}${arrival(event)}`;
    case "lose":
      return `${words(event.message)}  is lost`;
    case "deliver":
      return String(event.type);
    case "drop":
      return `${event.type ?? asked(event)}  finds nobody: n${event.to} is down`;
    case "request":
      return `${asked(event)}${arrival(event)}`;
    case "requested":
      return asked(event);
    case "reply":
      return `${asked(event)}  answered${result(event.result)}${arrival(event)}`;
    case "redirect":
      return `${asked(event)}  sent on${event.leader === null ? "" : ` to n${event.leader}`}${arrival(event)}`;
    case "refuse":
      return `${asked(event)}  refused${arrival(event)}`;
    case "operation":
      return ended(event);
    case "waits":
      return "is busy: that has to wait";
    case "taken":
      return "takes up what waits";
    case "timer":
      return `timer ${event.timer}`;
    case "persist":
      return `writes ${words(event.record)}`;
    case "durable":
      return `the disk has it: ${event.records} records`;
    case "fact":
      return fact(event);
    case "fault":
      return `*** ${event.what}`;
    default:
      return [event.event, ...others(event)].join(" ");
  }
}

function arrival(event: TraceEvent): string {
  const at = event.arrives_ns;
  return typeof at === "number" ? `  arrives ${clock(at).trim()}` : "  is lost";
}

function asked(event: TraceEvent): string {
  const { sequence, command } = event.request as Request;
  return `#${sequence} ${command.kind} k${command.key}${command.value === "" ? "" : ` ${command.value}`}`;
}

const result = (value: unknown): string =>
  value === null || value === undefined ? "" : ` ${JSON.stringify(value)}`;

function fact(event: TraceEvent): string {
  const position = event.position === 0 ? "" : `, position ${event.position}`;
  const subject = event.subject === undefined ? "" : `: ${words(event.subject)}`;
  return `- ${event.fact}, epoch ${event.epoch}${position}${subject}`;
}

function ended(event: TraceEvent): string {
  const since = clock(Number(event.call_ns)).trim();
  return `${asked(event)}  ends: ${event.outcome}${result(event.result)}, asked at ${since}`;
}

const silent = ["t_ns", "event", "node"];

const others = (event: TraceEvent): string[] =>
  Object.entries(event)
    .filter(([name]) => !silent.includes(name))
    .map(([name, value]) => `${name} ${words(value)}`);

/** A message, a record or whatever a protocol observes: its fields by name, lists by length. */
function words(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value))
    return value.every(item => typeof item === "number") ? `[${value}]` : `[${value.length}]`;
  if ("command" in value) return asked({ t_ns: 0, event: "", request: value });
  const { type, ...fields } = value as Record<string, unknown>;
  const shown = Object.entries(fields)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${name} ${nested(field)}`);
  return [...(type === undefined ? [] : [String(type)]), shown.join(", ")].join(" ").trimEnd();
}

function nested(field: unknown): string {
  if (typeof field !== "object" || field === null || Array.isArray(field)) return words(field);
  return "command" in field ? words(field) : "{…}";
}
