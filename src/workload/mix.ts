/** What operations do: kinds by their weights, keys by their distribution, and values that are all different. */
import type { ClientId, Command, CommandKind, Request, Result } from "#protocol";
import { type KeyChooser, keyChooser, type RandomSource } from "./keys.ts";
import type { Workload } from "./workload.ts";

export type Operations = Pick<Workload, "mix" | "keys" | "valueBytes">;

const kinds: readonly CommandKind[] = ["get", "put", "append", "cas", "delete"];

export class CommandMaker {
  private readonly kinds: readonly CommandKind[]; // those of any weight …
  private readonly shares: readonly number[]; // … and the share of draws up to and with each
  private readonly keys: KeyChooser;
  private readonly valueBytes: number;
  /** By key: the value that was seen there last. Kept only where cas needs it. */
  private readonly seen: (string | undefined)[] | undefined;

  constructor({ mix, keys, valueBytes }: Operations) {
    this.kinds = kinds.filter(kind => mix[kind] > 0);
    const total = this.kinds.reduce((sum, kind) => sum + mix[kind], 0);
    if (total === 0) throw new Error("no operation has a share above 0");
    let sum = 0;
    this.shares = this.kinds.map(kind => {
      sum += mix[kind];
      return sum / total;
    });
    this.keys = keyChooser(keys);
    this.valueBytes = valueBytes;
    this.seen = mix.cas > 0 ? new Array<string | undefined>(keys.count).fill(undefined) : undefined;
  }

  /**
   * The values name the request that wrote them and end with a semicolon, so that none is written twice and what
   * several appends leave behind can be taken apart again.
   */
  make(source: RandomSource, client: ClientId, sequence: number): Command {
    const kind = this.chooseKind(source);
    const key = this.keys.choose(source);
    const writes = kind !== "get" && kind !== "delete";
    return {
      kind,
      key,
      value: writes ? `${client}.${sequence};` : "",
      expected: kind === "cas" ? this.seen![key] : undefined,
      bytes: writes ? this.valueBytes : 0,
    };
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

  private chooseKind(source: RandomSource): CommandKind {
    const last = this.kinds.length - 1;
    if (last === 0) return this.kinds[0]!;
    const drawn = source.random();
    let index = 0;
    while (index < last && drawn >= this.shares[index]!) index++;
    return this.kinds[index]!;
  }
}
