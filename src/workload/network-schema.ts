/** The fields of a workload file that make the world: network, costs, clocks. */
import { z } from "zod";
import { Delay } from "./delays.ts";
import { didYouMean } from "./nearest.ts";
import { costNames, networkNames, regionNames, regionSets } from "./profiles.ts";
import { evenIfFlawed } from "./refine.ts";
import { shareOf } from "./shares.ts";
import { Bandwidth, Duration, FineDuration, someOf } from "./units.ts";

/** 0.01 or 1%. */
export const Probability = shareOf(z.number().min(0).max(1), "a probability, such as 0.01 or 1%");

const ends = "a node (n0), a region, clients or all";

const SomeBandwidth = someOf(Bandwidth, "nothing would ever arrive; for a link that is down, write loss: 1");

const LinkOverride = z
  .strictObject({
    between: z
      .tuple([z.string(), z.string()])
      .optional()
      .meta({ description: `Both directions between two of: ${ends}.` }),
    from: z
      .string()
      .optional()
      .meta({ description: `One direction only, from ${ends}; it takes a to.` }),
    to: z
      .string()
      .optional()
      .meta({ description: "Where that direction leads: another end of such a kind." }),
    latency: Delay.optional().meta({ description: "How long a message takes, one way." }),
    jitter: Duration.optional().meta({
      description: "The mean of an exponential delay on top of the mean latency.",
    }),
    loss: Probability.optional().meta({ description: "Probability that a message is lost." }),
    duplication: Probability.optional().meta({ description: "Probability that a message arrives twice." }),
    reordering: Probability.optional().meta({
      description: "Probability that a message may overtake others, or be overtaken.",
    }),
    bandwidth: SomeBandwidth.optional().meta({
      description: "How much this link carries, as 100Mbps or unlimited.",
    }),
  })
  .refine(
    ({ between, from, to }) =>
      (between === undefined) !== (from === undefined) && (from === undefined) === (to === undefined),
    "names its ends by between: [a, b], or by from and to",
  );

const Regions = z.union(
  [z.enum(regionNames), z.record(z.string().min(1), z.record(z.string().min(1), Duration))],
  {
    error: `expected ${regionNames.join(" or ")}, or round trips such as { a: { a: 0.5ms, b: 40ms }, b: { b: 0.5ms } }`,
  },
);

const Network = z
  .strictObject({
    latency: Delay.optional().meta({
      description: "How long a message takes, one way, from any node to any other.",
      usual: { distribution: "normal", mean: "0.25ms", sd: "0.05ms", min: "0.05ms" },
    }),
    regions: Regions.optional().meta({
      description: "Instead of latency: named regions, or round trips between regions of your own.",
    }),
    place: z.array(z.string()).min(1).optional().meta({
      description: "The nodes' regions, n0 first, over and over; every region in turn if left out.",
    }),
    clients: z.string().optional().meta({
      description:
        "The clients' region, or spread: client 0 in the first region, client 1 in the next; so if left out.",
    }),
    jitter: Duration.optional().meta({
      description: "The mean of an exponential delay on top of a constant latency, or of a region's.",
    }),
    loss: Probability.optional().meta({ description: "Probability that a message is lost.", usual: 0 }),
    duplication: Probability.optional().meta({
      description: "Probability that a message arrives twice.",
      usual: 0,
    }),
    reordering: Probability.optional().meta({
      description: "Probability that a message may overtake others, or be overtaken.",
      usual: 0,
    }),
    bandwidth: SomeBandwidth.optional().meta({
      description: "How much each node's outgoing port carries, as 1Gbps or unlimited.",
      usual: "10Gbps",
    }),
    links: z.array(LinkOverride).optional().meta({ description: "Links that differ; the last word counts." }),
  })
  .superRefine(checkNetwork, evenIfFlawed);

export type NetworkFile = z.output<typeof Network>;

/** The names of the regions, and those pairs whose round trip the file leaves out. */
export function regionsIn(regions: NonNullable<NetworkFile["regions"]>) {
  const matrix = typeof regions === "string" ? regionSets[regions] : regions;
  const names = Object.keys(matrix);
  const missing = names.flatMap((one, index) =>
    names
      .slice(index)
      .filter(other => matrix[one]?.[other] === undefined && matrix[other]?.[one] === undefined)
      .map(other => [one, other] as const),
  );
  return { matrix, names, missing };
}

