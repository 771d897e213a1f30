/**
 * New views (4.4): what a quorum of ViewChanges says decides what the view begins with. Its primary announces it, and
 * every backup works it out again for itself.
 */
import { type Digest, Waiting } from "#protocol";
import { becomeStable } from "./checkpoints.ts";
import { Leadership } from "./leadership.ts";
import type { Slot } from "./log.ts";
import { type NewView, NULL_DIGEST, type PrePrepare, type ViewChange, type Vote } from "./messages.ts";
import { acceptProposal, awaitRequests } from "./ordering.ts";
import { enqueue } from "./requests.ts";
import { type Beginning, select } from "./selection.ts";
import { NO_COMMITS, type Server } from "./server.ts";
import { fetchBatch, fetchMissingState } from "./state-transfer.ts";
import { isValid, leaveView, viewChangesOf } from "./view-change.ts";

/** The new primary, once a quorum has asked for the view, and has told enough to tell what may have been committed. */
export function announceView(server: Server): void {
  const { context, view } = server;
  if (!server.awaitsNewView || server.primary !== context.self) return;
  const viewChanges = viewChangesOf(server);
  const beginning = selectFrom(server, viewChanges);
  if (beginning === undefined) return;
  const content = { view, viewChanges, ...beginning };
  const proof = context.sign(digestOfNewView(server, content));
  enterView(server, { type: "NewView", ...content, proof });
}

function selectFrom(
  { context, weak, log }: Server,
  viewChanges: readonly ViewChange[],
): Beginning | undefined {
  return select(viewChanges, { quorum: context.quorum, weak, logSize: log.size });
}

type Content = Omit<NewView, "type" | "proof">;

/** Each ViewChange is signed itself: what its signature covers stands for it. */
function digestOfNewView(
  { context }: Server,
  { view, viewChanges, position, digest, selected }: Content,
): Digest {
  const signed = viewChanges.map(({ proof }) => proof.digest);
  return context.digest({ view, signed, position, digest, selected });
}

/** From its primary, or from anybody who has it: it is signed. */
export function onNewView(server: Server, message: NewView): void {
  const { view } = message;
  if (view < server.view || (view === server.view && !server.changing)) return;
  if (isJustified(server, message)) enterView(server, message);
}

function isJustified(server: Server, message: NewView): boolean {
  const { context } = server;
  const { view, viewChanges, proof } = message;
  const primary = server.primaryOf(view);
  if (!proof.transferable || !context.verify(primary, digestOfNewView(server, message), proof)) return false;
  const replicas = new Set(viewChanges.map(({ replica }) => replica));
  if (replicas.size !== viewChanges.length || replicas.size < context.quorum) return false;
  const known = (one: ViewChange) => server.viewChanges[one.replica] === one; // verified when it came
  if (!viewChanges.every(one => one.view === view && (known(one) || isValid(server, one)))) return false;
  const beginning = selectFrom(server, viewChanges);
  return beginning !== undefined && isEqual(beginning, message);
}

function isEqual(one: Beginning, other: Beginning): boolean {
  return (
    one.position === other.position &&
    one.digest === other.digest &&
    one.selected.length === other.selected.length &&
    one.selected.every(({ position, digest }, index) => {
      const told = other.selected[index]!;
      return told.position === position && told.digest === digest;
    })
  );
}

function enterView(server: Server, message: NewView): void {
  const { context } = server;
  const { view } = message;
  leaveView(server);
  beginView(server, message);
  context.persist(message);
  context.observe("epoch", view);
  context.observe("promised", view);
  for (const { replica, checkpoints } of message.viewChanges) {
    for (const { position, digest } of checkpoints) server.checkpoints.claim(replica, position, digest);
  }
  becomeStable(server, message.position);
  if (server.primary === context.self) {
    server.multicast(message);
    becomePrimary(server);
  }
  acceptSelected(server);
  if (server.leading !== undefined) proposePending(server);
  fetchMissingState(server);
}

/** Also when it is found on the disk. */
export function beginView(server: Server, message: NewView): void {
  const { view, position, selected } = message;
  server.view = view;
  server.changing = false;
  server.newView = message;
  server.firstFree = position + selected.length + 1;
  server.accepted = position + selected.length;
  server.seen = server.accepted;
  server.ordered.fill(0);
  server.log.enterView();
  for (let replica = 0; replica < server.viewChanges.length; replica++) {
    if ((server.viewChanges[replica]?.view ?? view) <= view) server.viewChanges[replica] = undefined;
  }
}

/** It proposes behind what the view begins with. */
export function becomePrimary(server: Server): void {
  const next = Math.max(server.accepted, server.log.stable) + 1;
  server.leading = new Leadership(new Waiting(server.context), next);
  server.context.observe("leads", server.view);
}

/** First of all what it has waited for as a backup. */
function proposePending(server: Server): void {
  for (const request of server.pending.values()) enqueue(server, request);
  server.pending.clear();
}

/** As if the primary had sent a PrePrepare for each. Some a replica may have to ask for first. */
export function acceptSelected(server: Server): void {
  const { newView, log } = server;
  if (newView === undefined || server.changing) return;
  for (const vote of newView.selected) {
    if (!log.includes(vote.position)) continue;
    const slot = log.at(vote.position);
    if (slot.accepted === undefined && slot.awaited === undefined) acceptOne(server, newView, slot, vote);
  }
}

function acceptOne(server: Server, { view, proof }: NewView, slot: Slot, { position, digest }: Vote): void {
  const { proofBytes } = server;
  const fields = { type: "PrePrepare", view, position, digest } as const;
  const rest = { proofBytes, commits: NO_COMMITS, proof, separate: false, again: false };
  const message = (requests: PrePrepare["requests"]): PrePrepare => ({ ...fields, requests, ...rest });
  const known = digest === NULL_DIGEST ? { requests: [] } : slot.find(digest);
  if (known !== undefined) return acceptProposal(server, slot, message(known.requests));
  awaitRequests(server, slot, message([]));
  fetchBatch(server, position, digest);
}
