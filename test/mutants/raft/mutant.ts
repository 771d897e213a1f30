/** What all mutants of Raft have in common: the honest protocol under another name, with one thing wrong. */
import { type AnyProtocol, define, type Protocol } from "#protocol";
import { raft } from "../../../algorithms/raft/index.ts";
import type { Message, Stored } from "../../../algorithms/raft/messages.ts";
import type { RaftOptions } from "../../../algorithms/raft/options.ts";
import type { Raft } from "../../../algorithms/raft/raft.ts";
import type { RaftContext, Timer } from "../../../algorithms/raft/server.ts";

type Honest = Protocol<Message, Timer, Stored, RaftOptions>;

export const mutantOfRaft = (
  id: string,
  create: (context: RaftContext, options: RaftOptions) => Raft,
): AnyProtocol => define({ ...(raft as Honest), name: `raft-${id}`, create });
