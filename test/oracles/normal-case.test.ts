/** Messages and delays of the fault-free case: closed formulas from the papers, to be met exactly. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { normalCases } from "./formulas.ts";
import { counted, DELAY_US, ideal } from "./ideal.ts";
import { cellsOf, normalCase } from "./normal-case.ts";

for (const one of normalCases) {
  const { protocol, variant, messages, withClient, delays } = one;
  const costs = `messages ${messages.text}, with the client ${withClient.text}, delays ${delays.text}`;
  describe(`${protocol.name} ${variant}: ${costs}`, () => {
    test.each(cellsOf(one))("n=$n, batch $batch", cell => {
      for (const { quantity, expected, measured } of normalCase(one, cell)) {
        expect(measured, quantity).toBe(expected);
      }
    });
  });
}

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
