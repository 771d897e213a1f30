/** What may go wrong with a simulated node besides a crash. Each of these shows in the trace. */
import type { NodeId } from "#protocol";
import { SYNCED } from "./events.ts";
import type { Simulation } from "./simulation.ts";

/** The node handles and sends nothing until that tick. What reaches it waits. */
export function pause(simulation: Simulation, id: NodeId, untilTick: number): void {
  const node = simulation.nodes[id]!;
  const tick = Math.ceil(untilTick);
  if (!node.up || tick <= simulation.tick) return;
  simulation.record("pause", { node: id, until_ns: tick });
  node.pauseUntil(tick);
  simulation.at(tick, () => {
    if (node.resume()) simulation.record("resume", { node: id });
  });
}

/** From now on what the processor does takes so many times as long as it should. */
export function slowCpu(simulation: Simulation, id: NodeId, factor: number): void {
  simulation.record("cpu", { node: id, factor });
  simulation.nodes[id]!.slowDown(factor);
}

/** The syncs that start from now on take so many times as long as they should. */
export function slowDisk(simulation: Simulation, id: NodeId, factor: number): void {
  simulation.record("disk", { node: id, factor });
  simulation.nodes[id]!.disk.slowness = factor;
}

/** No sync of a stalled disk ends. Those that should have are over when the stall is. */
export function stallDisk(simulation: Simulation, id: NodeId, stalled: boolean): void {
  simulation.record(stalled ? "stall" : "flow", { node: id });
  obstruct(simulation, id, stalled ? "stall" : undefined);
}

/** The next sync fails, and the node stops. */
export function failDisk(simulation: Simulation, id: NodeId, failing: boolean): void {
  simulation.record(failing ? "disk fails" : "disk works", { node: id });
  obstruct(simulation, id, failing ? "error" : undefined);
}

/** Of a crashed node: its disk is a new one. */
export function wipe(simulation: Simulation, id: NodeId): void {
  simulation.record("wipe", { node: id });
  simulation.nodes[id]!.disk.wipe();
  simulation.observer.onWipe(id);
}

/** The clock goes on from where it is at another rate. Timers that are running keep their instant. */
export function changeClockRate(simulation: Simulation, id: NodeId, rate: number): void {
  const node = simulation.nodes[id]!;
  simulation.record("clock", { node: id, rate });
  const { clock } = node;
  node.clock = { rate, offsetNs: clock.offsetNs + simulation.tick * (clock.rate - rate) };
}

/** The clock shows another time from now on. Timers do not notice. */
export function jumpClock(simulation: Simulation, id: NodeId, byNs: number): void {
  const node = simulation.nodes[id]!;
  simulation.record("clock", { node: id, jump_ns: byNs });
  node.clock = { rate: node.clock.rate, offsetNs: node.clock.offsetNs + byNs };
}

function obstruct(simulation: Simulation, id: NodeId, obstacle: "stall" | "error" | undefined): void {
  const node = simulation.nodes[id]!;
  node.disk.obstruct(obstacle);
  node.reassess();
  if (obstacle !== undefined || !node.disk.overdue) return;
  node.disk.overdue = false;
  simulation.queueAt(simulation.tick, SYNCED, id, node.incarnation);
}
