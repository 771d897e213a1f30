/** The quick part: every bug under its own schedule, and some of them blindly. `npm run mutants` is the whole. */
import { describe, expect, it } from "vitest";
import { drawCase } from "../../src/harness/fuzz/draw-case.ts";
import { perform } from "../../src/harness/fuzz/finding.ts";
import { shrink } from "../../src/harness/fuzz/shrink.ts";
import { loadProtocol } from "../../src/harness/protocols.ts";
import { mutants } from "./catalogue.ts";
import { scheduledCase } from "./schedule.ts";

describe.each(mutants.map(mutant => [mutant.id, mutant.bug, mutant] as const))(
  "%s, which %s,",
  (_id, _bug, mutant) => {
    it("is caught under its schedule, by the right check, and the same way twice", async () => {
      const { protocol } = await loadProtocol(mutant.file, "/");
      const given = scheduledCase(mutant.schedule, mutant.file);
      const { alarm, traceHash } = perform(given, protocol);
      expect(mutant.mustFire).toContain(alarm?.check);
      expect(perform(given, protocol)).toMatchObject({ alarm, traceHash });
    });

    it("is the only one to be blamed: the honest protocol raises no alarm there", async () => {
      const { protocol } = await loadProtocol(mutant.honest, "/");
      expect(perform(scheduledCase(mutant.schedule, mutant.honest), protocol).alarm).toBeUndefined();
    });
  },
);

describe("fuzz", () => {
  it.each(["R02", "R11", "R16", "R19", "X02"])("finds %s blindly, and makes it small", async id => {
    const mutant = mutants.find(one => one.id === id)!;
    const { protocol } = await loadProtocol(mutant.file, "/");
    const campaign = { algo: mutant.file, seed: 1, sizes: undefined, faults: undefined, options: {} };
    for (let index = 0; index < 50; index++) {
      const drawn = drawCase(campaign, protocol, index);
      const { alarm } = perform(drawn, protocol);
      if (alarm === undefined) continue;
      expect(mutant.mustFire).toContain(alarm.check);
      const { smaller } = shrink(drawn, alarm, protocol);
      expect(perform(smaller, protocol).alarm?.check).toBe(alarm.check);
      expect(JSON.stringify(smaller).length).toBeLessThan(JSON.stringify(drawn).length);
      return;
    }
    expect.fail("not found in 50 cases");
  });
});
