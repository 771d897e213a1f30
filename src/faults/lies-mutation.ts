/**
 * How a liar changes a message of any protocol by one small step: a number of the protocol one higher or lower,
 * another digest, another request, another state than its digest is of. Messages are immutable, so a lie is a copy;
 * its type stays.
 *
 * A liar commands its own key, so it computes afresh the digests and proofs of its own that cover what it changed, as
 * far as fields of the same name were digested. It cannot forge the proof of another signer, nor a client's request:
 * such proofs no longer fit, and another request is one that the liar has seen.
 */
import type { Digest, Proof, Request, State } from "#protocol";
import { Store } from "../protocol/store.ts";
import type { AnyContext, Typed } from "./byzantine-relay.ts";

const REMEMBERED = 256; // digests and requests; a lie about the distant past convinces nobody
const NUMBERS = /(view|term|epoch|ballot|sequence|slot|index|position)$/i;
const DIGESTS = /digest$/i;

type Random = () => number;
type Fields = Readonly<Record<string, unknown>>;

interface Change {
  readonly name: string; // of the field; objects are recognized wherever they are
  readonly from: unknown;
  readonly to: unknown;
}

/** Where a message can be changed. */
interface Places {
  readonly numbers: Change[]; // `to` is drawn when one is chosen, here and below
  readonly digests: Change[];
  readonly requests: Change[];
  readonly states: Change[];
}

export class Forger {
  private readonly context: AnyContext; // computes for the liar what it does not remember
  private readonly random: Random;
  private readonly digested = new Map<Digest, unknown>(); // what the liar's digests stand for
  private readonly seen = new Set<Request>();

  constructor(context: AnyContext, random: Random) {
    this.context = context;
    this.random = random;
  }

  rememberDigest(digest: Digest, value: unknown): void {
    this.digested.set(digest, value);
    if (this.digested.size > REMEMBERED) this.digested.delete(this.digested.keys().next().value!);
  }

  rememberRequests(message: Typed): void {
    for (const { from } of placesIn(message).requests) this.seen.add(from as Request);
    for (const request of this.seen) {
      if (this.seen.size <= REMEMBERED) return;
      this.seen.delete(request);
    }
  }

  /** Another request in place of one in the message, or another digest; the message itself if it has neither. */
  otherContent(message: Typed): Typed {
    const { requests, digests } = placesIn(message);
    return this.otherRequest(message, requests, true) ?? this.otherDigest(message, digests) ?? message;
  }

  /** Any small change. Another request may come with the digest of the right one, and another state does. */
  mutate(message: Typed): Typed {
    const { numbers, digests, requests, states } = placesIn(message);
    const ways = [
      () => this.otherNumber(message, numbers),
      () => this.otherDigest(message, digests),
      () => this.otherRequest(message, requests, this.random() < 0.5),
    ];
    if (states.length > 0) ways.push(() => this.otherState(message, states));
    const first = this.pick(ways.length);
    for (let way = 0; way < ways.length; way++) {
      const told = ways[(first + way) % ways.length]!();
      if (told !== undefined) return told;
    }
    return message;
  }

  /** Gives the differences between the truth and what is told in its place the digests and proofs they need. */
  vouchFor(truth: Typed, told: Typed): Typed {
    const changes: Change[] = [];
    differences("", truth, told, changes);
    return this.apply(truth, changes, true);
  }

  private otherNumber(message: Typed, numbers: readonly Change[]): Typed | undefined {
    const place = numbers[this.pick(numbers.length)];
    if (place === undefined) return undefined;
    const number = place.from as number;
    const to = number === 0 || this.random() < 0.5 ? number + 1 : number - 1;
    return this.apply(message, [{ ...place, to }], true);
  }

  private otherDigest(message: Typed, digests: readonly Change[]): Typed | undefined {
    const place = digests[this.pick(digests.length)];
    if (place === undefined) return undefined;
    const to = typeof place.from === "number" ? place.from + 1 : `not ${place.from}`;
    return this.apply(message, [{ ...place, to }], true);
  }

  private otherRequest(message: Typed, requests: readonly Change[], again: boolean): Typed | undefined {
    const place = requests[this.pick(requests.length)];
    const others = [...this.seen].filter(request => request !== place?.from);
    const to = others[this.pick(others.length)];
    return place === undefined || to === undefined
      ? undefined
      : this.apply(message, [{ ...place, to }], again);
  }

