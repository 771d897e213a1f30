import { describe, expect, test } from "vitest";
import type { Digest, Status } from "#protocol";
import { haveConverged, type Standing, stuckOn } from "../../src/checks/liveness.ts";

const status = (applied: number, change: Partial<Status> = {}): Status => ({
  role: "follower",
  epoch: 3,
  leader: 0,
  hasQuorum: undefined,
  logLength: applied,
  committed: applied,
  applied,
  peers: undefined,
  ...change,
});
const standing = (node: number, stands: Status | undefined, digest: Digest = 1): Standing => ({
  node,
  status: stands,
  digest: () => digest,
});

describe("a cluster that has been healed", () => {
  test("has recovered once a write is answered and all are in one state", () => {
    const all = [standing(0, status(5, { role: "leader" })), standing(1, status(5)), standing(2, status(5))];
    expect(haveConverged(all)).toBe(true);
    expect(stuckOn(undefined, true, all)).toBeUndefined();
  });

  test("has not while a write is not answered, and it says who stands where", () => {
    const nobodyLeads = [standing(0, status(5, { role: "candidate", leader: undefined, epoch: 1681 }))];
    expect(stuckOn("a write", true, nobodyLeads)).toEqual({
      invariant: "progress",
      sentence:
        "progress: a write is still not answered 60 s after everything was healed, nobody leads: " +
        "n0 is candidate in epoch 1681, knows no leader, has committed 5 and applied 5",
    });
    const led = [standing(0, status(5, { role: "leader" })), standing(1, undefined)];
    expect(stuckOn("a write", true, led)!.sentence).toContain("led by n0");
    expect(stuckOn("a write", true, led)!.sentence).toContain("n1 is down");
  });

  test("has not while somebody lags behind", () => {
    const lagging = [standing(0, status(980)), standing(1, status(412)), standing(2, status(980))];
    expect(haveConverged(lagging)).toBe(false);
    expect(stuckOn(undefined, true, lagging)).toEqual({
      invariant: "convergence",
      sentence:
        "convergence: 60 s after everything was healed position 980 has not been applied by all: " +
        "n1 is follower in epoch 3, follows n0, has committed 412 and applied 412",
    });
  });

  test("has not while somebody is down", () => {
    const down = [standing(0, status(5)), standing(1, undefined)];
    expect(stuckOn(undefined, true, down)!.sentence).toContain("n1 is still down");
  });

  test("has not while equal histories have led to different states", () => {
    const apart = [standing(0, status(5), 1), standing(1, status(5), 2)];
    expect(haveConverged(apart)).toBe(false);
    expect(stuckOn(undefined, true, apart)!.sentence).toContain("but to different states: n0 1, n1 2");
  });

  test("needs no convergence where not every replica executes", () => {
    expect(stuckOn(undefined, false, [standing(0, status(5)), standing(1, status(0))])).toBeUndefined();
  });
});
