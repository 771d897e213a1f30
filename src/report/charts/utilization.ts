/** How busy processors and disks were: what runs at its limit is what a protocol waits for. */

import { listed, percent, rounded } from "../../metrics/numbers.ts";
import { type Cell, type Contest, contestsOf } from "../cells.ts";
import type { Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, someOf } from "./chart.ts";
import { downOf, type Mark, panelOfRows, rowSpec } from "./rows.ts";

const MOST_PANELS = 6;
const MOST_NODES = 12;
const BUSY = 0.8;
const title = "How busy processors and disks are";

type Resource = "cpu" | "disk";
const resources: Readonly<Record<Resource, string>> = { cpu: "CPU", disk: "disk" };

export function utilizationChart(cells: readonly Cell[], looks: readonly Look[]): Chart | Omission {
  const measured = cells.filter(({ runs }) => runs.some(({ utilization }) => utilization !== null));
  if (measured.length === 0) return { title, because: "no time passed in which anything could be busy" };
  const contests = contestsOf(measured);
  const some = someOf(contests, MOST_PANELS);
  return {
    id: "utilization",
    title,
    reading:
      "Filled: the busiest node; hollow: the others, ranked in each run and averaged over seeds. What is close to " +
      "100 % is the bottleneck; where nothing is, clients wait for messages and for the disk's delay.",
    spec: rowSpec({ looks, axis: "share of the time", scale: "share" }),
    panels: some.map(({ title, cells }) =>
      panelOfRows(title, `Share of time busy. ${title}`, marksOf(cells)),
    ),
    reach: {},
    notes: [bottleneck(measured), ...leftOut(some.length, contests.length, "points")],
    table: tableOf(contests),
  };
}

/** Who leads changes from seed to seed, and with it which node is busiest: nodes are ranked in each run. */
function ranked({ runs }: Cell, resource: Resource): number[] {
  const sorted = runs
    .filter(({ utilization }) => utilization !== null)
    .map(({ utilization }) => utilization!.map(node => node[resource]).sort((one, two) => two - one));
  return sorted[0]!.map((_, rank) => sorted.reduce((sum, run) => sum + run[rank]!, 0) / sorted.length);
}

function marksOf(cells: readonly Cell[]): Mark[] {
  const rows = cells.flatMap(cell => (["cpu", "disk"] as const).map(resource => ({ cell, resource })));
  return rows.flatMap(({ cell, resource }, place) => {
    const label = `${cell.algo} · ${resources[resource]}`;
    const shares = ranked(cell, resource).slice(0, MOST_NODES);
    return shares.toReversed().map((share, turn): Mark => {
      const kind = turn === shares.length - 1 ? "mean" : "other";
      return {
        a: cell.name,
        ...downOf(cell.side),
        label,
        place,
        kind,
        x: rounded(Math.min(1, share)),
        says: percent(share),
      };
    });
  });
}

function bottleneck(cells: readonly Cell[]): string {
  const busiest = cells.flatMap(cell =>
    (["cpu", "disk"] as const).map(resource => ({ cell, resource, share: ranked(cell, resource)[0]! })),
  );
  const full = busiest.filter(({ share }) => share >= BUSY);
  if (full.length === 0) {
    const { cell, resource, share } = busiest.reduce((one, two) => (two.share > one.share ? two : one));
    const busy = `a ${resources[resource]} of ${cell.name} (n = ${cell.n}) at ${percent(share)}`;
    return `Nothing is at its limit: the busiest is ${busy}.`;
  }
  const places = [...Map.groupBy(full, ({ cell, resource }) => `${cell.name}'s ${resources[resource]}`)];
  const texts = places.map(
    ([name, group]) => `${name} (up to ${percent(Math.max(...group.map(({ share }) => share)))})`,
  );
  return `At least 80 % busy on some node: ${listed(texts)}.`;
}

function tableOf(contests: readonly Contest[]): Chart["table"] {
  const rows = contests.flatMap(({ title, cells }) =>
    cells.map(cell => {
      const [cpu, disk] = [ranked(cell, "cpu"), ranked(cell, "disk")];
      const rest = (shares: readonly number[]) => (shares.length < 2 ? "-" : percent(shares[1]!));
      const values = [percent(cpu[0]!), rest(cpu), percent(disk[0]!), rest(disk)];
      return { algo: cell.name, cells: [cell.name, cell.n, title, ...values] };
    }),
  );
  const head = ["algorithm", "n", "point", "CPU, busiest", "CPU, second", "disk, busiest", "disk, second"];
  return { head, rows };
}
