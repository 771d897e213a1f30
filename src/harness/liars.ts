/** Nodes that lie, as a workload names them. */
import type { AnyProtocol } from "#protocol";
import { lieKinds, withLies } from "../faults/byzantine.ts";
import { RandomStream } from "../simulation/random.ts";
import { didYouMean } from "../workload/nearest.ts";
import type { Workload } from "../workload/workload.ts";
import { UsageError } from "./usage.ts";

/** The protocol itself where nobody lies. */
export function withLiars(protocol: AnyProtocol, workload: Workload, seed: number): AnyProtocol {
  const liars = workload.byzantine.map(({ fromMs, untilMs = Number.POSITIVE_INFINITY, ...liar }) => ({
    ...liar,
    active: (nowMs: number) => nowMs >= fromMs && nowMs < untilMs,
  }));
  return withLies(protocol, liars, name => new RandomStream(seed, name));
}

/** A lie that nobody tells would be a run without one. */
export function refuseUnknownLiars(protocol: AnyProtocol, { byzantine, name }: Workload, n: number): void {
  const own = Object.keys(protocol.lies ?? {});
  const known = [...lieKinds.map(kind => kind.name), ...own];
  for (const { node, lie, receivers = [] } of byzantine) {
    const stranger = [node, ...receivers].find(id => id >= n);
    if (stranger !== undefined) {
      throw new UsageError(
        `workload ${name}: byzantine names n${stranger}, but the nodes are n0 to n${n - 1}`,
      );
    }
    if (!known.includes(lie)) {
      throw new UsageError(`workload ${name}: ${protocol.name} has no lie '${lie}'${didYouMean(lie, known)}`);
    }
  }
}

/** What makes a run's numbers differ from those of honest nodes, for whoever reads them; undefined without liars. */
export function liarsText(protocol: AnyProtocol, { byzantine }: Workload, n: number): string | undefined {
  if (byzantine.length === 0) return undefined;
  const who = byzantine.map(({ node, lie }) => `n${node} lies (${lie})`).join(", ");
  const tolerated = protocol.faultModel === "byzantine" ? protocol.tolerates(n) : 0;
  const liars = new Set(byzantine.map(({ node }) => node)).size;
  return liars > tolerated ? `${who}: beyond what ${protocol.name} tolerates` : who;
}
