/** Proposers: both phases, for every slot anew (2.2). Several may compete for one; then they may have to wait. */
import type { Milliseconds, NodeId, Request } from "#protocol";
import { onAccept, onPrepare } from "./acceptor.ts";
import { Attempt } from "./attempt.ts";
import { type Ballot, ballotOf, NONE } from "./ballots.ts";
import { executeChosen, holdChosen, installSnapshot } from "./learner.ts";
import { isSame } from "./log.ts";
import type {
  Accept,
  Accepted,
  InstallSnapshot,
  Learn,
  Nack,
  Prepare,
  PromiseMessage,
  Slot,
  Value,
} from "./messages.ts";
import type { Server } from "./server.ts";

/** So many times as long a proposer waits for a quorum at most, if none has ever answered in time. */
const PATIENCE = 16;

// -----------------------------------------------------------------------------------------------------------
// Requests become values

export function propose(server: Server, request: Request): void {
  server.waiting.push(request);
  startAttempts(server);
}

export function onBatchTimeout(server: Server): void {
  server.waiting.becomeDue();
  startAttempts(server);
}

function startAttempts(server: Server): void {
  const { waiting, context } = server;
  if (waiting.length === 0) return;
  while (server.attempts.length < context.policy.window && waiting.isReady) {
    const requests = waiting.take().filter(request => !isAnswered(server, request));
    if (requests.length > 0) begin(server, requests);
  }
  waiting.await();
}

/** Its client may have asked another proposer as well, and that one was faster. */
function isAnswered(server: Server, request: Request): boolean {
  const known = server.context.recall(request);
  if (known !== undefined) server.context.replyNow(request, known.result);
  return known !== undefined;
}

// -----------------------------------------------------------------------------------------------------------
// Phase 1

/** In the first slot of which this server does not know what is chosen there, and that it does not try yet. */
function begin(server: Server, own: Value): void {
  const { attempts, log } = server;
  let slot = server.committed + 1;
  while (log.isChosen(slot) || attempts.some(attempt => attempt.slot === slot)) slot++;
  const attempt = new Attempt(slot, own, server.options.retryMs);
  attempts.push(attempt);
  prepare(server, attempt);
}

/**
 * The acceptors' disks work while this server's own does. It may crash before its promise is durable, and then use the
 * ballot again; but it proposes nothing in a ballot before that, so nothing is proposed in it twice.
 */
function prepare(server: Server, attempt: Attempt): void {
  const { context } = server;
  const { slot } = attempt;
  const ballot = nextBallot(server, attempt);
  attempt.begin(ballot);
  const message: Prepare = { type: "Prepare", slot, ballot };
  if (server.accepts) {
    for (const acceptor of server.acceptors) context.sendNow(acceptor, message);
    onPrepare(server, context.self, message);
  } else {
    rememberRound(server, ballot);
    for (const acceptor of server.acceptors) context.send(acceptor, message);
  }
  tryAgainIn(server, attempt, attempt.patience);
}

/** In its own round, if that outbids everybody it knows of; otherwise in the next. */
function nextBallot(server: Server, attempt: Attempt): Ballot {
  const { context, nodes, log } = server;
  const { self } = context;
  const own = server.accepts ? log.at(attempt.slot).promised : NONE;
  const highest = Math.max(attempt.ballot, attempt.outbidBy, own);
  const ballot = ballotOf(Math.max(server.round, server.firstRound), self, nodes);
  return ballot > highest ? ballot : ballotOf(server.roundOf(highest) + 1, self, nodes);
}

/** Whoever is no acceptor has no promise on disk to tell it after a crash which ballots it has used. */
function rememberRound(server: Server, ballot: Ballot): void {
  const round = server.roundOf(ballot);
  if (round <= server.round) return;
  server.context.persist({ type: "Round", round });
  server.enter(round);
}

export function onPromise(server: Server, from: NodeId, message: PromiseMessage): void {
  const attempt = attemptAt(server, message.slot, message.ballot);
  if (attempt === undefined || attempt.phase !== 1) return;
  if (!attempt.addPromise(from, message) || attempt.promises.count < server.quorum) return;
  if (server.accepts && !attempt.promises.has(server.context.self)) return; // not durable yet
  proposeValue(server, attempt);
}

// -----------------------------------------------------------------------------------------------------------
// Phase 2

