/**
 * The timer of a backup (4.5.2): it runs while something waits to be executed. For one thing at a time, until that is
 * done: a primary that leaves out a single client is suspected as well, however busy it is.
 */
import type { Milliseconds } from "#protocol";
import type { Server } from "./server.ts";

const SUCCESSES_A_VIEW = 8; // so many things done in time make up for a view that was given up
const MOST_DOUBLINGS = 10;

/** Called after everything that may have changed what is waited for. */
export function keepPatience(server: Server): void {
  if (server.changing || server.leading !== undefined) return;
  const { watchedRequest, watchedPosition } = server;
  if (watchedRequest !== undefined) {
    if (server.pending.get(watchedRequest.client) === watchedRequest) return;
  } else if (watchedPosition > server.executed) return;
  else if (watchedPosition === 0 && server.accepted <= server.executed && server.pending.size === 0) return;
  watchNext(server);
}

/** The request that has waited longest; where none has come from its client, what the primary has proposed. */
function watchNext(server: Server): void {
  const { context, pending, accepted, executed } = server;
  const inTime = server.watchedRequest !== undefined || server.watchedPosition > 0;
  if (inTime && server.lenience > 0) server.lenience--;
  server.watchedRequest = pending.size > 0 ? pending.values().next().value : undefined;
  server.watchedPosition = server.watchedRequest === undefined && accepted > executed ? accepted : 0;
  if (server.watchedRequest === undefined && server.watchedPosition === 0) context.cancelTimer("view-change");
  else context.setTimer("view-change", patienceOf(server));
}

export function stopWatching(server: Server): void {
  server.watchedRequest = undefined;
  server.watchedPosition = 0;
  server.awaitsNewView = false;
  server.context.cancelTimer("view-change");
}

/** A view was given up: from the second time on, the next one gets twice as long. */
export function growPatience(server: Server): void {
  server.lenience = Math.min(server.lenience + SUCCESSES_A_VIEW, MOST_DOUBLINGS * SUCCESSES_A_VIEW);
}

/** It comes back down slowly: a cluster that needs more time than it is given must not give up every other view. */
export function patienceOf({ options, lenience }: Server): Milliseconds {
  return options.viewChangeMs * (1 << Math.max(0, Math.floor((lenience - 1) / SUCCESSES_A_VIEW)));
}
