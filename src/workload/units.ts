/**
 * Quantities as people write them: `0.5ms`, `2000/s`, `100B`, `1Gbps`. Inside the harness they are plain numbers whose
 * unit is in the name; here they are read, checked and written back.
 */
import { z } from "zod";

/** A kind of quantity: what it is called, an example for the error message, and what one of each unit amounts to. */
interface Quantity {
  readonly name: string;
  readonly example: string;
  readonly base: string; // the unit of the parsed number, for error messages
  readonly units: Readonly<Record<string, number>>;
}

const duration: Quantity = {
  name: "a duration",
  example: "30s, 0.5ms or 200us",
  base: "nanoseconds",
  units: { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 },
};

const rate: Quantity = {
  name: "a rate",
  example: "2000/s",
  base: "a second",
  units: { "/s": 1, "/ms": 1e3, "/m": 1 / 60, "/min": 1 / 60, "/h": 1 / 3600 },
};

const size: Quantity = {
  name: "a size",
  example: "100B or 1KiB",
  base: "bytes",
  units: { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1048576, GiB: 1073741824 },
};

const bandwidth: Quantity = {
  name: "a bandwidth",
  example: "1Gbps",
  base: "bits a second",
  units: { bps: 1, kbps: 1e3, Kbps: 1e3, Mbps: 1e6, Gbps: 1e9, Tbps: 1e12 },
};

/** Whole nanoseconds. Throws an error with a message for people, as do the others. */
export const parseDuration = (text: string): number => whole(text, duration);

/** Nanoseconds, possibly a fraction of one: for costs of a byte, which are added up before they are rounded. */
export const parseFineDuration = (text: string): number => read(text, duration);

/** Events a second. */
export const parseRate = (text: string): number => read(text, rate);

/** Whole bytes. */
export const parseSize = (text: string): number => whole(text, size);

/** Bits a second; `unlimited` is Infinity. */
export const parseBandwidth = (text: string): number =>
  text.trim() === "unlimited" ? Number.POSITIVE_INFINITY : read(text, bandwidth);

/** The shortest way to write it in one unit: `30s`, `0.25ms`, `1500us` becomes `1.5ms`. */
export function formatDuration(ns: number): string {
  const units = [
    ["s", 1e9],
    ["ms", 1e6],
    ["us", 1e3],
  ] as const;
  for (const [unit, factor] of units) if (ns >= factor) return `${trimmed(ns / factor)}${unit}`;
  return ns === 0 ? "0s" : `${trimmed(ns)}ns`;
}

export const formatRate = (perSecond: number): string => `${trimmed(perSecond)}/s`;

export function formatSize(bytes: number): string {
  if (bytes >= 1024 && bytes % 1024 === 0) {
    return bytes % 1048576 === 0 ? `${bytes / 1048576}MiB` : `${bytes / 1024}KiB`;
  }
  return bytes >= 1e6
    ? `${trimmed(bytes / 1e6)}MB`
    : bytes >= 1e3
      ? `${trimmed(bytes / 1e3)}kB`
      : `${bytes}B`;
}

export function formatBandwidth(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond === undefined || bitsPerSecond === Number.POSITIVE_INFINITY) return "unlimited";
  if (bitsPerSecond >= 1e9) return `${trimmed(bitsPerSecond / 1e9)}Gbps`;
  if (bitsPerSecond >= 1e6) return `${trimmed(bitsPerSecond / 1e6)}Mbps`;
  return bitsPerSecond >= 1e3 ? `${trimmed(bitsPerSecond / 1e3)}kbps` : `${trimmed(bitsPerSecond)}bps`;
}

/** The schemas of the same quantities in a file. A zero needs no unit. */
export const Duration = written(duration, parseDuration, "A length of time, such as 30s, 0.5ms or 200us.");
export const FineDuration = written(
  duration,
  parseFineDuration,
  "A length of time, such as 2.5us or 0.25ns.",
);
export const Rate = written(rate, parseRate, "A rate, such as 2000/s.");
export const Size = written(size, parseSize, "A number of bytes, such as 100B, 1kB (1000) or 1KiB (1024).");
export const Bandwidth = written(
  bandwidth,
  parseBandwidth,
  "A data rate, such as 100Mbps or 1Gbps, or unlimited.",
  "|unlimited",
);

