/**
 * Linearizability, seen while it happens: the moment at which a replica executes a request for the first time lies
 * between the operation's call and its return, and is where it took effect. Operations in that order, held against one
 * copy of the store, leave nothing to ask, and nothing of them need be remembered.
 *
 * Where that does not explain what a client was told, it proves nothing: the run is `inDoubt`, and is to be run again
 * with a `HistoryRecorder`, for the search to decide. Reads that have no place in the log are such a case.
 */
import type { ClientId, Command, Request, Result } from "#protocol";
import type { OperationSink, Outcome } from "../protocol/client.ts";

export class RunningWitness implements OperationSink {
  inDoubt = false;
  private readonly values: (string | undefined)[] = []; // by key
  // By client: it has one operation outstanding, and asks for nothing more after one of unknown outcome.
  private readonly executedLast: (Request | undefined)[] = [];
  private readonly results: Result[] = [];
  private readonly failedLast: (Request | undefined)[] = [];

  /** Some replica executed the request, and none before it. */
  executed(request: Request): void {
    const { client, command } = request;
    while (this.executedLast.length <= client) this.know();
    this.executedLast[client] = request;
    this.results[client] = this.apply(command);
    if (this.failedLast[client] === request) this.inDoubt = true;
  }

  onOperation(request: Request, _callNs: number, _returnNs: number, outcome: Outcome, result: Result): void {
    const { client, command } = request;
    while (this.executedLast.length <= client) this.know();
    const executed = this.executedLast[client] === request;
    if (outcome === "ok") {
      const tells = command.kind === "get" || command.kind === "cas";
      if (!executed || (tells && this.results[client] !== result)) this.inDoubt = true;
    } else if (outcome === "failed") {
      this.failedLast[client] = request;
      if (executed) this.inDoubt = true;
    }
  }

  /** What a replica holds at the end. */
  readAtEnd(request: Request, _ns: number, value: Result): void {
    if (this.values[request.command.key] !== value) this.inDoubt = true;
  }

  /** That were executed on. */
  get keys(): Iterable<number> {
    return this.values.keys();
  }

  /** None as high has asked for anything. */
  get clientsBelow(): ClientId {
    return this.executedLast.length;
  }

  private know(): void {
    this.executedLast.push(undefined);
    this.results.push(undefined);
    this.failedLast.push(undefined);
  }

  private apply({ kind, key, value, expected }: Command): Result {
    while (this.values.length <= key) this.values.push(undefined);
    const before = this.values[key];
    switch (kind) {
      case "get":
        return before;
      case "put":
        this.values[key] = value;
        return undefined;
      case "append":
        this.values[key] = (before ?? "") + value;
        return undefined;
      case "cas":
        if (before !== expected) return false;
        this.values[key] = value;
        return true;
      case "delete":
        this.values[key] = undefined;
        return undefined;
    }
  }
}
