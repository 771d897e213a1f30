/** Nodes that lie, as a workload names them. */
import type { AnyProtocol } from "#protocol";
import { lieKinds, withLies } from "../faults/byzantine.ts";
import { RandomStream } from "../simulation/random.ts";
import type { LateMistake } from "../workload/load.ts";
import { didYouMean } from "../workload/nearest.ts";
import { formatDuration } from "../workload/units.ts";
import type { Workload } from "../workload/workload.ts";

/** How often each of a workload's liars has lied. */
export class LiesTold {
  readonly times: number[];
  private readonly liars: Workload["byzantine"];

  constructor({ byzantine }: Workload) {
    this.liars = byzantine;
    this.times = byzantine.map(() => 0);
  }

  /** Those that had to lie, and never did. */
  get neverStruck(): string[] {
    const idle = this.liars.filter(({ optional }, index) => optional !== true && this.times[index] === 0);
    return idle.map(
      ({ node, lie, fromMs }) => `lie ${lie} of n${node} from ${formatDuration(fromMs * 1e6)} on`,
    );
  }
}

/** The protocol itself where nobody lies. */
export function withLiars(
  protocol: AnyProtocol,
  workload: Workload,
  seed: number,
  lies: LiesTold,
): AnyProtocol {
  const liars = workload.byzantine.map(({ fromMs, untilMs = Number.POSITIVE_INFINITY, ...liar }, index) => ({
    ...liar,
    active: (nowMs: number) => nowMs >= fromMs && nowMs < untilMs,
    told() {
      lies.times[index]!++;
    },
  }));
  return withLies(protocol, liars, name => new RandomStream(seed, name));
}

/** A lie that nobody tells would be a run without one. */
export function strangeLiars(
  protocol: AnyProtocol,
  { byzantine, durationNs }: Workload,
  n: number,
): LateMistake[] {
  const known = [...lieKinds.map(kind => kind.name), ...Object.keys(protocol.lies ?? {})];
  return byzantine.flatMap(({ node, lie, receivers = [], fromMs }, index) => {
    const mistake = (field: string, message: string): LateMistake[] => [
      { path: ["byzantine", index, field], ofKey: false, message },
    ];
    const absent = (id: number) => `there is no n${id}: the nodes are n0 to n${n - 1}`;
    const stranger = receivers.find(id => id >= n);
    return [
      ...(node >= n ? mistake("node", absent(node)) : []),
      ...(durationNs !== undefined && fromMs * 1e6 >= durationNs
        ? mistake("at", `begins when the run has ended, at ${formatDuration(durationNs)}`)
        : []),
      ...(stranger === undefined ? [] : mistake("receivers", absent(stranger))),
      ...(known.includes(lie)
        ? []
        : mistake("lie", `${protocol.name} has no lie '${lie}'${didYouMean(lie, known)}`)),
    ];
  });
}

/** For whoever reads a run's numbers: more lie than the protocol reckons with. Undefined if not. */
export function liarsText(protocol: AnyProtocol, { byzantine }: Workload, n: number): string | undefined {
  const tolerated = protocol.faultModel === "byzantine" ? protocol.tolerates(n) : 0;
  if (new Set(byzantine.map(({ node }) => node)).size <= tolerated) return undefined;
  const who = byzantine.map(({ node, lie }) => `n${node} lies (${lie})`).join(", ");
  return `${who}: beyond what ${protocol.name} tolerates`;
}
