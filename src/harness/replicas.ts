/** What the nodes say of themselves, as somebody would read it from each by hand: at the end, and since the start. */
import type { NodeId, Status } from "#protocol";
import type { NodeLine, Replicas } from "../results/schema.ts";

/** At one instant. */
export interface Standing {
  readonly nodes: readonly (Status | undefined)[]; // undefined: it is down
  readonly snapshots: number; // taken or installed until then
}

export function replicasOf(before: Standing, after: Standing): Replicas {
  const up = statusesOf(after);
  const [first, last] = [foremost(before), foremost(after)];
  const most = (of: (status: Status) => number) => rise(first && of(first), last && of(last));
  const [log_length, log_growth] = most(status => status.logLength);
  const [committed, committed_growth] = most(status => status.committed);
  const [applied, applied_growth] = most(status => status.applied);
  const leaders = up.filter(({ role }) => role === "leader");
  return {
    down: after.nodes.length - up.length,
    leaders: leaders.length,
    without_quorum: leaders.filter(({ hasQuorum }) => hasQuorum === false).length,
    candidates: up.filter(({ role }) => role === "candidate").length,
    log_length,
    log_growth,
    committed,
    committed_growth,
    applied,
    applied_growth,
    behind: committed === null ? null : committed - Math.min(...up.map(status => status.committed)),
    snapshots: after.snapshots - before.snapshots,
    nodes: after.nodes.map((status, node) =>
      status === undefined ? silent(node) : lineOf(node, before.nodes[node], status),
    ),
  };
}

const statusesOf = ({ nodes }: Standing): Status[] => nodes.filter(status => status !== undefined);

/** Who has committed the most, the leader if that has: others hear a little later of what is committed. */
function foremost(standing: Standing): Status | undefined {
  const up = statusesOf(standing);
  const most = Math.max(...up.map(({ committed }) => committed));
  const ahead = up.filter(({ committed }) => committed === most);
  return ahead.find(({ role }) => role === "leader") ?? ahead[0];
}

const rise = (before: number | undefined, after: number | undefined) =>
  [after ?? null, before === undefined || after === undefined ? null : after - before] as const;

function lineOf(node: NodeId, before: Status | undefined, after: Status): NodeLine {
  const growth = (of: (status: Status) => number) => (before === undefined ? null : of(after) - of(before));
  const { role, leader, hasQuorum, logLength, committed, applied, peers } = after;
  return {
    node,
    role,
    leader: leader ?? null,
    has_quorum: hasQuorum ?? null,
    reachable: peers?.filter(peer => peer.reachable && peer.node !== node).map(peer => peer.node) ?? null,
    log_length: logLength,
    log_growth: growth(status => status.logLength),
    committed,
    committed_growth: growth(status => status.committed),
    applied,
    applied_growth: growth(status => status.applied),
  };
}

const silent = (node: NodeId): NodeLine => ({
  node,
  role: null,
  leader: null,
  has_quorum: null,
  reachable: null,
  log_length: null,
  log_growth: null,
  committed: null,
  committed_growth: null,
  applied: null,
  applied_growth: null,
});