function checkNetwork(file: NetworkFile, context: z.core.$RefinementCtx): void {
  const { latency, clients, jitter } = file;
  const { regions, place, links } = soundParts(file);
  const mistake = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message, continue: true });
  if (file.regions === undefined) {
    if (place.length > 0) mistake(["place"], "needs regions");
    if (clients !== undefined) mistake(["clients"], "needs regions");
    if (typeof jitter === "number" && jitter > 0 && typeof latency !== "number") {
      mistake(["jitter"], "needs a constant latency or regions: a distribution has a spread of its own");
    }
  } else if (latency !== undefined) mistake(["latency"], "latency and regions exclude each other");
  const { names, missing } = regions === undefined ? { names: [], missing: [] } : regionsIn(regions);
  for (const [one, other] of missing)
    mistake(["regions", one], `lacks the round trip from ${one} to ${other}`);
  if (typeof regions === "object") checkRows(regions, mistake);
  if (file.regions !== undefined && regions === undefined) return;
  const known = (path: (string | number)[], name: unknown, words: readonly string[]) => {
    if (typeof name !== "string" || words.includes(name)) return;
    if (words.includes("all") && /^n\d+$/.test(name)) return;
    mistake(path, `there is no region "${name}"${didYouMean(name, words)}; known: ${words.join(", ")}`);
  };
  if (regions !== undefined) {
    for (const [index, name] of place.entries()) known(["place", index], name, names);
    if (clients !== undefined) known(["clients"], clients, [...names, "spread"]);
  }
  const ends = [...names, "clients", "all"];
  for (const [index, { between = [], from, to }] of links.entries()) {
    for (const [end, name] of [between].flat().entries()) known(["links", index, "between", end], name, ends);
    if (from !== undefined) known(["links", index, "from"], from, ends);
    if (to !== undefined) known(["links", index, "to"], to, ends);
  }
}

/** What of them can be looked into: any field may be wrong by itself. */
function soundParts({ regions, place, links }: NetworkFile): Pick<NetworkFile, "regions"> & {
  place: readonly unknown[];
  links: readonly NonNullable<NetworkFile["links"]>[number][];
} {
  const isNamed = regionNames.some(name => name === regions);
  const isMatrix = typeof regions === "object" && regions !== null && !Array.isArray(regions);
  return {
    regions: isNamed || isMatrix ? regions : undefined,
    place: Array.isArray(place) ? place : [],
    links: Array.isArray(links) ? links.filter(link => typeof link === "object" && link !== null) : [],
  };
}

/** A region is what has a row. */
function checkRows(
  regions: Readonly<Record<string, unknown>>,
  mistake: (path: (string | number)[], message: string) => void,
): void {
  const names = Object.keys(regions);
  for (const [one, row] of Object.entries(regions)) {
    const strangers = Object.keys(Object(row)).filter(other => !names.includes(other));
    for (const other of strangers) {
      const cure = `known: ${names.join(", ")}; one more has a row of its own, such as ${other}: { ${other}: 0.5ms }`;
      const meant = didYouMean(other, names);
      mistake(["regions", one, other], `there is no region "${other}"${meant === "" ? `; ${cure}` : meant}`);
    }
  }
}

const cpuCost = (what: string, usual: string) =>
  FineDuration.optional().meta({ description: `Processor time ${what}.`, usual });

const Cost = z.strictObject({
  cpu: z
    .strictObject({
      receive: cpuCost("to receive a message", "2.5us"),
      send: cpuCost("to send a message", "2.5us"),
      byte: cpuCost("for a byte sent or received", "0.25ns"),
      mac: cpuCost("to make or check one MAC", "1.6us"),
      sign: cpuCost("to sign", "35us"),
      verify: cpuCost("to check a signature", "110us"),
      digest: cpuCost("for a digest", "0.3us"),
    })
    .optional()
    .meta({ description: "Each node has one processor, which does one thing at a time." }),
  disk: z
    .strictObject({
      sync: Delay.optional().meta({
        description: "How long one group commit takes, however many records it has.",
        usual: { distribution: "lognormal", median: "91us", sigma: 0.349, min: "50us" },
      }),
      byte: FineDuration.optional().meta({
        description: "How long a byte takes to be written, on top of the sync.",
        usual: "0.5ns",
      }),
    })
    .optional()
    .meta({ description: "Each node has a disk of its own." }),
});

export type CostFile = z.output<typeof Cost>;

export const worldFields = {
  network: z
    .union([z.enum(networkNames), Network], {
      error: `expected ${networkNames.join(" or ")}, or numbers such as { latency: 1ms }`,
    })
    .optional()
    .meta({ description: "A named network, or its numbers; those left out are as in lan.", usual: "lan" }),
  cost: z
    .union([z.enum(costNames), Cost], {
      error: `expected ${costNames.join(" or ")}, or numbers such as { cpu: { send: 1us } }`,
    })
    .optional()
    .meta({
      description: "A named cost model, or its numbers; those left out are as in lan.",
      usual: "lan",
    }),
  clock: z
    .strictObject({
      drift: shareOf(z.number().min(0).max(0.5), "a share up to 0.5, such as 0.0001 or 0.01%")
        .optional()
        .meta({
          description: "Each node's clock rate is drawn from 1 ± this.",
          usual: 0,
        }),
      jitter: Duration.optional().meta({
        description: "Its timers fire late by up to this, uniformly, drawn anew each time one is set.",
        usual: "0s",
      }),
    })
    .optional()
    .meta({ description: "How far the nodes' clocks and timers are from right." }),
};
