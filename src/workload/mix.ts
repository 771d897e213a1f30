/** What operations do: kinds by their weights, keys by their distribution, and values that are all different. */
import type { ClientId, Command, Request, Result } from "#protocol";
import type { ClientWorld, RandomSource } from "../protocol/client.ts";
import { InsertedKeys } from "./inserted.ts";
import { keyChooser } from "./keys.ts";
import type { KeyChooser } from "./keys-chooser.ts";
import { type ValueSizes, valueSizes } from "./values.ts";
import type { OperationKind, Workload } from "./workload.ts";

export type Operations = Pick<Workload, "mix" | "keys" | "value">;

/** In the order in which shares of the draw are given out. */
export const operationKinds: readonly OperationKind[] = [
  "get",
  "put",
  "append",
  "cas",
  "delete",
  "rmw",
  "insert",
];

/** No put follows. */
export const NONE = -1;

export class CommandMaker {
  /** Of the command made last: the bytes of the put of the same key that follows its answer, or `NONE`. */
  followUpBytes = NONE;

  private readonly kinds: readonly OperationKind[]; // those of any weight …
  private readonly shares: readonly number[]; // … and the share of draws up to and with each
  private readonly keys: KeyChooser;
  private readonly inserted: InsertedKeys;
  private readonly sizes: ValueSizes;
  private readonly kindSource: RandomSource;
  private readonly keySource: RandomSource;
  private readonly sizeSource: RandomSource;
  /** By key: the value that was seen there last. Kept only where cas needs it. */
  private readonly seen: (string | undefined)[] | undefined;

  constructor({ mix, keys, value }: Operations, world: ClientWorld) {
    const weightOf = (kind: OperationKind): number => mix[kind] ?? 0;
    this.kinds = operationKinds.filter(kind => weightOf(kind) > 0);
    const total = this.kinds.reduce((sum, kind) => sum + weightOf(kind), 0);
    if (total === 0) throw new Error("no operation has a share above 0");
    let sum = 0;
    this.shares = this.kinds.map(kind => {
      sum += weightOf(kind);
      return sum / total;
    });
    this.keys = keyChooser(keys, world);
    this.inserted = new InsertedKeys(keys.count);
    this.sizes = valueSizes(value);
    this.kindSource = world.stream("operations");
    this.keySource = world.stream("keys");
    this.sizeSource = world.stream("values");
    const swaps = weightOf("cas") > 0;
    this.seen = swaps ? new Array<string | undefined>(keys.count).fill(undefined) : undefined;
  }

  /** All draws of an operation are made here, so that they do not depend on what it is answered. */
  make(client: ClientId, sequence: number): Command {
    const kind = this.chooseKind();
    const key = kind === "insert" ? this.inserted.insert() : this.keys.choose(this.keySource);
    this.followUpBytes = NONE;
    switch (kind) {
      case "get":
      case "delete":
        return { kind, key, value: "", expected: undefined, bytes: 0 };
      case "rmw":
        this.followUpBytes = this.sizes(this.sizeSource);
        return { kind: "get", key, value: "", expected: undefined, bytes: 0 };
      case "insert":
        return this.put(key, client, sequence, this.sizes(this.sizeSource));
      default: {
        const bytes = this.sizes(this.sizeSource);
        const expected = kind === "cas" ? this.seen![key] : undefined;
        return { kind, key, value: nameOf(client, sequence), expected, bytes };
      }
    }
  }

  put(key: number, client: ClientId, sequence: number, bytes: number): Command {
    return { kind: "put", key, value: nameOf(client, sequence), expected: undefined, bytes };
  }

  /** The operation has ended, however it did. */
  end(key: number): void {
    const { inserted } = this;
    if (key < inserted.known) return;
    const before = inserted.known;
    inserted.end(key);
    if (inserted.known > before) this.keys.grow(inserted.known);
  }

  /** Learns from an answer what the key holds, as far as it tells. */
  learn({ command }: Request, result: Result): void {
    const seen = this.seen;
    if (seen === undefined) return;
    const { kind, key, value } = command;
    if (kind === "get") seen[key] = result as string | undefined;
    else if (kind === "put" || (kind === "cas" && result === true)) seen[key] = value;
    else if (kind === "append") seen[key] = (seen[key] ?? "") + value;
    else if (kind === "delete") seen[key] = undefined;
  }

  private chooseKind(): OperationKind {
    const last = this.kinds.length - 1;
    if (last === 0) return this.kinds[0]!;
    const drawn = this.kindSource.random();
    let index = 0;
    while (index < last && drawn >= this.shares[index]!) index++;
    return this.kinds[index]!;
  }
}

/**
 * A value names the request that writes it and ends with a semicolon, so that none is written twice and what
 * several appends leave behind can be taken apart again.
 */
const nameOf = (client: ClientId, sequence: number): string => `${client}.${sequence};`;
