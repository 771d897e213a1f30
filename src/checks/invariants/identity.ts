/**
 * Numbers for what may be held at a position, so that comparing two of them costs nothing: a request is its client and
 * sequence number. A command that its client never asked for is none of these; it is told from the genuine one by
 * comparing it with what the client's side of the wire has seen.
 */
import type { ClientId, Request } from "#protocol";

export const NOTHING_KNOWN = 0;
export const NO_OP = -1;
const LISTS_FROM = -2; // and below: lists, by a hash of their members
const FORGED_FROM = -(2 ** 34); // and below: what nobody asked for, by a hash of its contents
const SEQUENCES = 2 ** 32;

export const isForged = (id: number): boolean => id <= FORGED_FROM;

/** What the clients' side of the wire has seen; the older a request, the sooner it is forgotten. */
export interface Asked {
  /** The very object. */
  has(request: Request): boolean;
  /** That, or its like, or so old that it is forgotten. */
  isGenuine(request: Request): boolean;
  find(client: ClientId, sequence: number): Request | undefined;
}

export class Identities {
  private readonly asked: Asked;
  /** Found out while what their clients had asked for was remembered. */
  private readonly forged = new WeakSet<Request>();

  constructor(asked: Asked) {
    this.asked = asked;
  }

  /** Of a subject of `accepted` or `committed`. */
  of(subject: unknown): number {
    if (subject === undefined) return NO_OP;
    if (Array.isArray(subject)) return this.ofList(subject);
    return this.ofRequest(subject as Request);
  }

  ofRequest(request: Request): number {
    return this.asked.has(request) ? nameOf(request) : this.ofAnother(request);
  }

  /** Not the very object that was asked for. */
  private ofAnother(request: Request): number {
    return this.isGenuine(request) ? nameOf(request) : FORGED_FROM - hashOf(request);
  }

  /** A list whose members are told one after another: start with `NOTHING_KNOWN`. */
  afterMember(list: number, member: number): number {
    if (isForged(member) || isForged(list)) return FORGED_FROM - hashNumbers(-list, -member);
    return LISTS_FROM - hashNumbers(-list, member);
  }

  private ofList(list: readonly unknown[]): number {
    let id = NOTHING_KNOWN;
    for (const member of list) id = this.afterMember(id, this.of(member));
    return list.length === 0 ? NO_OP : id;
  }

  private isGenuine(request: Request): boolean {
    if (this.forged.has(request)) return false;
    const genuine = this.asked.isGenuine(request);
    if (!genuine) this.forged.add(request);
    return genuine;
  }

  text(id: number): string {
    if (id === NO_OP) return "a no-op";
    if (isForged(id)) return "a command that no client asked for";
    if (id <= LISTS_FROM) return "a list of commands";
    const client = Math.floor(id / SEQUENCES);
    const sequence = id % SEQUENCES;
    const command = this.asked.find(client, sequence)?.command;
    const what = command === undefined ? "" : ` (${command.kind} k${command.key})`;
    return `operation ${sequence} of client ${client}${what}`;
  }
}

/** What a request calls itself, genuine or not. */
const nameOf = ({ client, sequence }: Request): number => client * SEQUENCES + sequence;

function hashOf({ client, sequence, command }: Request): number {
  let hash = hashNumbers(client, sequence);
  for (const text of [command.kind, String(command.key), command.value, command.expected ?? "\0"]) {
    for (let index = 0; index < text.length; index++) hash = hashNumbers(hash, text.charCodeAt(index));
  }
  return hash;
}

/** Both halves of whole numbers: operators on bits take the lower one by themselves. */
function hashNumbers(left: number, right: number): number {
  let hash = Math.imul(left ^ 0x9e3779b1, 0x85ebca77) ^ Math.floor(left / SEQUENCES);
  hash = Math.imul(hash ^ (hash >>> 15) ^ right, 0xc2b2ae3d) ^ Math.floor(right / SEQUENCES);
  return (Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f) ^ (hash >>> 16)) >>> 0;
}
