/** Conditions as people write them: `< 10`, `>= 2.5 x raft`, `1.36 ± 5%`, `3 .. 5`, `valid`. */
import type { Condition, Operator } from "./expect.ts";
import type { FieldKind } from "./expect-fields.ts";
import { didYouMean } from "./nearest.ts";
import { parseFineDuration, parseRate, parseSize } from "./units.ts";

export interface WrittenCondition {
  readonly condition: Condition;
  readonly written: string;
  readonly relativeTo: string | undefined;
}

const EXAMPLES = '"< 10", ">= 2.5", "1.36 ± 5%", "3 .. 5", "<= 3 x unreplicated"';

/** Text is what is wrong with it. */
export function conditionOf(value: unknown, field: string, kind: FieldKind): WrittenCondition | string {
  if (kind !== "number") return wordsOf(value, kind);
  if (typeof value === "number" && Number.isFinite(value)) {
    return {
      condition: { kind: "compare", operator: "==", value },
      written: `== ${value}`,
      relativeTo: undefined,
    };
  }
  if (typeof value !== "string") return `expected a condition, such as ${EXAMPLES}`;
  return numericOf(value.trim(), field);
}

/** One of some words, or any text. `none`: there is no text. */
function wordsOf(value: unknown, kind: "text" | readonly string[]): WrittenCondition | string {
  const words = listed(value, kind === "text");
  const unlike = typeof words[0] === "string" && /^\s*!=/.test(words[0]);
  const clean = words.map(word =>
    typeof word === "string" ? word.replace(/^\s*(==?|!=)/, "").trim() : word,
  );
  const texts = clean.filter(word => typeof word === "string" && word !== "") as string[];
  const isOdd = (word: unknown) =>
    !texts.includes(word as string) || !(kind === "text" || kind.includes(word as string));
  const wrong = clean.findIndex(isOdd);
  if (wrong >= 0 || clean.length === 0) return misfit(value, clean[wrong], kind);
  const written = `${unlike ? "!= " : ""}${texts.join(" or ")}`;
  return { condition: condition(texts, unlike, kind), written, relativeTo: undefined };
}

function listed(value: unknown, whole: boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "boolean") return [String(value)];
  return typeof value === "string" && !whole ? value.split(/ or |\|/) : [value];
}

/** Where all words are known, another one than these is one of the rest. */
function condition(words: readonly string[], unlike: boolean, kind: "text" | readonly string[]): Condition {
  if (!unlike) return { kind: "words", words };
  if (kind === "text") return { kind: "unlike", words };
  return { kind: "words", words: kind.filter(word => !words.includes(word)) };
}

function misfit(value: unknown, wrong: unknown, kind: "text" | readonly string[]): string {
  const found = `found ${JSON.stringify(value) ?? "nothing"}`;
  if (kind === "text") return `is a text: expected one in quotes, none, or "!= none", ${found}`;
  const meant = typeof wrong === "string" ? didYouMean(wrong, kind) : "";
  const what = kind.includes("valid") ? "is a verdict: " : "";
  return `${what}expected ${kind.join(", ")}, or several of them in a list, ${found}${meant}`;
}

function numericOf(text: string, field: string): WrittenCondition | string {
  const ratio = /^(.*\d[^\s]*)\s*(?:\s[x×]|×|\stimes)\s+(\S+)$/.exec(text);
  const body = ratio?.[1] ?? text;
  const unit = ratio === null ? field : "";
  try {
    return { condition: bodyOf(body.trim(), unit), written: text, relativeTo: ratio?.[2] };
  } catch (error) {
    return `${(error as Error).message}; conditions are such as ${EXAMPLES}`;
  }
}

function bodyOf(text: string, field: string): Condition {
  const range = /^(.+?)\s*(?:\.\.|…|\sto\s)\s*(.+)$/.exec(text);
  if (range !== null) return within(numberOf(range[1]!, field), numberOf(range[2]!, field), text);
  const around = /^(.+?)\s*(?:±|\+-|\+\/-)\s*(.+)$/.exec(text);
  if (around !== null) {
    const middle = numberOf(around[1]!, field);
    // Of a share, a percent is a percentage point.
    const share = around[2]!.endsWith("%") && !around[1]!.endsWith("%");
    const reach = share ? Math.abs(middle) * numberOf(around[2]!, "") : numberOf(around[2]!, field);
    return within(middle - reach, middle + reach, text);
  }
  const reversed = /^=([<>])\s*(.*)$/.exec(text);
  if (reversed !== null) throw new Error(`"${text}" has its sign the wrong way round: ${meant(reversed)}`);
  const compared = /^(<=|>=|==|!=|<|>|=|≤|≥)?\s*(.*)$/.exec(text)!;
  const operator = synonyms[compared[1] ?? "="] ?? compared[1];
  return { kind: "compare", operator: operator as Operator, value: numberOf(compared[2]!, field) };
}

const meant = ([, sign, value]: RegExpExecArray): string => `did you mean "${sign}= ${value}"?`;

const synonyms: Readonly<Record<string, Operator>> = { "=": "==", "≤": "<=", "≥": ">=" };

function within(low: number, high: number, text: string): Condition {
  if (low > high) throw new Error(`"${text}" is empty: its low end is above its high end`);
  return { kind: "within", low, high };
}

/** A plain number is in the unit of the field's name; one with a unit is converted to that. */
function numberOf(text: string, field: string): number {
  const plain = /^[+-]?\d*\.?\d+(e[+-]?\d+)?(%?)$/i.exec(text);
  if (plain !== null) return plain[2] === "%" ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (/_us(\.|$)/.test(field)) return parseFineDuration(text) / 1e3;
  if (/_s$/.test(field)) return parseRate(text);
  if (/^bytes|bytes$/.test(field)) return parseSize(text);
  throw new Error(`"${text}" is not a number`);
}

/** In how many of the runs: `>= 90%`, `0.928 ± 0.03`. A number alone is the least share. */
export function readShare(value: unknown): { is: Condition; written: string } | string {
  if (typeof value === "number") return readShare(`>= ${value}`);
  if (typeof value !== "string") return 'expected a share of the runs, such as ">= 90%"';
  const bare = /^[\d.]+%?$/.test(value.trim()) ? `>= ${value.trim()}` : value;
  const read = numericOf(bare.trim(), "");
  if (typeof read === "string") return read;
  const { condition, written } = read;
  if (!isAboveAll(condition)) return { is: condition, written };
  return `"${written}" is above all of the runs: a share is at most 1, or 100%, such as 0.9 or 90%`;
}

const isAboveAll = (share: Condition): boolean =>
  (share.kind === "compare" && share.value > 1) || (share.kind === "within" && share.low > 1);
