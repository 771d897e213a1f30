/** Messages that a command brings to a node and takes from it, its request and its answer among them: exactly. */
import type { AnyProtocol, Options } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import type { Comparison } from "./comparison.ts";
import { perCommand } from "./normal-case.ts";
import { ask } from "./quiet.ts";

/** Of an instance of b commands; `o` are the other nodes. */
interface Side {
  readonly text: string;
  of(b: number, o: number): number;
}

export interface Handled {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly options: Options;
  readonly sizes: readonly number[];
  readonly leader: { readonly received: Side; readonly sent: Side };
  readonly follower: { readonly received: Side; readonly sent: Side };
}

const INSTANCES = 3;
export const handledBatches = [1, 2, 8, 64];
const crashSizes = [3, 4, 5, 6, 7, 9];
const byzantineSizes = [4, 5, 6, 7, 8, 9, 10, 13];

const side = (text: string, of: Side["of"]): Side => ({ text, of });
const one = side("1", () => 1);
const two = side("2", () => 2);
const once = side("b + n-1", (b, o) => b + o);
const twice = side("b + 2(n-1)", (b, o) => b + 2 * o);
const others = side("n-1", (_b, o) => o);

const noticed = [raft, multiPaxos].flatMap((protocol): Handled[] => {
  const both = { protocol, sizes: crashSizes };
  return [
    {
      ...both,
      variant: "the commit index travels along",
      options: {},
      leader: { received: once, sent: once },
      follower: { received: one, sent: one },
    },
    {
      ...both,
      variant: "commitNotice: notice",
      options: { commitNotice: "notice" },
      leader: { received: once, sent: twice },
      follower: { received: two, sent: one },
    },
  ];
});

const toAll = { protocol: multiPaxos, sizes: crashSizes };

export const handled: readonly Handled[] = [
  ...noticed,
  {
    protocol: raft,
    variant: "commitNotice: append",
    options: { commitNotice: "append" },
    sizes: crashSizes,
    leader: { received: twice, sent: twice },
    follower: { received: two, sent: two },
  },
  {
    protocol: paxos,
    variant: "proposers: one, learn: proposer",
    options: { proposers: "one", learn: "proposer" },
    sizes: crashSizes,
    leader: { received: twice, sent: twice },
    follower: { received: two, sent: two },
  },
  {
    ...toAll,
    variant: "commitNotice: accepted",
    options: { commitNotice: "accepted" },
    leader: { received: once, sent: once },
    follower: { received: others, sent: others }, // an Accept, and the Accepted of n-2
  },
  {
    ...toAll,
    variant: "commitNotice: accepted-own",
    options: { commitNotice: "accepted-own" },
    leader: { received: once, sent: twice },
    follower: { received: side("n", (_b, o) => o + 1), sent: others },
  },
  {
    protocol: pbft,
    variant: "MACs",
    options: {},
    sizes: byzantineSizes,
    leader: { received: twice, sent: twice },
    follower: {
      received: side("2(n-1)", (_b, o) => 2 * o), // a PrePrepare, the Prepares of n-2, the Commits of n-1
      sent: side("2(n-1) + b", (b, o) => 2 * o + b),
    },
  },
];

export function messagesHandled(given: Handled, n: number, batch: number): Comparison[] {
  const { protocol, options, variant } = given;
  const policy = { batch: { max: batch, min: batch, delay: 0 }, window: INSTANCES };
  const commands = INSTANCES * batch;
  const { leader, received, sent } = ask({ protocol, n, options, policy }, commands);
  const common = { section: "1b", protocol: protocol.name, variant, n, batch, tolerance: 0 };
  const rowOf = (role: "leader" | "follower", direction: "received" | "sent"): Comparison => {
    const { text, of } = given[role][direction];
    const expected = of(batch, n - 1) / batch;
    const counts = (direction === "received" ? received : sent).filter((_, node) =>
      role === "leader" ? node === leader : node !== leader,
    );
    return {
      ...common,
      quantity: `${role}: ${direction}`,
      formula: perCommand(text),
      expected,
      measured: strayOf(counts, commands, expected),
    };
  };
  return [
    rowOf("leader", "received"),
    rowOf("leader", "sent"),
    rowOf("follower", "received"),
    rowOf("follower", "sent"),
  ];
}

/** That of the first node for which it is not as expected, if there is one. */
function strayOf(counts: readonly number[], commands: number, expected: number): number {
  const each = counts.map(count => count / commands);
  return each.find(count => count !== expected) ?? each[0]!;
}
