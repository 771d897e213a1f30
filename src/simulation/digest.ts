/**
 * Symbolic digests: equal values have equal digests, and nobody finds another value with the same one. Computing real
 * cryptography would cost a thousand events; the simulated processor is charged for it instead.
 */
import type { Request } from "#protocol";

/** Whatever is digested by one replica is soon digested by the others too, and is the very same object. */
const REMEMBERED = 1024;

/** One of these goes with every value, so that nought, no text and an empty list are three things. */
const TEXT = 0x3c6ef372;
const WHOLE = 0x1b873593;
const FRACTION = 0x27d4eb2f;
const ITEMS = 0x165667b1;
const FIELDS = 0x5bd1e995;

/** Two hashes at once, for 32 bits are found again too soon. */
class Mixer {
  private low = 0;
  private high = 0;
  private readonly values: unknown[] = new Array(REMEMBERED).fill(undefined);
  private readonly digests = new Float64Array(REMEMBERED);
  private readonly double = new Float64Array(1);
  private readonly halves = new Int32Array(this.double.buffer);

  digest(value: unknown): number {
    const place = placeOf(value);
    if (place >= 0 && this.values[place] === value) return this.digests[place]!;
    this.low = 0x811c9dc5;
    this.high = 0x9747b28c;
    if (place >= 0) this.mixRequest(value as Request);
    else this.mix(value);
    const digest = (this.low >>> 0) * 2097152 + (this.high >>> 11);
    if (place >= 0) {
      this.values[place] = value;
      this.digests[place] = digest;
    }
    return digest;
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
    this.mixWord(TEXT);
    this.mixWord(text.length);
    const even = text.length & ~1;
    for (let index = 0; index < even; index += 2) {
      this.mixWord(text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16));
    }
    if (even < text.length) this.mixWord(text.charCodeAt(even));
  }

  private mixWord(word: number): void {
    this.low = Math.imul(this.low ^ word ^ (this.low >>> 15), 0x01000193);
    this.high = Math.imul(this.high ^ (word + (this.high >>> 15)), 0x85ebca6b);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Where a request is remembered; -1 for anything else. */
function placeOf(value: unknown): number {
  if (typeof value !== "object" || value === null || !("command" in value)) return -1;
  const { client, sequence } = value as Request;
  return (client * 8 + sequence) & (REMEMBERED - 1);
}

const mixer = new Mixer();

export const structuralDigest = (value: unknown): number => mixer.digest(value);
