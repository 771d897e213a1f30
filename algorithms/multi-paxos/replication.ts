/** The leader sees to it that every acceptor gets what it lacks: what is proposed, what was chosen, or a snapshot. */
import { assert, type Cause, type Milliseconds, type NodeId } from "#protocol";
import type { Instance } from "./instances.ts";
import type { Leadership } from "./leadership.ts";
import type { Accept, Heartbeat, HeartbeatReply, Slot } from "./messages.ts";
import type { Server } from "./server.ts";

/** What follows the slots it has been sent, as far as the window lets it through. */
export function sendSlots(server: Server, leading: Leadership, peer: NodeId, now: Milliseconds): void {
  const { log, committed } = server;
  const limit = leading.isAsked[peer] ? log.lastSlot : committed; // the others need what is chosen only
  while (leading.nextSlot[peer]! <= limit) {
    const next = leading.nextSlot[peer]!;
    if (next <= log.base) return sendSnapshot(server, leading, peer, now);
    const instance = next > committed ? instanceAt(server, next) : undefined;
    if (instance?.votes.has(peer))
      leading.nextSlot[peer] = instance.last + 1; // it only lacked something before
    else if (!tryToSend(server, leading, peer, acceptFor(server, leading, peer, limit, instance), now))
      return;
  }
}

function instanceAt(server: Server, slot: Slot): Instance {
  const instance = server.open.at(slot);
  assert(instance !== undefined, `slot ${slot} is proposed, and neither chosen nor open`);
  return instance;
}

/**
 * As much as a batch may hold. What is chosen is proposed again to who does not know it: that cannot change it. What
 * was begun while the acceptor was busy goes with it, unless learners count votes: they have to hear of every instance
 * as it was begun.
 */
function acceptFor(
  server: Server,
  leading: Leadership,
  peer: NodeId,
  limit: Slot,
  instance: Instance | undefined,
): Accept {
  const next = leading.nextSlot[peer]!;
  const whole = server.everybodyLearns ? instance : undefined;
  const first = whole?.first ?? next;
  const last = whole?.last ?? (server.everybodyLearns ? server.committed : limit);
  const count = Math.min(server.context.policy.batch.max, last - first + 1);
  return accept(server, leading, peer, first, count);
}

function accept(server: Server, leading: Leadership, peer: NodeId, first: Slot, count: number): Accept {
  const { promised: ballot, committed: commit } = server;
  const values = server.log.valuesFrom(first, count);
  return {
    type: "Accept",
    ballot,
    first,
    values,
    commit,
    round: leading.round,
    cause: causeOf(leading, peer),
  };
}

function causeOf(leading: Leadership, peer: NodeId): Cause {
  const next = leading.nextSlot[peer]!;
  if (next < leading.firstSlot || !leading.isAsked[peer]) return "recovery"; // what others have chosen without it
  return next <= leading.sentSlot[peer]! ? "retransmission" : "ordering";
}

/** No more than the window are on their way to an acceptor. It is taken to receive them, until it says otherwise. */
export function tryToSend(
  server: Server,
  leading: Leadership,
  peer: NodeId,
  message: Accept,
  now: Milliseconds,
): boolean {
  if (leading.inFlight[peer]! >= server.context.policy.window) return false;
  const last = message.first + message.values.length - 1;
  leading.nextSlot[peer] = last + 1;
  if (last > leading.sentSlot[peer]!) leading.sentSlot[peer] = last;
  leading.inFlight[peer]!++;
  leading.lastSentAt[peer] = now;
  if (server.options.commitNotice === "accepted") server.context.send(peer, message);
  else server.context.sendNow(peer, message);
  return true;
}

function sendSnapshot(server: Server, leading: Leadership, peer: NodeId, now: Milliseconds): void {
  if (leading.inFlight[peer]! > 0) return;
  const { lastSlot, state } = server.snapshot!;
  leading.nextSlot[peer] = lastSlot + 1;
  leading.inFlight[peer] = server.context.policy.window; // nothing else until it has arrived
  leading.lastSentAt[peer] = now;
  const { promised: ballot } = server;
  server.context.sendNow(peer, { type: "InstallSnapshot", ballot, lastSlot, state, round: leading.round });
}

/** An answer tells how far the acceptor holds everything: behind that, what it should have had by now was lost. */
export function onProgress(
  server: Server,
  leading: Leadership,
  from: NodeId,
  { type, last, verified, round }: Pick<HeartbeatReply, "last" | "verified" | "round"> & { type: string },
): void {
  const now = server.context.now();
  leading.heardAt[from] = now;
  if (round > leading.ackedRound[from]!) leading.ackedRound[from] = round;
  if (verified > leading.verified[from]!) leading.verified[from] = verified;
  if (verified < last && round >= leading.repairRound[from]!) repair(leading, from, verified, now);
  else if (verified >= leading.nextSlot[from]! - 1) {
    leading.nextSlot[from] = verified + 1;
    leading.inFlight[from] = 0; // whatever was sent has arrived, even if an answer was lost
  } else if (type === "Accepted" && leading.inFlight[from]! > 0) leading.inFlight[from]!--;
  if (leading.nextSlot[from]! <= server.log.lastSlot) sendSlots(server, leading, from, now);
}

/**
 * Everything is sent again from there on. Answers to what was sent before do not count: they say nothing new. Those to
 * what is sent from now on carry a later round, so that no time-out is needed, and none has to be tuned to the
 * network's delays.
 */
function repair(leading: Leadership, peer: NodeId, verified: Slot, now: Milliseconds): void {
  leading.nextSlot[peer] = verified + 1;
  leading.inFlight[peer] = 0;
  leading.beginRound(now);
  leading.repairRound[peer] = leading.round;
}

// -----------------------------------------------------------------------------------------------------------
// Heartbeats

/** One message serves all that have been sent the same. */
export function sendHeartbeats(server: Server, leading: Leadership, cause: Cause, now: Milliseconds): void {
  let message: Heartbeat | undefined;
  for (let index = 0; index < server.peers.length; index++) {
    message = sendHeartbeat(server, leading, server.peers[index]!, cause, now, message);
  }
}

function sendHeartbeat(
  server: Server,
  leading: Leadership,
  peer: NodeId,
  cause: Cause,
  now: Milliseconds,
  reusable: Heartbeat | undefined,
): Heartbeat {
  const { promised: ballot, committed: commit } = server;
  const last = leading.nextSlot[peer]! - 1;
  const { round } = leading;
  const message =
    reusable?.last === last ? reusable : ({ type: "Heartbeat", ballot, last, commit, round, cause } as const);
  leading.lastSentAt[peer] = now;
  server.context.sendNow(peer, message);
  return message;
}

/**
 * Heartbeats go to whom nothing was sent for heartbeatMs. They repair losses as well: one names the last slot that the
 * acceptor should hold, and the answer the last that it does.
 */
export function onHeartbeatTimeout(server: Server, leading: Leadership): void {
  const { context, peers } = server;
  const { heartbeatMs } = server.options;
  const now = context.now();
  if (context.policy.reads === "lease") leading.beginRound(now);
  let earliest = now + heartbeatMs;
  for (let index = 0; index < peers.length; index++) {
    const peer = peers[index]!;
    const due = leading.lastSentAt[peer]! + heartbeatMs;
    if (due <= now) sendHeartbeat(server, leading, peer, "heartbeat", now, undefined);
    else if (due < earliest) earliest = due;
  }
  context.setTimer("heartbeat", earliest - now);
}
