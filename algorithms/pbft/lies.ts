/** What a Byzantine replica may say that only PBFT has words for. It proves it as well as it can: see `faults`. */
import type { Digest, Request } from "#protocol";
import { type Message, NULL_DIGEST, type ViewVote } from "./messages.ts";

const FAR = 1_000_000;

const otherThan = (digest: Digest): Digest => (typeof digest === "number" ? digest + 1 : `not ${digest}`);

const falsify = ({ position, digest, view }: ViewVote): ViewVote => ({
  position,
  digest: otherThan(digest),
  view,
});

const invented = (request: Request): Request => ({
  ...request,
  command: { ...request.command, kind: "put", value: "invented" },
});

type Lie = (message: Message, random: () => number) => Message | undefined;

export const lies = {
  /** A state that it does not have. */
  "false-checkpoint": message =>
    message.type === "Checkpoint" ? { ...message, digest: otherThan(message.digest) } : message,

  /** It has never prepared or accepted anything. */
  "hide-prepared": message =>
    message.type === "ViewChange" ? { ...message, prepared: [], accepted: [] } : message,

  /** It has prepared and accepted something else everywhere. */
  "false-prepared": message =>
    message.type === "ViewChange"
      ? { ...message, prepared: message.prepared.map(falsify), accepted: message.accepted.map(falsify) }
      : message,

  /** The new view begins with nothing of what was prepared. */
  "false-new-view": message =>
    message.type === "NewView"
      ? { ...message, selected: message.selected.map(vote => ({ ...vote, digest: NULL_DIGEST })) }
      : message,

  /** Something that no client has asked for. */
  "invent-requests": message =>
    message.type === "PrePrepare" ? { ...message, requests: message.requests.map(invented) } : message,

  /** Positions that only a bound keeps the others from. */
  "far-ahead": message =>
    message.type === "PrePrepare" ? { ...message, position: message.position + FAR } : message,

  /** Others are told that it has executed something else. */
  "false-executed": message =>
    message.type === "Executed" ? { ...message, digests: message.digests.map(otherThan) } : message,
} satisfies Readonly<Record<string, Lie>>;
