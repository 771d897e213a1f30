/** Settings of a workload that a protocol does not have. It says so itself; nothing is ignored without a word. */
import type { AnyProtocol, Policy } from "#protocol";
import type { RunLine } from "../results/schema.ts";
import type { Workload } from "../workload/workload.ts";
import { policyOf } from "./policy.ts";

export type Lack = RunLine["lacks"][number];

/** What the workload asks for, be it what is usual, and this protocol cannot give. */
export function lacksOf({ without }: AnyProtocol, workload: Workload): Lack[] {
  const policy = policyOf(workload);
  const reads = without?.reads?.[policy.reads];
  const batching = without?.batching;
  return [
    ...(batching === undefined ? [] : [{ setting: batchingText(policy), instead: batching }]),
    ...(reads === undefined ? [] : [{ setting: `reads: ${policy.reads}`, instead: reads }]),
  ];
}

/** As a workload file has it; what changes nothing is left out. */
function batchingText({ batch: { max, min, delay }, window }: Policy): string {
  const gathering = min > 1 ? `, min: ${min}, delay: ${delay}ms` : "";
  return `batching: { max: ${max}${gathering}, window: ${window} }`;
}

/** One sentence for each protocol and setting, whatever number of runs it concerns. */
export function lackNotes(workload: Workload, protocol: AnyProtocol): string[] {
  return lacksOf(protocol, workload).map(
    ({ setting, instead }) =>
      `workload ${workload.name} asks for ${setting}; ${protocol.name} has no such thing, and ${instead}`,
  );
}

/** What changes nothing, whatever the protocol. */
export function idleSettings({ name, batching: { min, delayNs } }: Workload): string[] {
  if (min > 1 || delayNs === 0) return [];
  return [
    `workload ${name} sets batching.delay, which changes nothing while batching.min is 1: nothing waits`,
  ];
}
