/**
 * Draws case number so and so of a campaign. Everything that a user may choose is drawn: size, load, network, policy,
 * options of the protocol; and what goes wrong. Cases are small and many, after TigerBeetle's VOPR and FoundationDB: in
 * the first phase anything goes, then everything heals and the cluster has to recover.
 */
import type { AnyProtocol, Options, OptionValue, Policy } from "#protocol";
import type { WorkloadInput } from "../../workload/schema.ts";
import { withDefaults } from "../defaults.ts";
import type { Campaign, Case } from "./case.ts";
import { CaseDice } from "./dice.ts";
import { drawTrouble } from "./draw-faults.ts";

const ATTEMPTS = 50; // at options that are safe, and at a policy that goes with them
const USUAL = 0.4; // of the options are not as usual

export function drawCase(campaign: Campaign, protocol: AnyProtocol, index: number): Case {
  const dice = new CaseDice(campaign.seed, index);
  const n = dice.pick(campaign.sizes ?? sizesFor(protocol));
  const policy = drawPolicy(dice, protocol, n, campaign.options);
  const options = drawOptions(dice, protocol, n, policy, campaign.options);
  const healMs = dice.whole(600, 2500);
  const byTheClock = policy.reads === "lease";
  const tripUs = dice.pick([200, 1000, 5000]);
  const trouble = drawTrouble(dice, { protocol, n, healMs, tripUs, kinds: campaign.faults, byTheClock });
  const load = drawLoad(dice);
  const network = drawNetwork(dice, tripUs);
  const seed = dice.whole(1, 1_000_000_000);
  const file: WorkloadInput = {
    duration: `${healMs + 1500}ms`,
    warmup: "0s",
    batching: { max: policy.batch.max, window: policy.window, ...drawGathering(dice, policy.batch.max) },
    reads: policy.reads,
    ...load,
    ...network,
    ...(trouble.faults.length > 0 ? { faults: trouble.faults } : {}),
    ...(trouble.byzantine.length > 0 ? { byzantine: trouble.byzantine } : {}),
  };
  return { algo: campaign.algo, n, seed, options, file };
}

/** Small clusters, of those that survive a failure or two, and now and then one that survives nothing. */
function sizesFor(protocol: AnyProtocol): readonly number[] {
  const least = protocol.smallestCluster(1);
  if (!Number.isFinite(least)) return [1, 2, 3];
  return [least, least, least, least + 1, least + 2, protocol.smallestCluster(2), Math.max(1, least - 1)];
}

/** One that goes with what the campaign fixes. */
function drawPolicy(dice: CaseDice, protocol: AnyProtocol, n: number, fixed: Options): Policy {
  const options = withDefaults(protocol, fixed);
  for (let attempt = 1; ; attempt++) {
    const reads = dice.pick(["log", "log", "index", "lease"] as const);
    const batch = { max: dice.pick([1, 2, 64]), min: 1, delay: 0 };
    const policy = { batch, window: dice.pick([1, 2, 4]), reads };
    if (attempt === ATTEMPTS || protocol.contradiction?.(options, n, policy) === undefined) return policy;
  }
}

/** Mostly nobody waits for a batch to fill. Where they do, a lonely request depends on a timer. */
function drawGathering(dice: CaseDice, max: number): object {
  if (max === 1 || !dice.chance(0.3)) return {};
  return { min: dice.whole(2, Math.min(max, 4)), delay: dice.milliseconds(1, 40) };
}

/** Not those that their protocol itself calls unsafe, or that cannot go together. */
function drawOptions(
  dice: CaseDice,
  protocol: AnyProtocol,
  n: number,
  policy: Policy,
  fixed: Options,
): Options {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const drawn = { ...tried(dice, protocol), ...fixed };
    const options = withDefaults(protocol, drawn);
    if (protocol.contradiction?.(options, n, policy) !== undefined) continue;
    if (protocol.unsafe?.(options, policy) === undefined) return drawn;
  }
  return fixed;
}

/** Now and then all that a protocol would have explored, at once: logs and snapshots that are small together. */
function tried(dice: CaseDice, protocol: AnyProtocol): Options {
  const drawn: Record<string, OptionValue> = {};
  const explored = dice.chance(0.25) ? 0.9 : USUAL;
  for (const [name, option] of Object.entries(protocol.options)) {
    const values =
      option!.explore ?? option!.choices ?? (typeof option!.default === "boolean" ? [true, false] : []);
    const share = option!.explore === undefined ? USUAL : explored;
    if (values.length === 0 || !dice.chance(share)) continue;
    const value = dice.pick(values as readonly OptionValue[]);
    if (value !== option!.default) drawn[name] = value;
  }
  return drawn;
}

/** Few keys, and few clients who do not wait long: retries, unknown outcomes, reads of what was just written. */
function drawLoad(dice: CaseDice): Partial<WorkloadInput> {
  const retryMs = dice.whole(30, 300);
  const patience = { retry: `${retryMs}ms`, timeout: `${retryMs * dice.whole(1, 8)}ms` };
  const clients = dice.chance(0.5)
    ? {
        count: dice.whole(1, 6),
        think: { distribution: "exponential", mean: dice.milliseconds(5, 60) },
        ...patience,
      }
    : { mode: "open", rate: `${dice.whole(20, 150)}/s`, ...patience };
  const shares = {
    get: dice.whole(1, 6),
    put: dice.whole(1, 6),
    append: dice.whole(0, 4),
    cas: dice.whole(0, 3),
  };
  return {
    clients,
    operations: { ...shares, delete: dice.whole(0, 1) },
    keys: { distribution: "uniform", count: dice.pick([1, 2, 3, 8]) },
    value: "10B",
  } as Partial<WorkloadInput>;
}

function drawNetwork(dice: CaseDice, tripUs: number): Partial<WorkloadInput> {
  const mean = `${tripUs}us`;
  const latency = dice.pick([
    { distribution: "constant", mean },
    { distribution: "exponential", mean },
    { distribution: "normal", mean, sd: "100us" },
  ]);
  const cost = dice.pick(["lan", "lan", "ideal"]);
  return { network: { latency }, cost } as Partial<WorkloadInput>;
}
