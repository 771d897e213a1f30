/**
 * View changes (4.4): a backup that has waited too long gives up the view, and tells the next primary, and everybody
 * else, what it knows. A MAC proves nothing to others, so that is not certificates: it says what it has prepared and
 * accepted (as in TOCS), and enough of them are believed. The message itself is signed.
 */
import type { Digest, NodeId } from "#protocol";
import { undoTentative } from "./execution.ts";
import type { View, ViewChange, ViewVote, Vote } from "./messages.ts";
import { growPatience, patienceOf, stopWatching } from "./patience.ts";
import { wait } from "./requests.ts";
import { NO_COMMITS, type Server } from "./server.ts";

/** The primary's time is up; or that of the next one, which has heard from a quorum (4.5.2). */
export function onViewChangeTimeout(server: Server): void {
  if (server.leading === undefined) startViewChange(server, server.view + 1);
}

/** From here on nothing of an earlier view is accepted. */
export function startViewChange(server: Server, view: View): void {
  const { context } = server;
  leaveView(server);
  growPatience(server);
  server.view = view;
  server.changing = true;
  server.newView = undefined;
  context.persist({ type: "View", view });
  context.observe("epoch", view);
  context.observe("promised", view);
  tellViewChange(server);
}

/** Also after a crash, and from time to time until the view begins: somebody may have missed it. */
export function tellViewChange(server: Server): void {
  const { context, viewChanges } = server;
  const message = viewChange(server);
  viewChanges[context.self] = message;
  server.multicast(message);
  considerViewChanges(server);
}

/** Whatever it did in the view is over: what is not known to be committed may not come to be. */
export function leaveView(server: Server): void {
  const { context, leading } = server;
  undoTentative(server);
  stopWatching(server);
  context.cancelTimer("commits");
  server.unsent = NO_COMMITS;
  for (const slot of server.awaiting.splice(0)) slot.awaited = undefined;
  if (leading === undefined) return;
  server.leading = undefined;
  context.observe("yields", server.view);
  context.cancelTimer("batch");
  while (leading.waiting.length > 0) wait(server, leading.waiting.shift());
}

function viewChange(server: Server): ViewChange {
  const { context, view, log, checkpoints } = server;
  const message = {
    type: "ViewChange",
    replica: context.self,
    view,
    stable: log.stable,
    checkpoints: checkpoints.own.map(({ position, digest }) => ({ position, digest })),
    prepared: log.prepared(),
    accepted: log.accepted(),
  } as const;
  return { ...message, proof: context.sign(digestOfViewChange(server, message)) };
}

function digestOfViewChange({ context }: Server, message: Omit<ViewChange, "proof">): Digest {
  const { replica, view, stable, checkpoints, prepared, accepted } = message;
  return context.digest({ replica, view, stable, checkpoints, prepared, accepted });
}

export function onViewChange(server: Server, from: NodeId, message: ViewChange): void {
  const { viewChanges } = server;
  const { view } = message;
  if (message.replica !== from || view < server.view || (view === server.view && !server.changing)) return;
  const known = viewChanges[from];
  if (known !== undefined && (known.view > view || known.proof.digest === message.proof.digest)) return;
  if (!isValid(server, message)) return;
  viewChanges[from] = message;
  considerViewChanges(server);
}

/**
 * Signed by whom it names, and such as an honest replica could send. A state that it has from others may lie beyond its
 * high water mark: f + 1 hold it then, and maybe no quorum yet.
 */
export function isValid(server: Server, message: ViewChange): boolean {
  const { view, stable, checkpoints, prepared, accepted, proof } = message;
  const high = stable + server.log.size;
  const isInLog = ({ position, view: before }: ViewVote) =>
    position > stable && position <= high && before < view;
  const wellFormed =
    checkpoints.every(({ position }) => position >= stable) &&
    ascends(prepared, 1) &&
    prepared.every(isInLog) &&
    ascends(accepted, 0) &&
    accepted.every(isInLog);
  return (
    wellFormed &&
    proof.transferable &&
    server.context.verify(message.replica, digestOfViewChange(server, message), proof)
  );
}

/** In the order of their positions; with a step of 1, one for each. */
function ascends(votes: readonly Vote[], step: 0 | 1): boolean {
  return votes.every(({ position }, index) => index === 0 || position >= votes[index - 1]!.position + step);
}

/**
 * If f + 1 others are ahead, one of them is honest and has reason to be: follow, to the lowest of their views (4.5.2).
 * Once a quorum asks for this view, its primary's time begins to run. Who asks for a later one has given this one up
 * and will never ask for it again: without its voice those who wait here might wait for ever.
 */
function considerViewChanges(server: Server): void {
  const { context, viewChanges, view, changing } = server;
  const asked = viewChanges.flatMap(message => message?.view ?? []);
  const ahead = asked.filter(other => other > view);
  if (ahead.length >= server.weak) return startViewChange(server, Math.min(...ahead));
  const here = asked.filter(other => other === view);
  if (!changing || server.awaitsNewView || here.length + ahead.length < context.quorum) return;
  server.awaitsNewView = true;
  if (server.primary !== context.self) context.setTimer("view-change", patienceOf(server));
}

/** Those that ask for the view that this replica has asked for. */
export const viewChangesOf = ({ viewChanges, view }: Server): readonly ViewChange[] =>
  viewChanges.filter(message => message?.view === view) as readonly ViewChange[];
