/**
 * Does a cluster recover once nothing is wrong any more? A client asks for a write more, and a read, and all replicas
 * have to come to the same state: progress and convergence, within a bounded time.
 */
import type { Digest, NodeId, Status } from "#protocol";

/** How long everything may take. Elections under wide-area delays need seconds; what needs more is stuck. */
export const PATIENCE_NS = 60e9;

export interface Standing {
  readonly node: NodeId;
  readonly status: Status | undefined; // undefined: it is down
  readonly digest: () => Digest; // of its state
}

export interface Stuck {
  readonly invariant: "progress" | "convergence";
  readonly sentence: string;
}

/** Of the replicas that should come to the same state. */
export function haveConverged(standings: readonly Standing[]): boolean {
  const [first, ...others] = standings;
  if (first === undefined) return true;
  if (first.status === undefined) return false;
  const { applied } = first.status;
  if (others.some(({ status }) => status?.applied !== applied)) return false;
  const digest = first.digest();
  return others.every(other => other.digest() === digest);
}

/**
 * What keeps a cluster from going on; undefined if nothing does. `unanswered`: what a client still waits for. `down`
 * are not expected to do anything.
 */
export function stuckOn(
  unanswered: string | undefined,
  allExecute: boolean,
  standings: readonly Standing[],
  down: readonly NodeId[] = [],
): Stuck | undefined {
  const without = down.length === 0 ? "" : `, without ${down.map(node => `n${node}`).join(", ")}`;
  const waited = `${PATIENCE_NS / 1e9} s after everything was healed${without}`;
  if (unanswered !== undefined) {
    const leaders = standings.filter(({ status }) => status?.role === "leader");
    const led = leaders.length === 0 ? "nobody leads" : `led by ${leaders.map(nameOf).join(", ")}`;
    const sentence = `progress: ${unanswered} is still not answered ${waited}, ${led}: ${tell(standings)}`;
    return { invariant: "progress", sentence };
  }
  if (!allExecute || haveConverged(standings)) return undefined;
  return { invariant: "convergence", sentence: `convergence: ${waited} ${difference(standings)}` };
}

function difference(standings: readonly Standing[]): string {
  const down = standings.filter(({ status }) => status === undefined);
  if (down.length > 0) return `${down.map(nameOf).join(", ")} is still down`;
  const furthest = Math.max(...standings.map(appliedBy));
  const behind = standings.filter(standing => appliedBy(standing) < furthest);
  if (behind.length > 0) return `position ${furthest} has not been applied by all: ${tell(behind)}`;
  const states = standings.map(standing => `${nameOf(standing)} ${standing.digest()}`);
  return `all have applied position ${furthest}, but to different states: ${states.join(", ")}`;
}

const tell = (standings: readonly Standing[]): string => standings.map(standingText).join("; ");

function standingText({ node, status }: Standing): string {
  if (status === undefined) return `n${node} is down`;
  const { role, epoch, leader, committed, applied } = status;
  const follows =
    role === "leader" ? "" : leader === undefined ? ", knows no leader" : `, follows n${leader}`;
  return `n${node} is ${role} in epoch ${epoch}${follows}, has committed ${committed} and applied ${applied}`;
}

const nameOf = ({ node }: Standing): string => `n${node}`;
const appliedBy = ({ status }: Standing): number => status?.applied ?? 0;