  private otherState(message: Typed, [place]: readonly Change[]): Typed {
    return this.apply(message, [{ ...place!, to: forged(place!.from as State) }], false);
  }

  private pick(count: number): number {
    return count === 0 ? 0 : Math.floor(this.random() * count);
  }

  private apply(message: Typed, changes: readonly Change[], again: boolean): Typed {
    return this.changed("", message, changes, again) as Typed;
  }

  /** The value with the changes made in it: a copy, or the value itself where it holds none of them. */
  private changed(name: string, value: unknown, changes: readonly Change[], again: boolean): unknown {
    const change = changes.find(
      ({ from, name: itsName }) => from === value && (itsName === name || typeof from === "object"),
    );
    if (change !== undefined) return change.to;
    if (typeof value !== "object" || value === null) return this.changedDigest(value, changes, again);
    if (isProof(value)) return this.changedProof(value, changes, again);
    if (Array.isArray(value)) {
      const items = value.map(item => this.changed(name, item, changes, again));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const told: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      if (key === "type" || key === "contents") continue; // saved states are large, and opaque
      const other = this.changed(key, field, changes, again);
      if (other !== field) told[key] = other;
    }
    return Object.keys(told).length > 0 ? { ...value, ...told } : value;
  }

  private changedDigest(value: unknown, changes: readonly Change[], again: boolean): unknown {
    const digest = value as Digest;
    if (!again || !this.digested.has(digest)) return value;
    const truth = this.digested.get(digest);
    const told = this.changed("", truth, changes, again);
    return told === truth ? value : this.context.digest(told);
  }

  private changedProof(proof: Proof, changes: readonly Change[], again: boolean): Proof {
    if (proof.signer !== this.context.self) return proof;
    const digest = this.changed("digest", proof.digest, changes, again) as Digest;
    if (digest === proof.digest) return proof;
    return proof.transferable ? this.context.sign(digest) : this.context.authenticate(digest);
  }
}

function placesIn(message: Typed): Places {
  const places: Places = { numbers: [], digests: [], requests: [], states: [] };
  collect("", message, places);
  return places;
}

function collect(name: string, value: unknown, places: Places): void {
  if (typeof value === "number" && NUMBERS.test(name)) {
    places.numbers.push({ name, from: value, to: undefined });
  } else if ((typeof value === "number" || typeof value === "string") && DIGESTS.test(name)) {
    places.digests.push({ name, from: value, to: undefined });
  } else if (isRequest(value)) {
    places.requests.push({ name, from: value, to: undefined });
  } else if (isState(value)) {
    places.states.push({ name, from: value, to: undefined });
  } else if (Array.isArray(value)) {
    for (const item of value) collect(name, item, places);
  } else if (typeof value === "object" && value !== null && !isProof(value)) {
    for (const [key, field] of Object.entries(value)) collect(key, field, places);
  }
}

/** Field by field, as long as both have the same shape. */
function differences(name: string, truth: unknown, told: unknown, found: Change[]): void {
  if (truth === told) return;
  if (!sameShape(truth, told)) found.push({ name, from: truth, to: told });
  else {
    for (const [key, field] of Object.entries(truth as Fields)) {
      differences(Array.isArray(truth) ? name : key, field, (told as Fields)[key], found);
    }
  }
}

function sameShape(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (isRequest(one) || isProof(one) || Array.isArray(one) !== Array.isArray(other)) return false;
  return Object.keys(one).join() === Object.keys(other).join();
}

export const isRequest = (value: unknown): value is Request =>
  typeof value === "object" && value !== null && "client" in value && "command" in value;

const isState = (value: unknown): value is State =>
  typeof value === "object" && value !== null && "bytes" in value && "contents" in value;

/** Something is written there that nobody has asked for. */
function forged(state: State): State {
  const store = new Store();
  store.load(state);
  const command = { kind: "put", key: 0, value: "forged", expected: undefined, bytes: state.bytes } as const;
  store.execute({ client: 0, sequence: Number.MAX_SAFE_INTEGER, command });
  return store.save();
}

const isProof = (value: unknown): value is Proof =>
  typeof value === "object" && value !== null && "signer" in value && "transferable" in value;
