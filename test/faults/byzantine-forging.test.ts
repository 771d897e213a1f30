/** What a liar can change so that it is believed, and what it cannot forge. On a protocol of one message. */
import { describe, expect, test } from "vitest";
import { type AnyProtocol, type Context, type Digest, define, type Proof, type Request } from "#protocol";
import { type Liar, withLies } from "../../src/faults/byzantine.ts";
import type { AnyContext } from "../../src/faults/byzantine-relay.ts";
import { Forger } from "../../src/faults/lies-mutation.ts";
import { type Recording, record } from "../../src/protocol/recording.ts";
import { Store } from "../../src/protocol/store.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { get, put } from "../algorithms/requests.ts";

interface Proposal {
  readonly type: "Proposal";
  readonly view: number;
  readonly digest: Digest;
  readonly request: Request;
  readonly own: Proof;
  readonly foreign: Proof;
}

const covered = ({ view, digest }: Pick<Proposal, "view" | "digest">) => ({ view, digest });
const foreign: Proof = { signer: 3, digest: "something", transferable: true, bytes: 64 };

function propose(context: Context<Proposal, "none", never>, request: Request): void {
  const digest = context.digest(request);
  const own = context.sign(context.digest(covered({ view: 7, digest })));
  context.broadcast(Object.freeze({ type: "Proposal", view: 7, digest, request, own, foreign }));
}

const toy: AnyProtocol = define<Proposal, "none", never, Record<string, never>>({
  name: "toy",
  paper: "none",
  summary: "says everything it is asked for once.",
  faultModel: "byzantine",
  tolerates: () => 1,
  smallestCluster: () => 4,
  quorum: () => 3,
  clients: { sendTo: "leader", matchingReplies: () => 2 },
  timers: ["none"],
  options: {},
  messages: { Proposal: { cause: "ordering", bytes: 1 } },
  recordBytes: () => 0,
  cost: () => ({ messagesPerCommand: 1, delaysToClient: 1 }),
  lies: { otherView: { help: "", tell: message => ({ ...message, view: message.view + 10 }) } },
  create: context => ({
    onStart() {},
    onRequest: request => propose(context, request),
    onMessage() {},
    onTimeout() {},
    status: () => {
      throw new Error("nobody asks");
    },
  }),
});

const context = record(toy, { n: 4 });

/** Proposals by receiver, for two requests; the second has another one to be mistaken for. */
function told(liar: Partial<Liar>, seed = 1): { first: Proposal[]; second: Proposal[] } {
  const whole = { node: 0, lie: "mutate", active: () => true, ...liar };
  const recording: Recording = record(
    withLies(toy, [whole], name => new RandomStream(seed, name)),
    { n: 4 },
  );
  const proposals = (request: Request) => {
    recording.replica.onRequest(request);
    return recording.take().map(effect => (effect as unknown as { send: Proposal }).send);
  };
  return { first: proposals(put(1)), second: proposals(get(2)) };
}

const digestOf = (value: unknown): Digest => JSON.stringify(value);
const isProved = (proposal: Proposal) =>
  proposal.own.signer === 0 && proposal.own.digest === digestOf(covered(proposal));

describe("a liar's messages", () => {
  test("the protocol is honest by itself", () => {
    context.replica.onRequest(put(1));
    for (const effect of context.take())
      expect(isProved((effect as unknown as { send: Proposal }).send)).toBe(true);
  });

  test("equivocation: another request that it has seen, with a digest that fits and a proof of its own", () => {
    const { first, second } = told({ lie: "equivocate", receivers: [2] });
    expect(first.map(({ request }) => request)).toEqual([put(1), put(1), put(1), put(1)]);
    expect(second.map(({ request }) => request)).toEqual([get(2), get(2), put(1), get(2)]);
    expect(second.map(({ request, digest }) => digest === digestOf(request))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(second.every(isProved)).toBe(true);
  });

  test("equivocation: as long as it knows no other request, it tells another digest", () => {
    const { first } = told({ lie: "equivocate", receivers: [2] });
    expect(first.map(({ request, digest }) => digest === digestOf(request))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(first.every(isProved)).toBe(true);
  });

  test("mutation: one small step at a time, of every kind, and always a proof that it may give", () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const { second } = told({ lie: "mutate", rate: 1 }, seed);
      expect(second[0]).toMatchObject({ view: 7, request: get(2), digest: digestOf(get(2)) });
      for (const proposal of second) {
        expect(proposal.type).toBe("Proposal");
        expect(isProved(proposal)).toBe(true);
        expect(proposal.foreign).toBe(foreign);
        if (proposal.view !== 7) kinds.add(`view ${proposal.view}`);
        else if (proposal.request.sequence === 1)
          kinds.add(`request, ${proposal.digest === digestOf(put(1))}`);
        else if (proposal.digest !== digestOf(get(2))) kinds.add("digest");
      }
    }
    expect(kinds).toEqual(new Set(["view 6", "view 8", "digest", "request, true", "request, false"]));
  });

  test("mutation of a saved state: something else is held there, and its digest is still the right one's", () => {
    const store = new Store();
    store.execute(put(1));
    const message = { type: "InstallState", digest: store.digest(), state: store.save() };
    const forgers = Array.from({ length: 20 }, (_, index) => new Forger({} as AnyContext, () => index / 20));
    const told = forgers.map(forger => forger.mutate(message) as typeof message);
    const others = told.filter(({ state }) => state !== message.state);
    expect(others.length).toBeGreaterThan(0);
    for (const { digest, state } of others) {
      store.load(state);
      expect(digest).toBe(message.digest);
      expect(store.digest()).not.toBe(digest);
    }
    expect(told.some(({ digest }) => digest !== message.digest)).toBe(true);
  });

  test("a lie of the protocol's own gets the proof it needs too", () => {
    const { first } = told({ lie: "otherView" });
    expect(first.map(({ view }) => view)).toEqual([7, 17, 17, 17]);
    expect(first.every(isProved)).toBe(true);
  });

  test("what it has been handed stays as it was", () => {
    expect(() => told({ lie: "mutate", rate: 1 })).not.toThrow(); // the proposals are frozen
  });
});
