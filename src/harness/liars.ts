/** Nodes that lie, as a workload names them. */
import type { AnyProtocol, NodeId } from "#protocol";
import { algorithms } from "../../algorithms/index.ts";
import { type Liar, lieKinds, withLies } from "../faults/byzantine.ts";
import { RandomStream } from "../simulation/random.ts";
import type { LateMistake } from "../workload/load.ts";
import { didYouMean } from "../workload/nearest.ts";
import { formatDuration } from "../workload/units.ts";
import type { LiarChoice, Workload } from "../workload/workload.ts";
import type { LiesTold } from "./lies-told.ts";

/** The protocol itself where nobody lies. Whoever may come to play a liar's role is wrapped from the start. */
export function withLiars(
  protocol: AnyProtocol,
  { byzantine }: Workload,
  n: number,
  seed: number,
  lies: LiesTold,
): AnyProtocol {
  const liars = byzantine.flatMap((liar, entry) => {
    const nodes = liar.node === undefined ? Array.from({ length: n }, (_, node) => node) : [liar.node];
    return nodes.map(node => liarOf(liar, entry, node, lies));
  });
  return withLies(protocol, liars, name => new RandomStream(seed, name));
}

function liarOf(choice: LiarChoice, entry: number, node: NodeId, lies: LiesTold): Liar {
  const { fromMs, untilMs = Number.POSITIVE_INFINITY, cast, ...how } = choice;
  const told = () => lies.told(entry, node);
  if (cast !== undefined) return { ...how, node, told, active: () => lies.isCast(entry, node) };
  const active = (nowMs: number) => {
    if (nowMs >= untilMs) lies.over(entry, node);
    return nowMs >= fromMs && nowMs < untilMs;
  };
  return { ...how, node, told, active };
}

/** A lie that nobody tells would be a run without one. */
export function strangeLiars(
  protocol: AnyProtocol,
  { byzantine, durationNs }: Workload,
  n: number,
): LateMistake[] {
  return byzantine.flatMap(({ node = 0, lie, receivers = [], types, fromMs }, index) => {
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
      ...neverTold(protocol, lie, types).flatMap(message => mistake("types", message)),
      ...unknownLie(protocol, lie).flatMap(message => mistake("lie", message)),
    ];
  });
}

/** A protocol's own lie is about messages of one type, which its help begins with. */
function neverTold(protocol: AnyProtocol, lie: string, types: readonly string[] | undefined): string[] {
  const type = protocol.lies?.[lie]?.help.split(":")[0];
  if (types === undefined || type === undefined || protocol.messages[type] === undefined) return [];
  return types.includes(type) ? [] : [`${lie} is told in ${type} only: leave types out`];
}

/** Who has it, if it is another protocol's own: a study of both has to be two. */
function unknownLie(protocol: AnyProtocol, lie: string): string[] {
  const own = Object.keys(protocol.lies ?? {});
  const known = [...lieKinds.map(kind => kind.name), ...own];
  if (known.includes(lie)) return [];
  const owners = algorithms.filter(({ lies }) => lies?.[lie] !== undefined).map(({ name }) => name);
  const hint =
    owners.length === 0
      ? didYouMean(lie, known)
      : `; only ${owners.join(" and ")} has it: algorithms: [${owners}]`;
  return [`${protocol.name} has no lie '${lie}'${hint}`];
}

/** For whoever reads a run's numbers: more have lied by their own clocks than the protocol reckons with, if so. */
export function liarsText(protocol: AnyProtocol, { proven }: LiesTold, n: number): string | undefined {
  const tolerated = protocol.faultModel === "byzantine" ? protocol.tolerates(n) : 0;
  if (new Set(proven.map(({ node }) => node)).size <= tolerated) return undefined;
  const who = proven.map(({ node, lie }) => `n${node} lies (${lie})`).join(", ");
  return `${who}: beyond what ${protocol.name} tolerates`;
}
