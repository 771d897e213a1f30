/** What the checks found in a run, as its line tells it. */
import type { AnyProtocol, NodeId } from "#protocol";
import type { History } from "../checks/history.ts";
import type { Violation } from "../checks/invariants/violation.ts";
import { contradictsDespiteAbsences } from "../checks/linearizability/absence.ts";
import { linearizable } from "../checks/linearizability/linearizable.ts";
import type { Stuck } from "../checks/liveness.ts";
import type { RunLine, ViolationLine } from "../results/schema.ts";
import { contradictionOn, sentenceOf } from "./contradiction.ts";
import { withDefaults } from "./defaults.ts";
import { policyOf } from "./policy.ts";
import type { RunSpec } from "./spec.ts";

export interface Evidence {
  /** Undefined where every operation was seen to take effect in time: nothing is left to ask. */
  readonly history: History | undefined;
  readonly violations: readonly Violation[];
  readonly stuck: Stuck | undefined;
  readonly settledNs: number; // when the cluster was at rest, or was given up
  readonly liars: readonly NodeId[];
  readonly forgot: readonly NodeId[]; // lost what they had stored
}

export function checksLine(spec: RunSpec, protocol: AnyProtocol, evidence: Evidence): RunLine["checks"] {
  const { history, violations, stuck, settledNs } = evidence;
  const { verdict, violation, excuse } =
    history === undefined ? WITNESSED : told(spec, protocol, history, evidence);
  const common = { seed: spec.seed, outside: outsideOf(spec, protocol, evidence), again: againOf(spec) };
  const found: ViolationLine[] = violations.map(one => ({ ...invariantLine(one), ...common }));
  if (history !== undefined && violation !== undefined) {
    found.push({ ...contradicted(history, violation.key), ...common, outside: common.outside ?? excuse });
  }
  if (stuck !== undefined)
    found.push({ ...plain("live", stuck.invariant, stuck.sentence, settledNs), ...common });
  return {
    linearizable: verdict,
    invariants: violations.length > 0 ? "invalid" : "valid",
    live: stuck === undefined ? "valid" : "invalid",
    violations: found,
  };
}

const WITNESSED = { verdict: "valid", violation: undefined, excuse: null } as const;

/** What clients were told; and why nobody promised that it would not contradict itself, where it does. */
function told(spec: RunSpec, protocol: AnyProtocol, history: History, evidence: Evidence) {
  const { verdict, violation } = linearizable(history);
  const needed = answersCompared(spec, protocol);
  if (violation === undefined || needed === 1) return { verdict, violation, excuse: null };
  const faulty = faultyIn(evidence).length;
  const other = contradictsDespiteAbsences(history, { replicas: spec.n, needed, faulty });
  if (other !== undefined) return { verdict, violation: other.violation ?? violation, excuse: null };
  return { verdict, violation, excuse: "reads without a place in the log, of a key that was deleted" };
}

/** How many replicas have to say the same to a read that is not ordered; 1: nothing is compared. */
function answersCompared({ workload, n, options }: RunSpec, protocol: AnyProtocol): number {
  const policy = policyOf(workload);
  if (policy.reads !== "index") return 1;
  return protocol.clients.matchingReplies(n, true, policy, withDefaults(protocol, options));
}

type Found = Omit<ViolationLine, "seed" | "outside" | "again">;

function contradicted(history: History, key: number): Found {
  const operations = history.key.filter(other => other === key).length;
  const contradiction = contradictionOn(history, key);
  const sentence =
    `linearizability: no order of the ${operations} operations on k${key} explains what ` +
    `clients were told: ${sentenceOf(contradiction)}`;
  const { call_ns, return_ns } = contradiction.operations[contradiction.stuck]!;
  return { ...plain("linearizable", "linearizability", sentence, return_ns ?? call_ns), contradiction };
}

function invariantLine({ invariant, sentence, ns, position, epoch, facts }: Violation): Found {
  return {
    ...plain("invariants", invariant, sentence, ns),
    position: position ?? null,
    epoch: epoch ?? null,
    facts: facts.map(fact => ({ node: fact.node, at_us: micros(fact.ns), says: fact.says })),
  };
}

const plain = (check: Found["check"], invariant: string, sentence: string, ns: number): Found => ({
  check,
  invariant,
  sentence,
  at_us: micros(ns),
  position: null,
  epoch: null,
  facts: [],
  contradiction: null,
});

const micros = (ns: number): number => Math.round(ns / 1e3);

const againOf = ({ rerun }: RunSpec): string => `${rerun} --trace`;

/** Why nobody promised that this would not happen; null where the protocol did. */
function outsideOf(spec: RunSpec, protocol: AnyProtocol, evidence: Evidence): string | null {
  const { liars, forgot } = evidence;
  const faulty = faultyIn(evidence).length;
  if (faulty === 0) return null;
  const who = [
    ...(liars.length > 0 ? [`${names(liars)} lied`] : []),
    ...(forgot.length > 0 ? [`${names(forgot)} lost what had been stored`] : []),
  ].join(" and ");
  if (protocol.faultModel !== "byzantine") return `outside the fault model: ${who}`;
  const tolerated = protocol.tolerates(spec.n, withDefaults(protocol, spec.options));
  return faulty > tolerated ? `beyond the fault bound of ${tolerated}: ${who}` : null;
}

const faultyIn = ({ liars, forgot }: Evidence): NodeId[] => [...new Set([...liars, ...forgot])];

const names = (nodes: readonly NodeId[]): string => nodes.map(node => `n${node}`).join(", ");
