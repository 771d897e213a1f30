/** Options that are right one by one and cannot go together, found before anything runs. */
import type { AnyProtocol } from "#protocol";
import type { LateMistake } from "../workload/load.ts";
import type { Point, Sweep } from "../workload/sweep.ts";
import { withDefaults } from "./defaults.ts";
import { optionFlaws, optionsFor, type Setting } from "./options.ts";
import { policyOf } from "./policy.ts";
import { inSweep } from "./sweep-places.ts";
import { UsageError } from "./usage.ts";

/** As mistakes of the file that sets them. Throws where it is the command line that does. */
export function contradictingOptions(
  protocol: AnyProtocol,
  settings: readonly Setting[],
  { at, workload }: Point,
  sweep: Sweep | undefined,
  n: number,
): LateMistake[] {
  const { name } = protocol;
  const pinned = workload.pinned.options[name] ?? {};
  if (optionFlaws(protocol, pinned).length > 0) return [];
  const options = optionsFor(protocol, settings, pinned, `workload ${workload.name}`);
  const message = protocol.contradiction?.(withDefaults(protocol, options), n, policyOf(workload));
  if (message === undefined) return [];
  refuseSettings(name, settings, message);
  const option = namedIn(message, Object.keys(pinned));
  if (option === undefined) throw new UsageError(`${name} at n = ${n}: ${message}`);
  return [{ ...inSweep({ path: ["options", name, option], ofKey: false }, at, sweep), message }];
}

/** `sizes`: undefined where they are not known yet. */
export function refuseContradictingSettings(
  protocol: AnyProtocol,
  settings: readonly Setting[],
  sizes: readonly (number | undefined)[],
): void {
  const options = withDefaults(protocol, optionsFor(protocol, settings, {}, "--set"));
  for (const n of sizes) {
    const message = protocol.contradiction?.(options, n);
    if (message !== undefined) refuseSettings(protocol.name, settings, message);
  }
}

/** What the command line sets wins, and so it is to blame where it has a part in it. */
function refuseSettings(name: string, settings: readonly Setting[], message: string): void {
  const guilty = settings.find(
    ({ algo, option }) => algo === name && namedIn(message, [option]) !== undefined,
  );
  if (guilty !== undefined)
    throw new UsageError(`--set ${name}.${guilty.option}=${guilty.value}: ${message}`);
}

const namedIn = (message: string, options: readonly string[]): string | undefined =>
  options.find(option => message.split(/\W+/).includes(option));
