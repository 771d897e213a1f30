/** What a message says, in a few words, for whoever reads a diagram. */
import type { Request } from "#protocol";

const LONGEST = 96;
const OPERATIONS = 3; // named of those that a message carries
const DEPTH = 4; // a proof may hold messages that hold requests

/** Known to the sender and the receiver, or of no interest beside an arrow. */
const silent = ["type", "cause", "proof", "proofs", "signature", "mac", "digest"];

export const operationName = ({ client, sequence }: Request): string => `c${client}#${sequence}`;

export function commandWords({ command }: Request): string {
  const { kind, key, value } = command;
  return `${kind} k${key}${value === "" ? "" : ` ${value}`}`;
}

/** Its fields by name; of what it carries the operations, or else how many. */
export function messageWords(message: object): string {
  const fields = Object.entries(message)
    .filter(([name, field]) => !silent.includes(name) && field !== undefined)
    .map(([name, field]) => fieldWords(name, field));
  return shortened(fields.filter(words => words !== "").join(", "));
}

export const shortened = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;

function fieldWords(name: string, field: unknown): string {
  if (typeof field === "boolean") return field ? name : `not ${name}`;
  if (typeof field !== "object" || field === null) return `${name} ${shortened(String(field))}`;
  const carried = requestsIn(field);
  if (carried.length > 0) return `${name}: ${listed(carried)}`;
  if (Array.isArray(field)) return field.length === 0 ? "" : `${name} ×${field.length}`;
  const inner = Object.entries(field).filter(([, value]) => typeof value === "number");
  return inner.length === 0 ? "" : `${name} ${inner.map(([, value]) => value).join(".")}`;
}

function listed(requests: readonly Request[]): string {
  const named = requests
    .slice(0, OPERATIONS)
    .map(request => `${operationName(request)} ${commandWords(request)}`);
  const more = requests.length - named.length;
  return `${named.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The requests inside a message, wherever its protocol puts them. */
export function requestsIn(value: unknown, depth = DEPTH): Request[] {
  if (typeof value !== "object" || value === null || depth === 0) return [];
  if (isRequest(value)) return [value];
  return Object.values(value).flatMap(inner => requestsIn(inner, depth - 1));
}

const isRequest = (value: object): value is Request =>
  "command" in value && "client" in value && "sequence" in value;
