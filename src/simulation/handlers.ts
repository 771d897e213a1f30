/** What a protocol has made, before it is relied upon: for those who write theirs without the type checker. */
import type { AnyReplica } from "#protocol";

const handlers = ["onStart", "onRequest", "onMessage", "onTimeout", "status"] as const;

/** An asynchronous handler would go on only when the run is long over, and nothing would ever be answered. */
export function withHandlers(replica: AnyReplica | undefined, protocol: string): AnyReplica {
  for (const name of handlers) {
    const handler: unknown = replica?.[name];
    if (typeof handler !== "function") throw new Error(`a replica of ${protocol} lacks ${name}`);
    if (handler.constructor.name !== "AsyncFunction") continue;
    throw new Error(`${name} of ${protocol} is async: handlers run to completion and never await`);
  }
  return replica!;
}
