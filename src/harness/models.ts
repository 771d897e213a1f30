/** From a workload to the models of the simulator. */
import type { NodeId } from "#protocol";
import type { ClockModel, LinkModel, NetworkModel } from "../simulation/models.ts";
import { RandomStream } from "../simulation/random.ts";
import type { Workload } from "../workload/workload.ts";

export function networkOf({ network }: Workload): NetworkModel {
  const { latency, loss, duplication, reordering, bandwidthBitsPerSecond } = network;
  const link: LinkModel = { latency, loss, duplication, reordering };
  return { link: () => link, bandwidthBitsPerSecond: bandwidthBitsPerSecond ?? Number.POSITIVE_INFINITY };
}

/** Each node's clock gains or loses at most the workload's drift, and starts somewhere within a second. */
export function clocksOf(workload: Workload, seed: number): (node: NodeId) => ClockModel {
  const { clockDrift } = workload;
  if (clockDrift === 0) return () => ({ rate: 1, offsetNs: 0 });
  return node => {
    const stream = new RandomStream(seed, `clock n${node}`);
    const rate = 1 + clockDrift * (2 * stream.next() - 1);
    return { rate, offsetNs: Math.floor(stream.next() * 1e9) };
  };
}