function proposeValue(server: Server, attempt: Attempt): void {
  const { context } = server;
  const { slot, ballot, value } = attempt;
  attempt.phase = 2;
  attempt.refused = false;
  const message: Accept = { type: "Accept", slot, ballot, value };
  for (const acceptor of server.acceptors) context.sendNow(acceptor, message);
  if (server.accepts) onAccept(server, context.self, message);
  tryAgainIn(server, attempt, attempt.patience);
}

/** A value is chosen once a quorum has accepted it in one ballot. */
export function onAccepted(server: Server, from: NodeId, message: Accepted): void {
  const { context, options } = server;
  const attempt = attemptAt(server, message.slot, message.ballot);
  if (attempt === undefined || attempt.phase !== 2) return;
  if (!attempt.acceptances.add(from) || attempt.acceptances.count < server.quorum) return;
  const { slot, value } = attempt;
  if (options.learn === "broadcast") {
    const learn: Learn = { type: "Learn", first: slot, values: [value], cause: "ordering" };
    for (const learner of server.learners) context.sendNow(learner, learn);
  }
  decide(server, slot, value);
  onDecided(server);
}

// -----------------------------------------------------------------------------------------------------------
// Competition

/**
 * Another proposer was faster, or will be. Unless a quorum answers all the same, try again with a higher ballot; but
 * not at once, or two proposers could outbid each other for ever (2.4). How long that takes to end nobody can know: so
 * wait the longer the more often it happens.
 */
export function onNack(server: Server, message: Nack): void {
  const attempt = attemptAt(server, message.slot, message.ballot);
  if (attempt === undefined) return;
  attempt.outbidBy = Math.max(attempt.outbidBy, message.promised);
  if (attempt.refused) return;
  attempt.refused = true;
  attempt.wasRefused = true;
  tryAgainIn(server, attempt, server.context.random() * server.backoff);
  server.backoff = Math.min(2 * server.backoff, server.options.backoffMaxMs);
}

export function onRetryTimeout(server: Server): void {
  const now = server.context.now();
  for (const attempt of server.attempts) {
    if (attempt.dueAt > now) continue;
    if (!attempt.refused)
      attempt.patience = Math.min(2 * attempt.patience, PATIENCE * server.options.retryMs);
    prepare(server, attempt);
  }
  arm(server);
}

function tryAgainIn(server: Server, attempt: Attempt, delay: Milliseconds): void {
  attempt.dueAt = server.context.now() + delay;
  arm(server);
}

/** One timer for all attempts: it runs for the one that is due first. */
function arm(server: Server): void {
  const { context, attempts } = server;
  if (attempts.length === 0) return context.cancelTimer("retry");
  let due = Infinity;
  for (const { dueAt } of attempts) if (dueAt < due) due = dueAt;
  context.setTimer("retry", Math.max(0, due - context.now()));
}

function attemptAt(server: Server, slot: Slot, ballot: Ballot): Attempt | undefined {
  return server.attempts.find(attempt => attempt.slot === slot && attempt.ballot === ballot);
}

// -----------------------------------------------------------------------------------------------------------
// What is chosen ends an attempt, one way or the other

export function onLearn(server: Server, { first, values }: Learn): void {
  for (const [index, value] of values.entries()) decide(server, first + index, value);
  onDecided(server);
}

/** Slots that this server was trying may be among those. Tried again, a request still takes effect once. */
export function onInstallSnapshot(server: Server, { lastSlot, state }: InstallSnapshot): void {
  if (lastSlot <= server.committed) return;
  installSnapshot(server, { lastSlot, state });
  for (const attempt of server.attempts) if (attempt.slot <= lastSlot) server.displaced.push(attempt.own);
  server.attempts = server.attempts.filter(({ slot }) => slot > lastSlot);
  onDecided(server);
}

/** The value of another proposer may have been chosen: then this server's own has to try another slot. */
function decide(server: Server, slot: Slot, value: Value): void {
  if (!holdChosen(server, slot, value)) return;
  const attempt = server.attempts.find(candidate => candidate.slot === slot);
  if (attempt === undefined) return;
  server.attempts = server.attempts.filter(other => other !== attempt);
  if (!attempt.wasRefused) server.backoff = Math.max(server.backoff / 2, server.options.backoffMs);
  if (isSame(attempt.own, value)) server.log.at(slot).isOwn = true;
  else server.displaced.push(attempt.own);
}

/** Once all that is to be learnt at a time is known, so that no slot of it is tried in vain. */
function onDecided(server: Server): void {
  executeChosen(server);
  for (const displaced of server.displaced.splice(0)) {
    const own = displaced.filter(request => !isAnswered(server, request));
    if (own.length > 0) begin(server, own);
  }
  startAttempts(server);
  arm(server);
}
