/** Throughput against the number of clients, and the universal scalability law through what was measured. */
import { digits, rounded, short, spread } from "../../metrics/numbers.ts";
import { scaledTo } from "../../metrics/usl.ts";
import { contestsOf, over } from "../cells.ts";
import type { Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, type Panel, type Row, reachOf, someOf } from "./chart.ts";
import { type Climb, climbsOf, loadOf, rate, type Searches, without } from "./climbs.ts";
import {
  above,
  between,
  colored,
  dashed,
  ends,
  logarithmic,
  logarithmicAxis,
  plainNumbers,
  plot,
  shaped,
  shown,
  tip,
} from "./style.ts";

const MOST_PANELS = 6;
const POINTS = 40; // of a curve
const LEFT = 46;
const field = "clients.count"; // the law is about how many there are
const title = "Throughput by clients";

type Law = NonNullable<NonNullable<Climb["search"]>["law"]>;

interface Fitted extends Climb {
  readonly law: Law;
}

/** Nothing where nobody searched for saturation: the law is fitted to what a search has tried. */
export function scalingChart(
  searches: Searches,
  cells: Parameters<typeof climbsOf>[1],
  looks: readonly Look[],
): (Chart | Omission)[] {
  const searched = climbsOf(searches, cells, field).filter(({ search }) => search !== undefined);
  if (searched.length === 0) return [];
  const fitted = searched.flatMap((climb): Fitted[] => {
    const law = climb.search?.law ?? null;
    return law === null ? [] : [{ ...climb, law }];
  });
  if (fitted.length === 0) {
    return [{ title, because: "the universal scalability law fits none of the searches for saturation" }];
  }
  const contests = contestsOf(
    fitted.map(climb => ({ ...climb.cells[0]!, point: without(climb.cells[0]!, field) })),
  );
  const some = someOf(contests, MOST_PANELS);
  const panels = some.map(({ title, workload, cells }): Panel => {
    const own = fitted.filter(climb => cells.some(({ index }) => index === climb.cells[0]!.index));
    const data = { points: own.flatMap(pointsOf), curves: own.flatMap(curveOf) };
    return { title, about: `Throughput at each number of clients. ${title}`, group: workload, data };
  });
  const missing = searched.length - fitted.length;
  return [
    {
      id: "scaling",
      title,
      reading:
        "Symbols are what was measured, lines the universal scalability law through them, " +
        "X(n) = λn / (1 + σ(n − 1) + κn(n − 1)) with n clients. λ is what one client would do alone; σ bends the " +
        "line because work waits for its turn, κ bends it down because clients hinder each other. " +
        "A ring marks the knee that the search found.",
      spec: specOf(looks),
      panels,
      reach: { x: reachOf(panels, ["x"], "logarithmic"), y: reachOf(panels, ["y"], "linear") },
      notes: [
        ...(missing > 0 ? [`Of ${missing} more searches the law is more than 25 % off at some point.`] : []),
        ...leftOut(some.length, contests.length, "sizes and points"),
      ],
      table: tableOf(fitted),
    },
  ];
}

const pointsOf = ({ cells, knee }: Fitted): Row[] =>
  cells.map(cell => ({
    a: cell.name,
    n: cell.n,
    x: loadOf(cell, field),
    y: rounded(over(cell, rate)!.mean),
    knee: knee === cell,
  }));

/** As far as there are measurements: beyond, the law is a guess. */
function curveOf({ cells, law }: Fitted): Row[] {
  const { name: a, index: c } = cells[0]!;
  const { lambda_ops_s: lambda, sigma, kappa } = law;
  const [from, to] = [loadOf(cells[0]!, field), loadOf(cells.at(-1)!, field)];
  return Array.from({ length: POINTS }, (_, place) => {
    const x = rounded(from * Math.exp((place / (POINTS - 1)) * Math.log(to / from)));
    return { a, c, x, y: rounded(scaledTo(x, { lambda, sigma, kappa })) };
  });
}

function specOf(looks: readonly Look[]) {
  const x = {
    field: "x",
    type: "quantitative",
    scale: between("x", logarithmic),
    axis: { title: "clients", ...logarithmicAxis("x") },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: between("y", { nice: true }),
    axis: { ...above("answers a second", LEFT), labelExpr: plainNumbers, tickCount: 5 },
  };
  const encoding = { x, y, color: colored(looks) };
  const tooltip = [tip("a", "algorithm"), tip("n", "n", "d"), tip("x", "clients", ",d")];
  const pointed = { ...encoding, tooltip: [...tooltip, tip("y", "answers a second", ",.3~s")] };
  const points = { data: { name: "points" } };
  const marks = [
    {
      data: { name: "curves" },
      transform: [shown],
      mark: { type: "line", aria: false, strokeWidth: 1.5 },
      encoding: { ...encoding, strokeDash: dashed(looks), detail: { field: "c" } },
    },
    {
      ...points,
      transform: [shown],
      mark: { type: "point", filled: true, opacity: 1, size: 40, aria: false },
      encoding: { ...pointed, shape: shaped(looks) },
    },
    {
      ...points,
      transform: [shown, { filter: "datum.knee" }],
      mark: { type: "point", filled: false, size: 190, strokeWidth: 2, opacity: 1, aria: false },
      encoding: pointed,
    },
  ];
  return plot({ width: 300, height: 190, left: LEFT }, marks, [...ends("x"), ...ends("y")]);
}

function tableOf(fitted: readonly Fitted[]): Chart["table"] {
  const rows = fitted.map(({ cells: [cell], knee, law }) => {
    const { name, n, workload } = cell!;
    const at = knee === undefined ? "none" : String(loadOf(knee, field));
    const found = knee === undefined ? undefined : over(knee, rate)!;
    const there = found === undefined ? "-" : `${short(found.mean)} ${spread(found)}`;
    const peak = law.peak === null ? "none" : short(Math.round(law.peak));
    const off = `${digits(law.worst * 100)} %`;
    const numbers = [short(law.lambda_ops_s), digits(law.sigma), digits(law.kappa), peak, off];
    return { algo: name, cells: [name, n, workload, at, there, ...numbers] };
  });
  const head = [
    "algorithm",
    "n",
    "workload",
    "knee",
    "ops/s there",
    "λ ops/s",
    "σ",
    "κ",
    "peak at",
    "off by",
  ];
  return { head, rows };
}
