/** Proposers, phase 2: a new leader proposes again what it has to, and then what its clients want (3). */
import { type Cause, type Milliseconds, type NodeId, type Request, Waiting } from "#protocol";
import { commitTo } from "./execution.ts";
import { Leadership } from "./leadership.ts";
import { commitChosen } from "./learner.ts";
import type { Accept, Accepted, Slot, Value } from "./messages.ts";
import { onProgress, sendHeartbeats, sendSlots, tryToSend } from "./replication.ts";
import type { Server } from "./server.ts";

/** Elected: from here on its ballot is the highest that a quorum has promised itself to. */
export function becomeLeader(server: Server): void {
  const { context, options, candidacy } = server;
  const now = context.now();
  learnChosen(server);
  const { committed } = server;
  const lastAdopted = Math.max(committed, candidacy.lastSlot);
  server.role = "leader";
  server.leader = context.self;
  server.candidacies = 0;
  server.leading = new Leadership(
    new Waiting(context),
    server.nodes,
    context.self,
    committed,
    lastAdopted + 1,
    now,
  );
  context.cancelTimer("election");
  context.observe("leads", server.round);
  if (options.detector === "connectivity") context.setTimer("quorum", options.electionTimeoutMinMs);
  if (options.thrifty) askOnly(server, server.leading, node => candidacy.promises.has(node));
  if (server.peers.length > 0) context.setTimer("heartbeat", options.heartbeatMs);
  sendHeartbeats(server, server.leading, "election", now);
  const most = context.policy.batch.max;
  for (let slot = committed + 1; slot <= lastAdopted; slot += most)
    proposeInstance(server, server.leading, slot, candidacy.valuesFrom(slot, most), "recovery", now);
}

/** What another acceptor knows to be chosen this server has been told with the promises. It holds it from now on. */
function learnChosen(server: Server): void {
  const { candidacy, committed } = server;
  const values = candidacy.valuesFrom(committed + 1, candidacy.chosen - committed);
  if (values.length === 0) return;
  hold(server, accept(server, committed + 1, values, "recovery"));
  commitTo(server, committed + values.length);
}

// -----------------------------------------------------------------------------------------------------------
// Requests become instances

export function propose(server: Server, leading: Leadership, request: Request): void {
  leading.waiting.push(request);
  startInstances(server, leading);
}

export function onBatchTimeout(server: Server, leading: Leadership): void {
  leading.waiting.becomeDue();
  startInstances(server, leading);
}

function startInstances(server: Server, leading: Leadership): void {
  const { window } = server.context.policy;
  const { waiting } = leading;
  if (waiting.length === 0) return;
  const now = server.context.now();
  while (server.open.length < window && waiting.isReady) {
    const requests = waiting.take();
    proposeInstance(server, leading, server.log.lastSlot + 1, requests, "ordering", now);
  }
  waiting.await();
}

// -----------------------------------------------------------------------------------------------------------
// Phase 2a

/** One message to each acceptor, one record on disk. The leader is an acceptor too. */
function proposeInstance(
  server: Server,
  leading: Leadership,
  first: Slot,
  values: readonly Value[],
  cause: Cause,
  now: Milliseconds,
): void {
  const { context, peers, options } = server;
  const message = accept(server, first, values, cause);
  const last = first + values.length - 1;
  server.open.open(first, last);
  // Where the Accept stands for the leader's Accepted, it has to wait for the disk. Otherwise the acceptors' disks
  // work while the leader's does: they are sent to before the record is.
  const vouchesFirst = options.commitNotice === "accepted";
  if (vouchesFirst) hold(server, message);
  for (let index = 0; index < peers.length; index++) {
    const peer = peers[index]!;
    if (!leading.isAsked[peer]) continue;
    const isLevel = leading.nextSlot[peer] === first; // the normal case
    if (isLevel) tryToSend(server, leading, peer, message, now);
    else sendSlots(server, leading, peer, now);
  }
  if (!vouchesFirst) hold(server, message);
  if (options.thrifty) bePatient(server, leading);
  const { ballot, round } = message;
  const vote: Accepted = { type: "Accepted", ballot, first, last, verified: last, round, cause };
  if (options.commitNotice === "accepted-own") context.broadcast(vote);
  else context.send(context.self, vote);
}

function accept(server: Server, first: Slot, values: readonly Value[], cause: Cause): Accept {
  const { promised: ballot, committed: commit } = server;
  return { type: "Accept", ballot, first, values, commit, round: server.leading?.round ?? 0, cause };
}

/** The leader accepts what it proposes. Its vote, a message to itself, waits for the disk. */
function hold(server: Server, message: Accept): void {
  const { log } = server;
  const { ballot, first, values } = message;
  for (let index = 0; index < values.length; index++) log.accept(first + index, ballot, values[index]);
  server.verified = first + values.length - 1;
  server.context.persist(message);
  server.vouchFor(first, server.verified);
}

// -----------------------------------------------------------------------------------------------------------
// Acceptors answer

export function onAccepted(server: Server, leading: Leadership, from: NodeId, message: Accepted): void {
  const { first, last, verified } = message;
  if (Math.max(last, verified) > server.log.lastSlot) return; // a lie: nobody holds what was never sent
  server.open.vote(from, first, last, verified);
  if (from !== server.context.self) onProgress(server, leading, from, message);
  advance(server, leading);
}

/** After every vote: is anything chosen? */
export function advance(server: Server, leading: Leadership): void {
  const { open, options } = server;
  const { oldest } = open;
  if (oldest === undefined || !open.isChosen(oldest)) return;
  if (options.thrifty && leading.asksEverybody) askOnly(server, leading, node => oldest.votes.has(node));
  if (!commitChosen(server)) return;
  if (options.commitNotice === "notice") announceCommit(server);
  startInstances(server, leading);
}

function announceCommit(server: Server): void {
  const { context, promised: ballot, committed: commit } = server;
  for (const peer of server.peers) context.sendNow(peer, { type: "Commit", ballot, commit });
}

// -----------------------------------------------------------------------------------------------------------
// Thrifty: asking no more acceptors than are needed (the word is from Moraru and others, EPaxos, 2013)

/** As many as make a quorum with the leader: of those preferred, and of the others if that is not enough. */
function askOnly(server: Server, leading: Leadership, prefers: (node: NodeId) => boolean): void {
  const { peers, context, phase2Quorum } = server;
  const behind = peers.filter(peer => peer > context.self); // round the ring, so that not all leaders ask the same
  const ring = [...behind, ...peers.filter(peer => peer < context.self)];
  const asked = [...ring.filter(prefers), ...ring.filter(peer => !prefers(peer))].slice(0, phase2Quorum - 1);
  for (const peer of peers) leading.isAsked[peer] = asked.includes(peer);
  leading.asksEverybody = asked.length === peers.length;
}

function bePatient(server: Server, leading: Leadership): void {
  if (leading.patientFor !== undefined) return;
  leading.patientFor = server.open.oldest?.first;
  server.context.setTimer("thrifty", server.options.thriftyPatienceMs);
}

/** The same instance is still the oldest: some acceptor is silent. Those that answer now are asked from then on. */
export function onThriftyTimeout(server: Server, leading: Leadership): void {
  const overdue = leading.patientFor;
  const oldest = server.open.oldest?.first;
  leading.patientFor = undefined;
  if (oldest === undefined) return;
  bePatient(server, leading);
  if (oldest !== overdue) return;
  const now = server.context.now();
  leading.isAsked.fill(true);
  leading.asksEverybody = true;
  for (const peer of server.peers) sendSlots(server, leading, peer, now);
}
