/** Faults of a workload, done to a simulated cluster. */
import type { NodeId, Request, Result, Status } from "#protocol";
import { type FaultReport, FaultSchedule } from "../faults/schedule.ts";
import type { Dice, FaultTarget, Link, LinkTrouble, Place, TroubleHandle } from "../faults/target.ts";
import type { OperationSink, Outcome } from "../protocol/client.ts";
import * as disturbances from "../simulation/disturbances.ts";
import { CLIENTS } from "../simulation/models.ts";
import { RandomStream } from "../simulation/random.ts";
import type { Simulation } from "../simulation/simulation.ts";
import { Trouble } from "../simulation/trouble.ts";
import type { Workload } from "../workload/workload.ts";
import type { LiesTold } from "./lies-told.ts";

/** Undefined where nothing is to go wrong: such a run pays for nothing. */
export function faultsOf(
  workload: Workload,
  simulation: Simulation,
  told: LiesTold,
  seed: number,
  byzantine: boolean,
): FaultSchedule | undefined {
  const { faults, chaos, durability, warmupNs: countsFromNs } = workload;
  const lies = workload.byzantine.flatMap(({ cast }) => cast ?? []);
  if (faults.length === 0 && lies.length === 0 && chaos === undefined) return undefined;
  const liarsAt = (ns: number) =>
    workload.byzantine.flatMap(({ node, fromMs, cast }) =>
      node !== undefined && cast === undefined && fromMs * 1e6 <= ns ? [node] : [],
    );
  const settings = {
    faults,
    lies,
    chaos,
    forgetful: durability === "memory",
    byzantine,
    liarsAt,
    countsFromNs,
  };
  return new FaultSchedule(settings, new SimulatedTarget(simulation, told, seed));
}

/** Whether a message may arrive twice: a client that is turned away once cannot be sure then. */
export const duplicates = ({ network, faults, chaos }: Workload): boolean =>
  network.duplication > 0 ||
  network.links.some(({ duplication }) => (duplication ?? 0) > 0) ||
  faults.some(({ what }) => what.kind === "duplication") ||
  (chaos?.perSecond.duplication ?? 0) > 0;

/** As the line of a run has it. A liar has struck once, however often it lied. */
export function faultsLine(report: FaultReport | undefined, lies: LiesTold, tooMany: string | undefined) {
  const { liars, lied, idle } = lies.byTheClock();
  if (report === undefined && liars === 0) return null;
  const { healedNs } = report ?? {};
  const beyond = [...(tooMany === undefined ? [] : [tooMany]), ...(report?.beyond ?? [])];
  return {
    scheduled: (report?.scheduled ?? 0) + liars,
    struck: (report?.struck ?? 0) + lied,
    strikes: (report?.strikes ?? 0) + lied,
    withheld: report?.withheld ?? 0,
    never_struck: [...(report?.neverStruck ?? []), ...idle],
    beyond_tolerance: beyond.length > 0,
    beyond,
    lies: lies.summary(),
    healed_us: healedNs === undefined ? null : Math.round(healedNs / 1e3),
  };
}

/** Tells the faults of answers, besides whoever measures them. */
export const toldOfAnswers = (sink: OperationSink, faults: FaultSchedule): OperationSink => ({
  onOperation(request: Request, callNs: number, returnNs: number, outcome: Outcome, result: Result) {
    if (outcome === "ok") faults.onAnswer(callNs, returnNs);
    sink.onOperation(request, callNs, returnNs, outcome, result);
  },
});

export class SimulatedTarget implements FaultTarget {
  readonly replicas: readonly NodeId[];
  readonly tolerated: number;
  private readonly simulation: Simulation;
  private readonly told: LiesTold;
  private readonly seed: number;
  private readonly rates: readonly number[]; // of the clocks, when nothing is wrong with them

  constructor(simulation: Simulation, told: LiesTold, seed: number) {
    this.simulation = simulation;
    this.told = told;
    this.seed = seed;
    this.replicas = simulation.replicas;
    this.tolerated = simulation.nodes[0]!.faults;
    this.rates = simulation.nodes.map(({ clock }) => clock.rate);
  }

  nowNs(): number {
    return this.simulation.tick;
  }
  at(ns: number, action: () => void): void {
    this.simulation.at(ns, action);
  }
  dice(name: string): Dice {
    return new RandomStream(this.seed, `faults: ${name}`);
  }
  status(node: NodeId): Status | undefined {
    return this.simulation.nodes[node]!.replica?.status();
  }
  crash(node: NodeId, written: number): void {
    this.simulation.crash(node, written);
  }
  restart(node: NodeId): void {
    this.simulation.restart(node);
  }
  wipe(node: NodeId): void {
    disturbances.wipe(this.simulation, node);
  }
  pause(node: NodeId, untilNs: number): void {
    disturbances.pause(this.simulation, node, untilNs);
  }
  slowCpu(node: NodeId, factor: number): void {
    disturbances.slowCpu(this.simulation, node, factor);
  }
  slowDisk(node: NodeId, factor: number): void {
    disturbances.slowDisk(this.simulation, node, factor);
  }
  stallDisk(node: NodeId, stalled: boolean): void {
    disturbances.stallDisk(this.simulation, node, stalled);
  }
  failDisk(node: NodeId, failing: boolean): void {
    disturbances.failDisk(this.simulation, node, failing);
  }
  clockRate(node: NodeId, factor: number): void {
    disturbances.changeClockRate(this.simulation, node, this.rates[node]! * factor);
  }
  clockJump(node: NodeId, byNs: number): void {
    disturbances.jumpClock(this.simulation, node, byNs);
  }

  trouble(links: readonly Link[], model: LinkTrouble): TroubleHandle {
    const { network } = this.simulation;
    const trouble = new Trouble(model);
    const put = (present: boolean) => {
      for (const { from, to } of links) network.trouble(placeOf(from), placeOf(to), trouble, present);
    };
    put(true);
    return {
      get touched() {
        return trouble.touched;
      },
      end() {
        put(false);
        trouble.release();
      },
    };
  }

  lie(entry: number, node: NodeId): TroubleHandle {
    return this.told.cast(entry, node);
  }

  record(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.simulation.record(event, fields);
  }
}

const placeOf = (place: Place): number => (place === "clients" ? CLIENTS : place);
