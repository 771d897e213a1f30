/** Options of protocols, as people set them: `raft.preVote=true`. */
import type { AnyProtocol, Option, Options, OptionValue } from "#protocol";
import { didYouMean } from "../workload/nearest.ts";
import { UsageError } from "./usage.ts";

export interface Setting {
  readonly algo: string;
  readonly option: string;
  readonly value: string;
}

export function parseSetting(text: string): Setting {
  const match = /^([^=]+)\.([^.=]+)=(.*)$/.exec(text);
  if (match === null) {
    throw new UsageError(`--set ${text}: write <algorithm>.<option>=<value>, such as raft.preVote=true`);
  }
  return { algo: match[1]!, option: match[2]!, value: match[3]! };
}

/** The options of one protocol by all settings that name it, those left out that repeat the default. */
export function optionsFor(
  protocol: AnyProtocol,
  settings: readonly Setting[],
  pinned: Options,
  where: string,
): Options {
  const options: Record<string, OptionValue> = {};
  for (const [name, value] of Object.entries(pinned)) {
    options[name] = checkedValue(protocol, name, String(value), `${where}: options.${protocol.name}`);
  }
  for (const { algo, option, value } of settings) {
    if (algo === protocol.name) options[option] = checkedValue(protocol, option, value, "--set");
  }
  const changed = Object.entries(options).filter(
    ([name, value]) => value !== protocol.options[name]!.default,
  );
  return Object.fromEntries(changed.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A setting for a protocol that takes no part would be ignored without a word. */
export function refuseStrangers(settings: readonly Setting[], algorithms: readonly string[]): void {
  for (const { algo, option, value } of settings) {
    if (algorithms.includes(algo)) continue;
    throw new UsageError(
      `--set ${algo}.${option}=${value}: ${algo} takes no part in this study ` +
        `(which runs ${algorithms.join(", ")})${didYouMean(algo, algorithms)}`,
    );
  }
}

/** What is wrong with an option as it is set: with its name, or with its value. */
export interface OptionFlaw {
  readonly ofName: boolean;
  readonly message: string;
}

/** All that is wrong with options, by their names. */
export const optionFlaws = (protocol: AnyProtocol, options: Options): [name: string, flaw: OptionFlaw][] =>
  Object.entries(options).flatMap(([name, value]) => {
    const read = readOption(protocol, name, String(value));
    return isFlaw(read) ? [[name, read]] : [];
  });

const isFlaw = (read: OptionValue | OptionFlaw): read is OptionFlaw => typeof read === "object";

function checkedValue(protocol: AnyProtocol, name: string, text: string, where: string): OptionValue {
  const read = readOption(protocol, name, text);
  if (isFlaw(read)) throw new UsageError(`${where}: ${read.message}`);
  return read;
}

function readOption(protocol: AnyProtocol, name: string, text: string): OptionValue | OptionFlaw {
  const option = Object.hasOwn(protocol.options, name) ? protocol.options[name] : undefined;
  if (option === undefined) return { ofName: true, message: unknownOption(protocol, name) };
  const value = typed(option.default, text);
  const problem = value === undefined ? `it takes ${kindOf(option.default)}` : problemOf(option, value);
  if (value !== undefined && problem === undefined) return value;
  return { ofName: false, message: `${protocol.name}.${name} cannot be '${text}': ${problem}` };
}

function unknownOption(protocol: AnyProtocol, name: string): string {
  const names = Object.keys(protocol.options);
  const meant = didYouMean(name, names);
  if (meant !== "") return `${protocol.name} has no option '${name}'${meant}`;
  const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  return `${protocol.name} has no option '${name}' (${known})`;
}

/** The default decides what a text stands for. */
function typed(example: OptionValue, text: string): OptionValue | undefined {
  if (typeof example === "string") return text;
  if (typeof example === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const kindOf = (example: OptionValue): string =>
  typeof example === "boolean" ? "true or false" : "a number, without a unit";

function problemOf(option: Option, value: OptionValue): string | undefined {
  if (option.choices !== undefined && !option.choices.includes(value)) {
    return `choose from ${option.choices.join(", ")}`;
  }
  if (typeof value !== "number") return undefined;
  if (option.minimum !== undefined && value < option.minimum) return `the least is ${option.minimum}`;
  return option.whole && !Number.isSafeInteger(value) ? "it takes a whole number" : undefined;
}