/** Of which there must be some: none of it means never, and `cure` says how to write that. */
export const someOf = <Item extends typeof Rate | typeof Bandwidth>(quantity: Item, cure: string) =>
  quantity.refine(value => value !== 0, `must be above 0: ${cure}`);

/** How long a warm-up is: a length of time, or `{ operations }`. */
export const WarmUp = z
  .union([z.string().meta({ pattern: "^\\s*[1-9][0-9]*\\s+operations?\\s*$" }), Duration], {
    error: ({ input }) =>
      typeof input === "number"
        ? `${input} lacks a unit: expected a duration, such as 2s, or 500 operations`
        : "expected a duration, such as 2s, or a number of operations, such as 500 operations",
  })
  .transform((value, context) => {
    if (typeof value === "number") return value;
    const count = /^\s*([1-9]\d*)\s+operations?\s*$/.exec(value)?.[1];
    if (count !== undefined) return { operations: Number(count) };
    const read = Duration.safeParse(value);
    if (read.success) return read.data;
    const message = `${read.error.issues[0]!.message}; or say how many: 500 operations`;
    context.issues.push({ code: "custom", message, input: value });
    return z.NEVER;
  });

function written(quantity: Quantity, parse: (text: string) => number, description: string, others = "") {
  const units = Object.keys(quantity.units).join("|");
  const pattern = `^\\s*([0-9]*\\.?[0-9]+([eE][+-]?[0-9]+)?\\s*(${units})${others})\\s*$`;
  return z
    .union([z.string().meta({ pattern }), z.literal(0)], { error: issue => misfit(issue.input, quantity) })
    .transform((value, context) => {
      if (value === 0) return 0;
      try {
        return parse(value);
      } catch (error) {
        context.issues.push({ code: "custom", message: (error as Error).message, input: value });
        return z.NEVER;
      }
    })
    .meta({ description });
}

/** Why a value that is not even text is not such a quantity. */
function misfit(value: unknown, { name, example }: Quantity): string {
  if (typeof value !== "number") return `expected ${name}, such as ${example}`;
  return `${value} lacks a unit: expected ${name}, such as ${example}`;
}

function read(text: string, { name, example, units }: Quantity): number {
  const match = /^\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(.*?)\s*$/.exec(text);
  if (match === null) throw new Error(`"${text}" is not ${name}, such as ${example}`);
  const [, digits, unit] = match as unknown as [string, string, string];
  const factor = Object.hasOwn(units, unit) ? units[unit]! : undefined;
  if (factor !== undefined) return Number(digits) * factor;
  if (unit === "" && Number(digits) === 0) return 0;
  if (unit === "") throw new Error(`"${text}" lacks a unit: expected ${name}, such as ${example}`);
  const known = `the units are ${Object.keys(units).join(", ")}`;
  if (/^operations?$/.test(unit)) {
    throw new Error(`"${text}" is not ${name}: ${known}; to end after so many, write operations: ${digits}`);
  }
  throw new Error(`"${text}" is not ${name}: ${known}`);
}

/** As `read`, but a whole number of the base unit. Decimals cost a rounding error, which is not the writer's fault. */
function whole(text: string, quantity: Quantity): number {
  const exact = read(text, quantity);
  const rounded = Math.round(exact);
  if (Math.abs(exact - rounded) > 1e-9 * Math.max(1, exact)) {
    throw new Error(`"${text}" is not a whole number of ${quantity.base}`);
  }
  if (rounded > Number.MAX_SAFE_INTEGER) throw new Error(`"${text}" is too large`);
  return rounded;
}

/** At most six significant digits, without trailing zeros. */
const trimmed = (value: number): string => String(Number(value.toPrecision(6)));
