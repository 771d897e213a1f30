/**
 * Symbolic digests: equal values have equal digests, and nobody finds another value with the same one. Computing real
 * cryptography would cost a thousand events; the simulated processor is charged for it instead.
 */
import type { Request } from "#protocol";

/** Whatever is digested by one replica is soon digested by the others too: requests, and lists of their digests. */
const REMEMBERED = 1024;

/** One of these goes with every value, so that nought, no text and an empty list are three things. */
const TEXT = 0x3c6ef372;
const WHOLE = 0x1b873593;
const FRACTION = 0x27d4eb2f;
const ITEMS = 0x165667b1;
const FIELDS = 0x5bd1e995;

/** Two hashes at once, for 32 bits are found again too soon. */
const mixLow = (low: number, word: number): number => Math.imul(low ^ word ^ (low >>> 15), 0x01000193);
const mixHigh = (high: number, word: number): number => Math.imul(high ^ (word + (high >>> 15)), 0x85ebca6b);

class Mixer {
  private low = 0;
  private high = 0;
  private readonly requests: unknown[] = new Array(REMEMBERED).fill(undefined); // the very objects
  private readonly requestDigests = new Float64Array(REMEMBERED);
  private readonly lists: (readonly unknown[])[] = new Array(REMEMBERED).fill([]);
  private readonly listDigests = new Float64Array(REMEMBERED);
  private readonly double = new Float64Array(1);
  private readonly halves = new Int32Array(this.double.buffer);

  digest(value: unknown): number {
    if (Array.isArray(value)) return typeof value[0] === "number" ? this.ofList(value) : this.anew(value);
    if (typeof value === "object" && value !== null && "command" in value)
      return this.ofRequest(value as Request);
    return this.anew(value);
  }

  private ofRequest(request: Request): number {
    const place = (request.client * 8 + request.sequence) & (REMEMBERED - 1);
    if (this.requests[place] === request) return this.requestDigests[place]!;
    this.begin();
    this.mixRequest(request);
    this.requests[place] = request;
    this.requestDigests[place] = this.end();
    return this.requestDigests[place]!;
  }

  /** Every replica makes its own list, of the same digests. Members that are no numbers may change: not remembered. */
  private ofList(list: readonly unknown[]): number {
    const place = (list[0] as number) & (REMEMBERED - 1);
    if (isSame(this.lists[place]!, list)) return this.listDigests[place]!;
    const digest = this.anew(list);
    if (list.some(item => typeof item !== "number")) return digest;
    this.listDigests[place] = digest;
    this.lists[place] = list.slice();
    return digest;
  }

  private anew(value: unknown): number {
    this.begin();
    this.mix(value);
    return this.end();
  }

  private begin(): void {
    this.low = 0x811c9dc5 | 0;
    this.high = 0x9747b28c | 0;
  }

  private end(): number {
    return (this.low >>> 0) * 2097152 + (this.high >>> 11);
  }

  private mix(value: unknown): void {
    if (typeof value === "string") this.mixText(value);
    else if (typeof value === "number") this.mixNumber(value);
    else if (Array.isArray(value)) this.mixItems(value);
    else if (typeof value === "object" && value !== null) this.mixFields(value as Fields);
    else this.mixText(String(value));
  }

  /** What is digested most, and so without looking up its fields, which are in one order and of one kind each. */
  private mixRequest({ client, sequence, command }: Request): void {
    const { kind, key, value, expected, bytes } = command;
    this.mixWord(client);
    this.mixWord(sequence);
    this.mixWord(key);
    this.mixWord(bytes);
    this.mixText(kind);
    this.mixText(value);
    if (expected === undefined) this.mixWord(FIELDS);
    else this.mixText(expected);
  }

  private mixItems(items: readonly unknown[]): void {
    this.mixWord(ITEMS);
    this.mixWord(items.length);
    for (let index = 0; index < items.length; index++) this.mix(items[index]);
  }

  private mixFields(value: Fields): void {
    for (const name in value) {
      this.mixText(name);
      this.mix(value[name]);
    }
    this.mixWord(FIELDS);
  }

  private mixNumber(value: number): void {
    if (value === (value | 0)) {
      this.mixWord(WHOLE);
      this.mixWord(value | 0);
    } else this.mixDouble(value);
  }

  private mixDouble(value: number): void {
    this.double[0] = value;
    this.mixWord(FRACTION);
    this.mixWord(this.halves[0]!);
    this.mixWord(this.halves[1]!);
  }

  private mixText(text: string): void {
    const { length } = text;
    let low = mixLow(mixLow(this.low, TEXT), length);
    let high = mixHigh(mixHigh(this.high, TEXT), length);
    for (let index = 0; index < length; index += 2) {
      const first = text.charCodeAt(index);
      const word = index + 1 < length ? first | (text.charCodeAt(index + 1) << 16) : first;
      low = mixLow(low, word);
      high = mixHigh(high, word);
    }
    this.low = low;
    this.high = high;
  }

  private mixWord(word: number): void {
    this.low = mixLow(this.low, word);
    this.high = mixHigh(this.high, word);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < other.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

const mixer = new Mixer();

export const structuralDigest = (value: unknown): number => mixer.digest(value);
