/** What all mutants of Multi-Paxos have in common: the honest protocol under another name, with one thing wrong. */
import { type AnyProtocol, define, type Protocol } from "#protocol";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import type { Message, Stored } from "../../../algorithms/multi-paxos/messages.ts";
import type { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import type { MultiPaxosOptions } from "../../../algorithms/multi-paxos/options.ts";
import type { MultiPaxosContext, Timer } from "../../../algorithms/multi-paxos/server.ts";

type Honest = Protocol<Message, Timer, Stored, MultiPaxosOptions>;

export const mutantOfMultiPaxos = (
  id: string,
  create: (context: MultiPaxosContext, options: MultiPaxosOptions) => MultiPaxos,
): AnyProtocol => define({ ...(multiPaxos as Honest), name: `multi-paxos-${id}`, create });
