/** What all mutants of Paxos have in common: the honest protocol under another name, with one thing wrong. */
import { type AnyProtocol, define, type Protocol } from "#protocol";
import { paxos } from "../../../algorithms/paxos/index.ts";
import type { Message, Stored } from "../../../algorithms/paxos/messages.ts";
import type { PaxosOptions } from "../../../algorithms/paxos/options.ts";
import type { Paxos } from "../../../algorithms/paxos/paxos.ts";
import type { PaxosContext, Timer } from "../../../algorithms/paxos/server.ts";

type Honest = Protocol<Message, Timer, Stored, PaxosOptions>;

export const mutantOfPaxos = (
  id: string,
  create: (context: PaxosContext, options: PaxosOptions) => Paxos,
): AnyProtocol => define({ ...(paxos as Honest), name: `paxos-${id}`, create });
