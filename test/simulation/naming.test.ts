/** Who leads, and of an answer that may be taken back the epoch: one number on the simulated wire. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { named, naming } from "../../src/simulation/events.ts";

test("what is named is read again, and who leads alone is that number itself", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), fc.option(fc.nat(1e6)), (n, node, epoch) => {
      const leader = (node % (n + 1)) - 1;
      const number = naming(leader, epoch ?? undefined, n);
      expect(named(number, n)).toEqual({ leader, epoch: epoch ?? undefined });
      if (epoch === null) expect(number).toBe(leader);
      else expect(number).toBeGreaterThanOrEqual(n);
    }),
  );
});
