/**
 * The networks and cost models that have names. Every number says where it comes from: measured means measured for
 * this project on one core of an AMD EPYC at 2.6 GHz, Node 24, ext4 on a virtual disk. `workloads/profile-*.yaml` spell
 * them out for who wants to copy and change them; a test holds the two to each other.
 */
import type { RegionChoice, Workload } from "./workload.ts";

const MS = 1e6;

/**
 * Round trips between regions of AWS in ns, by others: means of pings between EC2 instances, to the whole millisecond,
 * as the files in `latency_aws/2020_06_05` of github.com/vitorenesduarte/fantoch have them (and `us-east-1.dat` one
 * folder up, of the same days). They move by some percent from year to year: put your own in their place. Within a
 * region: the 0.5 ms of `lan`, which is more than the 0.1 to 0.3 ms of a ping there.
 */
const aws = {
  "us-east-1": { "us-east-1": 0.5 * MS, "us-west-2": 73 * MS, "eu-west-1": 71 * MS },
  "us-west-2": { "us-west-2": 0.5 * MS, "eu-west-1": 127 * MS },
  "eu-west-1": { "eu-west-1": 0.5 * MS },
};

export const regionSets: Readonly<Record<RegionName, Matrix>> = {
  /** The two coasts of the United States, and Ireland. */
  "wan-3": aws,
  /** With Tokyo and Singapore. */
  "aws-5": {
    "us-east-1": { ...aws["us-east-1"], "ap-northeast-1": 152 * MS, "ap-southeast-1": 236 * MS },
    "us-west-2": { ...aws["us-west-2"], "ap-northeast-1": 101 * MS, "ap-southeast-1": 163 * MS },
    "eu-west-1": { ...aws["eu-west-1"], "ap-northeast-1": 204 * MS, "ap-southeast-1": 187 * MS },
    "ap-northeast-1": { "ap-northeast-1": 0.5 * MS, "ap-southeast-1": 77 * MS },
    "ap-southeast-1": { "ap-southeast-1": 0.5 * MS },
  },
};

export const regionNames = ["wan-3", "aws-5"] as const;
export type RegionName = (typeof regionNames)[number];
type Matrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Every region has nodes in turn, and clients. */
function regional(name: RegionName): Workload["network"] {
  const matrix = regionSets[name];
  const names = Object.keys(matrix);
  const oneWayNs = names.map(one => names.map(other => (matrix[one]![other] ?? matrix[other]![one]!) / 2));
  const regions: RegionChoice = { names, oneWayNs, place: names, clients: "spread", jitterNs: 0 };
  const apart = oneWayNs.flatMap((row, from) => row.filter((_, to) => to !== from));
  const meanNs = Math.round(apart.reduce((sum, ns) => sum + ns, 0) / apart.length);
  const perfect = { loss: 0, duplication: 0, reordering: 0, bandwidthBitsPerSecond: 10e9 };
  return { latency: { distribution: "constant", meanNs }, ...perfect, regions, links: [] };
}

export const networks: Readonly<Record<NetworkName, Workload["network"]>> = {
  /** Machines in one data centre. */
  lan: {
    // Half of the 0.5 ms that a round trip within a data centre is commonly said to take (J. Dean's table of numbers
    // everyone should know), with a fifth of it as spread. The least is a guess: some switches and two kernels.
    latency: { distribution: "normal", meanNs: 250_000, sdNs: 50_000, minNs: 50_000 },
    loss: 0, // links stand for TCP, which repairs losses; loss is a fault
    duplication: 0, // likewise
    reordering: 0, // likewise
    bandwidthBitsPerSecond: 10e9, // a server's usual port; at 1e9 the port, not the protocol, limits batches
    regions: undefined,
    links: [],
  },
  /** For checking counts and delays against theory: one message delay is one unit of time. */
  ideal: {
    latency: { distribution: "constant", meanNs: 250_000 }, // the mean of `lan`, so that results stay comparable
    loss: 0,
    duplication: 0,
    reordering: 0,
    bandwidthBitsPerSecond: undefined,
    regions: undefined,
    links: [],
  },
  "wan-3": regional("wan-3"),
  "aws-5": regional("aws-5"),
};

export const costModels: Readonly<Record<CostName, Workload["cost"]>> = {
  /** A server with a disk of its own, running this harness's live mode. */
  lan: {
    name: "lan",
    cpu: {
      receiveNs: 2_500, // not measured apart from sending; reading a frame is taken to cost what writing one does
      sendNs: 2_500, // measured: 2.5 us of the sender's time for 100 B over TCP, one write a message
      byteNs: 0.25, // measured: 578 ns to encode and decode 1140 B by hand is 0.5 ns a byte, half at either end
      macNs: 1_600, // measured: HMAC-SHA-256 of 100 B, 1.6 to 2.1 us
      signNs: 35_000, // measured: ed25519 of node:crypto, 35 to 40 us
      verifyNs: 110_000, // measured: likewise, 108 to 131 us
      digestNs: 300, // measured: SHA-256 of 100 B by crypto.hash, 0.27 to 0.30 us
    },
    disk: {
      // Measured: fdatasync of a preallocated file, median 91 us, 99th percentile 205 us; for a lognormal distribution
      // sigma = ln(205/91) / 2.326. The least is a guess, so that no sync is drawn faster than the disk can be.
      sync: { distribution: "lognormal", medianNs: 91_000, sigma: 0.349, minNs: 50_000 },
      byteNs: 0.5, // measured: group commits of 64 and of 256 records of 128 B, 104 and 116 us
    },
  },
  /** Computing and storing take no time: what is left is the protocol and the network. */
  ideal: {
    name: "ideal",
    cpu: { receiveNs: 0, sendNs: 0, byteNs: 0, macNs: 0, signNs: 0, verifyNs: 0, digestNs: 0 },
    disk: { sync: { distribution: "constant", meanNs: 0 }, byteNs: 0 },
  },
};

export const networkNames = ["lan", "ideal", ...regionNames] as const;
export const costNames = ["lan", "ideal"] as const;
export type NetworkName = (typeof networkNames)[number];
export type CostName = (typeof costNames)[number];
