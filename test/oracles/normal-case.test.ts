/** Messages and delays of the fault-free case: closed formulas from the papers, to be met exactly. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { askedElsewhere, elsewhere, sharedRound, shares, sharing } from "./asked.ts";
import { type NormalCase, normalCases } from "./formulas.ts";
import { handled, handledBatches, messagesHandled } from "./handled.ts";
import { counted, DELAY_US, ideal } from "./ideal.ts";
import { cellsOf, normalCase } from "./normal-case.ts";

/** Of what is a variation of something else, `npm run oracles` makes the longer runs alone. */
const mostOf = ({ down, options, kind }: NormalCase): number =>
  down !== undefined || options?.phase2Quorum !== undefined || kind === "get" ? 2 : Number.POSITIVE_INFINITY;

for (const one of normalCases) {
  const { protocol, variant, messages, withClient, delays } = one;
  const costs = `messages ${messages.text}, with the client ${withClient.text}, delays ${delays.text}`;
  describe(`${protocol.name} ${variant}: ${costs}`, () => {
    const cells = cellsOf(one).filter(({ batch }) => batch <= mostOf(one));
    test.each(cells)("n=$n, batch $batch", cell => {
      for (const { quantity, expected, measured } of normalCase(one, cell)) {
        expect(measured, quantity).toBe(expected);
      }
    });
  });
}

describe.each(elsewhere)("$protocol.name, $variant", one => {
  test.each(one.sizes)("n=%i", n => {
    for (const { quantity, expected, measured } of askedElsewhere(one, n)) {
      expect(measured, quantity).toBe(expected);
    }
  });
});

describe.each(handled)("$protocol.name, $variant: what each node handles", one => {
  test.each(one.sizes)("n=%i, batches 1, 2, 8, 64", n => {
    const compared = handledBatches.flatMap(batch => messagesHandled(one, n, batch));
    for (const { quantity, batch, expected, measured } of compared) {
      expect(measured, `${quantity}, batch ${batch}`).toBe(expected);
    }
  });
});

describe.each(sharing)("$protocol.name: gets share a round", ({ protocol, sizes }) => {
  test.each(sizes)("n=%i: 2(n-1) messages for 1, 2, 8 or 64 of them", n => {
    const compared = shares.map(reads => sharedRound(protocol, n, reads));
    expect(compared.map(({ measured }) => measured)).toEqual(compared.map(({ expected }) => expected));
  });
});

describe("reads that arrive during a round share the next one", () => {
  test.each([raft, multiPaxos].map(protocol => [protocol.name, protocol] as const))(
    "%s, n=5: eight at once take two rounds",
    (_name, protocol) => {
      const given = { n: 5, kind: "get", reads: "index", clients: 8, workload: { operations: 8 } } as const;
      const line = ideal(protocol, given);
      expect(counted(line)).toBe(2 * 2 * 4);
      expect(line.messages!.by_cause.read).toBe(2 * 2 * 4);
      expect([line.latency_us!.min, line.latency_us!.max]).toEqual([4 * DELAY_US, 6 * DELAY_US]);
    },
  );
});
