/** How the clients of one run behave towards a protocol. */
import type { AnyProtocol, Options } from "#protocol";
import type { PoolRules } from "../workload/client.ts";
import type { Workload } from "../workload/workload.ts";
import { nearestOf } from "./models.ts";
import { policyOf } from "./policy.ts";

export function rulesOf(
  { clients }: AnyProtocol,
  workload: Workload,
  n: number,
  options: Options,
): PoolRules {
  const policy = policyOf(workload);
  return {
    sendTo: clients.sendTo,
    asksAll: read => clients.asksAll?.(read, policy, options) ?? false,
    matchingReplies: read => clients.matchingReplies(n, read, policy, options),
    nearest: clients.sendTo === "nearest" ? nearestOf(workload, n) : undefined,
  };
}
