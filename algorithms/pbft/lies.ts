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

interface Lie {
  readonly help: string; // the type of message that it is about, and what it says
  tell(message: Message): Message | undefined;
}

export const lies = {
  "false-checkpoint": {
    help: "Checkpoint: a state that it does not have",
    tell: message =>
      message.type === "Checkpoint" ? { ...message, digest: otherThan(message.digest) } : message,
  },
  "hide-prepared": {
    help: "ViewChange: it has never prepared or accepted anything",
    tell: message => (message.type === "ViewChange" ? { ...message, prepared: [], accepted: [] } : message),
  },
  "false-prepared": {
    help: "ViewChange: it has prepared and accepted something else everywhere",
    tell: message =>
      message.type === "ViewChange"
        ? { ...message, prepared: message.prepared.map(falsify), accepted: message.accepted.map(falsify) }
        : message,
  },
  "false-new-view": {
    help: "NewView: the new view begins with nothing of what was prepared",
    tell: message =>
      message.type === "NewView"
        ? { ...message, selected: message.selected.map(vote => ({ ...vote, digest: NULL_DIGEST })) }
        : message,
  },
  "invent-requests": {
    help: "PrePrepare: something that no client has asked for",
    tell: message =>
      message.type === "PrePrepare" ? { ...message, requests: message.requests.map(invented) } : message,
  },
  "far-ahead": {
    help: "PrePrepare: positions so far ahead that only a bound protects the others",
    tell: message =>
      message.type === "PrePrepare" ? { ...message, position: message.position + FAR } : message,
  },
  "false-executed": {
    help: "Executed: others are told that it has executed something else",
    tell: message =>
      message.type === "Executed" ? { ...message, digests: message.digests.map(otherThan) } : message,
  },
} satisfies Readonly<Record<string, Lie>>;
