/** Bugs in the harness itself: one method of what records, judges or disturbs a run is replaced, for a while. */
import { fileURLToPath } from "node:url";
import type { Fact, NodeId, Request, Result } from "#protocol";
import { HistoryRecorder } from "../../../src/checks/history.ts";
import { InvariantChecker } from "../../../src/checks/invariants/invariants.ts";
import type { TroubleHandle } from "../../../src/faults/target.ts";
import { SimulatedTarget } from "../../../src/harness/faults.ts";
import type { Outcome } from "../../../src/protocol/client.ts";

export interface Tampering {
  readonly id: string;
  readonly bug: string;
  readonly honest: string; // the protocol that is wronged
  readonly schedule: string;
  readonly mustFire: readonly string[];
  readonly blindRuns: number;
  readonly faults: readonly string[] | undefined; // that a blind search is about; undefined: all
  /** Returns what undoes it. */
  readonly tamper: () => () => void;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Another method in place of one that all objects of a class share. */
function replaced<Class extends object, Name extends keyof Class>(
  shared: Class,
  name: Name,
  other: (honest: Class[Name]) => Class[Name],
): () => void {
  const honest = shared[name];
  shared[name] = other(honest);
  return () => {
    shared[name] = honest;
  };
}

type OnOperation = HistoryRecorder["onOperation"];

const tellsOutcomes = (told: (outcome: Outcome) => Outcome | undefined) => () =>
  replaced(HistoryRecorder.prototype, "onOperation", honest => {
    const tampered: OnOperation = function (
      this: HistoryRecorder,
      request: Request,
      callNs: number,
      returnNs: number,
      outcome: Outcome,
      result: Result,
    ) {
      const end = told(outcome);
      if (end !== undefined) honest.call(this, request, callNs, returnNs, end, result);
    };
    return tampered;
  });

interface WithReplicas {
  readonly ledger: { readonly replicas: readonly { counts: boolean }[] };
}

const trustsLiars = () =>
  replaced(InvariantChecker.prototype, "onFact", honest => {
    const tampered: InvariantChecker["onFact"] = function (
      this: InvariantChecker,
      node: NodeId,
      fact: Fact,
      epoch: number,
      position: number,
      subject: unknown,
    ) {
      (this as unknown as WithReplicas).ledger.replicas[node]!.counts = true;
      honest.call(this, node, fact, epoch, position, subject);
    };
    return tampered;
  });

const troublesNothing = () =>
  replaced(SimulatedTarget.prototype, "trouble", () => (): TroubleHandle => ({ touched: 0, end: () => {} }));

const tampering = (
  id: string,
  bug: string,
  honest: string,
  mustFire: readonly string[],
  tamper: Tampering["tamper"],
  faults?: readonly string[],
): Tampering => {
  const schedule = at(`./${id.toLowerCase()}.yaml`);
  return { id, bug, honest, schedule, mustFire, blindRuns: 200, faults, tamper };
};

export const tamperings: readonly Tampering[] = [
  tampering(
    "H01",
    "takes time-outs for failures",
    "raft",
    ["linearizability"],
    tellsOutcomes(outcome => (outcome === "unknown" ? "failed" : outcome)),
  ),
  tampering(
    "H02",
    "leaves time-outs out",
    "raft",
    ["linearizability"],
    tellsOutcomes(outcome => (outcome === "unknown" ? undefined : outcome)),
  ),
  tampering("H07", "believes a liar", "pbft", ["kept-word", "in-order", "state-machine-safety"], trustsLiars),
  tampering("H09", "partitions cut nothing", "raft", ["never struck", "vacuous"], troublesNothing, [
    "partition",
  ]),
];
