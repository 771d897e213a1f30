/** P02: a new leader adopts what the last answer says was accepted, not what was in the highest ballot (2.2, P2c). */
import { NONE } from "../../../algorithms/multi-paxos/ballots.ts";
import { Candidacy } from "../../../algorithms/multi-paxos/candidacy.ts";
import type { PromiseMessage } from "../../../algorithms/multi-paxos/messages.ts";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import type { MultiPaxosOptions } from "../../../algorithms/multi-paxos/options.ts";
import type { MultiPaxosContext } from "../../../algorithms/multi-paxos/server.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class LastWins extends Candidacy {
  private answers = 0;

  override adopt(message: PromiseMessage): void {
    this.answers++;
    const ballots = message.ballots.map(ballot => (ballot === NONE ? NONE : this.answers));
    super.adopt({ ...message, ballots });
  }
}

class AdoptsTheLast extends MultiPaxos {
  constructor(context: MultiPaxosContext, options: MultiPaxosOptions) {
    super(context, options);
    Object.assign(this.server, { candidacy: new LastWins() });
  }
}

export const protocol = mutantOfMultiPaxos("p02", (context, options) => new AdoptsTheLast(context, options));
