/** What all mutants of PBFT have in common: the honest protocol under another name, with one thing wrong. */
import { type AnyProtocol, define, type Protocol } from "#protocol";
import { pbft } from "../../../algorithms/pbft/index.ts";
import type { Message, Stored } from "../../../algorithms/pbft/messages.ts";
import type { PbftOptions } from "../../../algorithms/pbft/options.ts";
import type { Timer } from "../../../algorithms/pbft/server.ts";

type Honest = Protocol<Message, Timer, Stored, PbftOptions>;

export const mutantOfPbft = (
  id: string,
  changes: Partial<Pick<Honest, "create" | "quorum" | "clients">>,
): AnyProtocol => define({ ...(pbft as Honest), name: `pbft-${id}`, ...changes });
