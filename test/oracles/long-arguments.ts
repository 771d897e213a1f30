/**
 * PBFT with long arguments (TOCS 2002, 8.1): a byte takes 91 ns on the wire and 24 ns to be digested, so that it takes
 * (91 + 24) / 91 = 1.26 times as long as a server alone in the end. How long an argument has to be for that depends on
 * what an empty one takes.
 */
import type { AnyProtocol } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import type { Comparison } from "./comparison.ts";
import { run } from "./load.ts";

const [WIRE_NS, DIGEST_NS] = [91, 24]; // of a byte
const KB = 1000;
const EMPTY = 1; // no shorter value can be written
export const lengths = [4, 16, 64, 256, 1000].map(kilobytes => kilobytes * KB);

/** As in `pbft-micro-arguments`: clients send to all, and proposals carry digests only. */
function latencyUs(protocol: AnyProtocol, bytes: number): number {
  const times = `receive: 20us, send: 5us, byte: ${WIRE_NS}ns, mac: 0, sign: 40ms, verify: 0.6ms`;
  const fields = `
duration: 4s
warmup: 1s
batching: { max: 1, window: 1 }
clients: { mode: closed, count: 1 }
value: ${bytes}B
network: { latency: 40us, bandwidth: unlimited }
cost: { cpu: { ${times}, digest: ${bytes * DIGEST_NS}ns }, disk: { sync: 0, byte: 0 } }
`;
  const options = protocol === pbft ? { requests: "all" } : {};
  return run(protocol, { n: 4, options, fields }).latency_us!.min;
}

const WITHIN = 0.0001;

/** How many times as long as a server alone, at each length; and of each byte more. */
export function longArguments(): Comparison[] {
  const empty = [pbft, unreplicated].map(protocol => latencyUs(protocol, EMPTY));
  const taken = lengths.map(bytes => [pbft, unreplicated].map(protocol => latencyUs(protocol, bytes)));
  const common = { section: "5", protocol: pbft.name, n: 4, batch: undefined };
  const rows = lengths.map((bytes, index): Comparison => {
    const [one, other] = taken[index]!;
    const more = (perByteNs: number) => (perByteNs * (bytes - EMPTY)) / 1000;
    return {
      ...common,
      variant: `arguments of ${bytes / KB} kB`,
      quantity: "latency : a server's alone",
      formula: "(P0 + (91+24) s)/(U0 + 91 s)",
      expected: (empty[0]! + more(WIRE_NS + DIGEST_NS)) / (empty[1]! + more(WIRE_NS)),
      measured: one! / other!,
      tolerance: WITHIN,
    };
  });
  const [first, last] = [taken[0]!, taken.at(-1)!];
  return [
    ...rows,
    {
      ...common,
      variant: "each byte more, 4 kB to 1 MB",
      quantity: "latency : a server's alone",
      formula: "(91+24)/91",
      expected: (WIRE_NS + DIGEST_NS) / WIRE_NS,
      measured: (last[0]! - first[0]!) / (last[1]! - first[1]!),
      tolerance: WITHIN,
    },
  ];
}
