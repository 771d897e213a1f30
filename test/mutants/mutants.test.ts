/** The quick part: every bug under its own schedule, and some of them blindly. `npm run mutants` is the whole. */
import { describe, expect, it } from "vitest";
import { drawCase } from "../../src/harness/fuzz/draw-case.ts";
import { perform } from "../../src/harness/fuzz/finding.ts";
import { shrink } from "../../src/harness/fuzz/shrink.ts";
import { loadProtocol } from "../../src/harness/protocols.ts";
import { control, mutants } from "./catalogue.ts";
import { tamperings } from "./harness/tamperings.ts";
import { scheduledCase } from "./schedule.ts";
import { beyondTheBound, campaignOf, noticedUnderSchedule, tampered, underSchedule } from "./trying.ts";

describe.each(mutants.map(mutant => [mutant.id, mutant.bug, mutant] as const))(
  "%s (%s)",
  (_id, _bug, { file, honest, schedule, mustFire }) => {
    it("is caught under its schedule by the right check, and the honest protocol is not blamed", async () => {
      expect(mustFire).toContain((await underSchedule(schedule, file))?.check);
      expect(await underSchedule(schedule, honest)).toBeUndefined();
    });
  },
);

describe("an alarm", () => {
  it.each(["R09", "P01", "B03"])("is the same twice, to the bit: %s", async id => {
    const { file, schedule } = mutants.find(one => one.id === id)!;
    const { protocol } = await loadProtocol(file, "/");
    const given = scheduledCase(schedule, file);
    expect(perform(given, protocol)).toEqual(perform(given, protocol));
  });
});

describe("more liars than a protocol reckons with", () => {
  it("are reported, and why nobody is blamed", async () => {
    const reported = await beyondTheBound(control);
    expect(control.mustFire).toContain(reported?.check);
    expect(reported?.sentence).toContain("beyond the fault bound of 1: n0, n1 lied");
    expect(await underSchedule(control.schedule, control.honest)).toBeUndefined();
  });
});

describe.each(tamperings.map(tampering => [tampering.id, tampering.bug, tampering] as const))(
  "%s, the harness (%s)",
  (_id, _bug, tampering) => {
    it("is noticed, and one that does not is not blamed", async () => {
      const { honest, schedule, mustFire } = tampering;
      const { protocol } = await loadProtocol(honest, "/");
      const given = scheduledCase(schedule, honest);
      const noticed = tampered(tampering, () => noticedUnderSchedule(given, protocol));
      expect(mustFire).toContain(noticed?.check);
      expect(noticedUnderSchedule(given, protocol)).toBeUndefined();
    });
  },
);

describe("fuzz", () => {
  it.each(["R11", "X02", "P04"])("finds %s blindly, and makes it small", async id => {
    const { file, mustFire } = mutants.find(one => one.id === id)!;
    const { protocol } = await loadProtocol(file, "/");
    for (let index = 0; index < 50; index++) {
      const drawn = drawCase(campaignOf(file), protocol, index);
      const { alarm } = perform(drawn, protocol);
      if (alarm === undefined) continue;
      expect(mustFire).toContain(alarm.check);
      const { smaller } = shrink(drawn, alarm, protocol);
      expect(perform(smaller, protocol).alarm?.check).toBe(alarm.check);
      expect(JSON.stringify(smaller).length).toBeLessThan(JSON.stringify(drawn).length);
      return;
    }
    expect.fail("not found in 50 cases");
  });
});
