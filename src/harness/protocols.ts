/** Finds a protocol by its name in the registry, or loads the file that somebody else wrote. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type AnyProtocol, type Cause, causes } from "#protocol";
import { algorithms } from "../../algorithms/index.ts";
import { didYouMean } from "../workload/nearest.ts";
import { resolveEverywhere } from "../workload/outside.ts";
import { UsageError } from "./usage.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface LoadedProtocol {
  readonly source: string; // as it was asked for
  readonly path: string | undefined; // of the file, where it is not one of the registry
  readonly protocol: AnyProtocol;
}

/** What a worker needs to find the same protocol again. */
export const referenceOf = (loaded: LoadedProtocol): string => loaded.path ?? loaded.protocol.name;

/** `source` is a name, or a path that is relative to `folder`. */
export async function loadProtocol(source: string, folder: string): Promise<LoadedProtocol> {
  if (/[/\\]|\.[mc]?[jt]s$/.test(source)) {
    const path = resolve(folder, source);
    return { source, path, protocol: await importProtocol(path, source) };
  }
  const protocol = algorithms.find(({ name }) => name === source);
  if (protocol !== undefined) return { source, path: undefined, protocol };
  throw new UsageError(
    noSuchAlgorithm(
      source,
      algorithms.map(({ name }) => name),
    ),
  );
}

export function noSuchAlgorithm(wanted: string, known: readonly string[]): string {
  const meant = didYouMean(wanted, known);
  const others = `known are ${known.join(", ")}, and files by their paths, such as ./my-protocol.ts`;
  return `there is no algorithm '${wanted}'${meant === "" ? `; ${others}` : meant}`;
}

async function importProtocol(path: string, source: string): Promise<AnyProtocol> {
  if (!existsSync(path)) throw new UsageError(`there is no protocol file '${source}' (looked for ${path})`);
  resolveEverywhere("#protocol", new URL("../protocol/index.ts", import.meta.url).href);
  const module = await importFile(path, source);
  const protocol = describedIn(module);
  if (protocol === undefined) {
    throw new UsageError(`${source} exports no 'protocol': end it with export const protocol = define({…})`);
  }
  const flaw = flawOf(protocol);
  if (flaw !== undefined) throw new UsageError(`${source}: the description of the protocol ${flaw}`);
  return protocol as AnyProtocol;
}

/** By the name `protocol`, or the only export that makes replicas: a copy of one of ours has a name of its own. */
function describedIn(module: object): unknown {
  if ("protocol" in module) return module.protocol;
  const makers = Object.values(module).filter(value => isRecord(value) && isFunction(value.create));
  return makers.length === 1 ? makers[0] : undefined;
}

async function importFile(path: string, source: string): Promise<object> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    // A syntax error carries its place at the head of its stack, any other error in its first frame.
    const { message, stack = "" } = error as Error;
    const place = stack.match(/[^\s(]+\.[mc]?[jt]s:\d+(?::\d+)?/)?.[0];
    throw new UsageError(`${source} cannot be loaded: ${message}${place === undefined ? "" : ` (${place})`}`);
  }
}

type Check = readonly [field: string, holds: (value: unknown) => boolean, what: string];

const isFunction = (value: unknown): boolean => typeof value === "function";
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isRecord = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isLength = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isFaultModel = (value: unknown): boolean => ["none", "crash", "byzantine"].includes(value as string);

const checks: readonly Check[] = [
  ["name", isText, "a name"],
  ["paper", isText, "the paper it comes from"],
  ["summary", isText, "one sentence"],
  ["faultModel", isFaultModel, "none, crash or byzantine"],
  ["tolerates", isFunction, "a function: f for n replicas"],
  ["smallestCluster", isFunction, "a function: the fewest replicas that survive f failures"],
  ["quorum", isFunction, "a function: the size of a quorum of n replicas"],
  ["clients", isRecord, "an object with sendTo and matchingReplies"],
  ["timers", Array.isArray, "a list of the timers' names"],
  ["options", isRecord, "an object, {} if there are none"],
  ["messages", isRecord, "an object with a description of each type of message"],
  ["recordBytes", isFunction, "a function: the bytes of a stored record"],
  ["cost", isFunction, "a function: the declared cost"],
  ["create", isFunction, "a function that makes a replica"],
];

/** What is missing from a description, for those who write theirs without the type checker. */
function flawOf(description: unknown): string | undefined {
  if (!isRecord(description)) return "is not an object";
  const fields = description as Record<string, unknown>;
  for (const [field, holds, what] of checks) {
    if (fields[field] === undefined) return `lacks '${field}' (${what})`;
    if (!holds(fields[field])) return `has a wrong '${field}' (it should be ${what})`;
  }
  return flawOfParts(fields as unknown as AnyProtocol);
}

function flawOfParts(protocol: AnyProtocol): string | undefined {
  if (!["leader", "nearest", "all"].includes(protocol.clients.sendTo)) {
    return "has a wrong 'clients.sendTo' (it should be leader, nearest or all)";
  }
  if (!isFunction(protocol.clients.matchingReplies)) return "lacks 'clients.matchingReplies' (a function)";
  for (const [name, option] of Object.entries(protocol.options)) {
    if (option?.default === undefined) return `lacks 'options.${name}.default'`;
    if (!isText(option.help)) return `lacks 'options.${name}.help' (one line)`;
  }
  for (const [type, message] of Object.entries(protocol.messages)) {
    if (message?.cause === undefined) return `lacks 'messages.${type}.cause'`;
    if (!isFunction(message.cause) && !causes.includes(message.cause as Cause)) {
      return `has a wrong 'messages.${type}.cause' (it should be a function, or one of ${causes.join(", ")})`;
    }
    if (message.bytes === undefined) return `lacks 'messages.${type}.bytes'`;
    if (!isFunction(message.bytes) && !isLength(message.bytes)) {
      return `has a wrong 'messages.${type}.bytes' (it should be a function, or a whole number)`;
    }
  }
  return undefined;
}
