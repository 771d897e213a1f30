/** What a workload asks of every protocol alike, in the words of the contract. */
import type { Policy } from "#protocol";
import type { Workload } from "../workload/workload.ts";

export function policyOf(workload: Workload): Policy {
  const { max, min, delayNs, window } = workload.batching;
  return { batch: { max, min, delay: delayNs / 1e6 }, window, reads: workload.reads };
}
