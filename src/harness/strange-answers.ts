/**
 * What somebody else's description says of a size, for those who write theirs without the type checker: numbers that
 * are none would spread through a whole study before anything broke.
 */
import type { DeclaredCost, Options, Policy } from "#protocol";
import { withDefaults } from "./defaults.ts";
import type { LoadedProtocol } from "./protocols.ts";
import { UsageError } from "./usage.ts";

export function refuseStrangeAnswers(
  { source, path, protocol }: LoadedProtocol,
  n: number,
  given: Options,
  policy: Policy,
): void {
  if (path === undefined) return; // the tests see to ours
  const options = withDefaults(protocol, given);
  const { clients } = protocol;
  const ask = (what: string, least: number, tell: () => unknown) => {
    const value = answerOf(tell, `${source}: ${what} throws at n = ${n}`);
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= n) return;
    const range = `a whole number from ${least} to ${n}`;
    throw new UsageError(`${source}: ${what} gives ${value} at n = ${n}; it should be ${range}`);
  };
  ask("tolerates", 0, () => protocol.tolerates(n, options));
  ask("quorum", 1, () => protocol.quorum(n, options));
  for (const read of [true, false]) {
    ask("clients.matchingReplies", 1, () => clients.matchingReplies(n, read, policy, options));
  }
  const declared = () => protocol.cost(n, policy, options) as Partial<DeclaredCost> | undefined;
  const cost = answerOf(declared, `${source}: cost throws at n = ${n}`);
  for (const field of ["messagesPerCommand", "delaysToClient"] as const) {
    const value = cost?.[field];
    if (typeof value === "number" && value >= 0 && value < Infinity) continue;
    throw new UsageError(`${source}: cost gives ${value} as its ${field} at n = ${n}; it should be a number`);
  }
}

function answerOf<Value>(tell: () => Value, complaint: string): Value {
  try {
    return tell();
  } catch (error) {
    throw new UsageError(`${complaint}: ${error instanceof Error ? error.message : error}`);
  }
}
