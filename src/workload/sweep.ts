/** From one file to many experiments: every combination of the values that it wants tried, each a workload. */
import { didYouMean } from "./nearest.ts";
import type { Workload } from "./workload.ts";

/** A place in a sweep: the coordinates as the file writes them, and the workload that results. */
export interface Point {
  readonly at: Readonly<Record<string, unknown>>;
  readonly workload: Workload;
}

export interface Axis {
  readonly field: string;
  readonly values: readonly unknown[];
}

export interface Sweep {
  readonly axes: readonly Axis[]; // the last one changes fastest
  readonly points: readonly Point[];
  /** The last axis is climbed only until the throughput gains less than this twice in a row. */
  readonly saturation: { readonly field: string; readonly gain: number } | undefined;
}

/** An axis, and where its values stand in the file. */
interface PlacedAxis extends Axis {
  readonly places: readonly FilePath[];
}
export type FilePath = readonly (string | number)[];

/** What is wrong, and where in the file. */
export interface SweepFlaw {
  readonly path: FilePath;
  readonly ofKey: boolean;
  readonly message: string;
  /** Where the other one of two stands that cannot be together. */
  readonly rival?: Pick<SweepFlaw, "path" | "ofKey">;
}

export interface SweepFile {
  readonly sweep?: Readonly<Record<string, readonly unknown[]>> | undefined;
  readonly saturation?:
    | {
        readonly field: string;
        readonly from: number | string;
        readonly factor?: number | undefined;
        readonly to?: number | string | undefined;
        readonly gain?: number | undefined;
      }
    | undefined;
}

type Data = Readonly<Record<string, unknown>>;

/** A field of the file that is wrong at a point, in words. */
export interface PointMistake {
  readonly path: FilePath;
  readonly ofKey: boolean; // whether its name is wrong
  readonly text: string;
}

/** Checks and resolves the file of one point. */
export type Resolve = (data: Data) => Workload | readonly PointMistake[];

const MOST_POINTS = 10_000;
/** What is no part of a single run. */
export const apart = ["description", "extends", "algorithms", "seeds", "sweep", "saturation", "expect"];

/** `data` is the file as written, `file` the same checked. Undefined where nothing is swept. */
export function sweepOf(
  data: Data,
  file: SweepFile,
  resolve: Resolve,
): { sweep: Sweep | undefined; flaws: readonly SweepFlaw[] } {
  const flaws: SweepFlaw[] = [];
  const axes = axesOf(file, flaws);
  refuseOverlaps(axes, flaws);
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  if (size > MOST_POINTS) {
    flaws.push({
      path: ["sweep"],
      ofKey: true,
      message: `has ${size} points; at most ${MOST_POINTS} are possible`,
    });
  }
  if (axes.length === 0 || size > MOST_POINTS) return { sweep: undefined, flaws: toldOnce(flaws) };
  const sound = axes.filter(({ places }) => !flaws.some(flaw => isOf(flaw, places[0]!)));
  const points = combinations(sound).flatMap(choice => {
    const point = pointOf(data, sound, choice, resolve, flaws);
    return point === undefined ? [] : [point];
  });
  const { field, gain = 0.02 } = file.saturation ?? {};
  const saturation = field === undefined ? undefined : { field, gain };
  const plain = axes.map(axis => ({ field: axis.field, values: axis.values }));
  return { sweep: { axes: plain, points, saturation }, flaws: toldOnce(flaws) };
}

/** Whether it is about the axis whose first value stands there: the values of the others are tried all the same. */
const isOf = ({ path }: SweepFlaw, [section, field]: FilePath): boolean =>
  path[0] === section && (section === "saturation" || path[1] === field);

/** The same shows at many points; and what is wrong with the first value of a ladder, with all the others too. */
function toldOnce(flaws: readonly SweepFlaw[]): SweepFlaw[] {
  const ladder = flaws.filter(({ path }) => path[0] === "saturation");
  const worst = ladder.find(({ path }) => path[1] === "from") ?? ladder[0];
  const told = flaws.filter(flaw => flaw.path[0] !== "saturation" || flaw === worst);
  return [...new Map(told.map(flaw => [`${flaw.path.join(" ")} ${flaw.message}`, flaw])).values()];
}

/** One axis would undo what the other has set: of a group of fields and one of them, or of what excludes each other. */
function refuseOverlaps(axes: readonly PlacedAxis[], flaws: SweepFlaw[]): void {
  for (const [index, { field, places }] of axes.entries()) {
    for (const { field: other } of axes.slice(0, index)) {
      if (other === field) continue;
      const message = overlapOf(field, other);
      if (message === undefined) continue;
      flaws.push({ ...placeOfField(field, places), message });
      break;
    }
  }
}

function overlapOf(field: string, other: string): string | undefined {
  const [outer, inner] = field.length < other.length ? [field, other] : [other, field];
  if (inner.startsWith(`${outer}.`)) return `${outer} sets ${inner} as well: vary one of the two`;
  const pair = [field, other];
  const excluding = rivals.some(rivalry => rivalry.every(name => pair.includes(name)));
  return excluding ? `${field} and ${other} exclude each other: vary one of the two` : undefined;
}

const rivals = [
  ["n", "f"],
  ["duration", "operations.total"],
];

function axesOf({ sweep = {}, saturation }: SweepFile, flaws: SweepFlaw[]): PlacedAxis[] {
  const axes = Object.entries(sweep).map(([field, values]) => {
    refuseApart(field, ["sweep", field], true, flaws);
    const written = values.map(value => JSON.stringify(value));
    for (const [index, text] of written.entries()) {
      if (written.indexOf(text) === index) continue;
      flaws.push({ path: ["sweep", field, index], ofKey: false, message: `${text} stands there twice` });
    }
    return { field, values, places: values.map((_, index) => ["sweep", field, index]) };
  });
  if (saturation === undefined) return axes;
  refuseApart(saturation.field, ["saturation", "field"], false, flaws);
  if (saturation.field in sweep) {
    const message = `${saturation.field} is both swept and raised by saturation: take it out of one of the two`;
    const rival = { path: ["sweep", saturation.field], ofKey: true };
    flaws.push({ path: ["saturation", "field"], ofKey: false, message, rival });
  }
  const ladder = ladderOf(saturation);
  if (typeof ladder === "string") {
    flaws.push({
      path: ["saturation", saturation.to === undefined ? "from" : "to"],
      ofKey: false,
      message: ladder,
    });
    return axes;
  }
  // A value that does not fit the field is either the first, or follows from the file's numbers.
  const places: FilePath[] = ladder.map((_, rung) => ["saturation", rung === 0 ? "from" : "field"]);
  return [...axes, { field: saturation.field, values: ladder, places }];
}

function refuseApart(field: string, path: FilePath, ofKey: boolean, flaws: SweepFlaw[]): void {
  if (!apart.includes(field.split(".")[0]!)) return;
  flaws.push({ path, ofKey, message: `${field} cannot be varied: it is not part of a single run` });
}

/** The values that a search for saturation may try, or what is wrong with its ends. */
function ladderOf({
  from,
  to,
  factor = 2,
}: NonNullable<SweepFile["saturation"]>): (number | string)[] | string {
  const first = quantityOf(from);
  const last = to === undefined ? { ...first, number: first.number * 1024 } : quantityOf(to);
  if (!(first.number > 0)) return `"${from}" does not begin with a number above 0`;
  if (last.unit !== first.unit) return `write it in the unit of from, which is ${first.unit || "none"}`;
  if (!(last.number > first.number)) return `must be above from, which is ${from}`;
  const whole = Number.isInteger(first.number);
  const numbers = [first.number];
  for (let exact = first.number * factor; exact < last.number; exact *= factor) {
    const next = whole ? Math.max(Math.round(exact), numbers.at(-1)! + 1) : Number(exact.toPrecision(6));
    if (next < last.number) numbers.push(next);
  }
  return [...numbers, last.number].map(value => (typeof from === "number" ? value : `${value}${first.unit}`));
}

function quantityOf(value: number | string): { number: number; unit: string } {
  if (typeof value === "number") return { number: value, unit: "" };
  const [, digits, unit] = /^\s*([\d.]+)\s*(.*?)\s*$/.exec(value) ?? [];
  return { number: Number(digits), unit: unit ?? "" };
}

/** Indices into the axes; the last one changes fastest. */
function combinations(axes: readonly PlacedAxis[]): number[][] {
  let choices: number[][] = [[]];
  for (const { values } of axes) {
    choices = choices.flatMap(choice => values.map((_, index) => [...choice, index]));
  }
  return choices;
}

function pointOf(
  data: Data,
  axes: readonly PlacedAxis[],
  choice: readonly number[],
  resolve: Resolve,
  flaws: SweepFlaw[],
): Point | undefined {
  const { sweep: _sweep, saturation: _saturation, expect: _expect, ...base } = data;
  let applied: Data | undefined = base;
  for (const [index, { field, values, places }] of axes.entries()) {
    const value = values[choice[index]!];
    const changed: Data | string = withField(applied, field.split("."), value);
    if (typeof changed === "string") {
      flaws.push({ ...placeOfField(field, places), message: `${field}: ${changed}` });
      return undefined;
    }
    applied = changed;
  }
  const outcome = resolve(applied);
  if (!Array.isArray(outcome)) {
    const at = Object.fromEntries(axes.map(({ field, values }, index) => [field, values[choice[index]!]]));
    return { at, workload: outcome as Workload };
  }
  for (const mistake of outcome as readonly PointMistake[]) {
    flaws.push({ ...placeOf(mistake, axes, choice), message: mistake.text });
  }
  return undefined;
}

/**
 * Where the value stands that a mistake at this path comes from, or the name of its field where that is wrong, which is
 * then the same for every value; at the first axis where several work together.
 */
function placeOf(
  { path, ofKey }: PointMistake,
  axes: readonly PlacedAxis[],
  choice: readonly number[],
): Pick<SweepFlaw, "path" | "ofKey"> {
  const name = `${path.join(".")}.`;
  const guilty = axes.findIndex(({ field }) => name.startsWith(`${field}.`));
  const near = axes.findIndex(({ field }) => `${field}.`.startsWith(name));
  const index = guilty >= 0 ? guilty : Math.max(near, 0);
  const { field, places } = axes[index]!;
  const inside = guilty >= 0 ? path.slice(field.split(".").length) : [];
  if (ofKey && inside.length === 0) return placeOfField(field, places);
  return { path: [...places[choice[index]!]!, ...inside], ofKey };
}

const placeOfField = (field: string, [first]: readonly FilePath[]): Pick<SweepFlaw, "path" | "ofKey"> =>
  first![0] === "sweep"
    ? { path: ["sweep", field], ofKey: true }
    : { path: ["saturation", "field"], ofKey: false };

/** A copy with one field replaced, or why that cannot be. */
function withField(data: Data, steps: readonly string[], value: unknown): Data | string {
  const total = steps[0] === "operations" && steps[1] === "total";
  return setAt(withoutRivals(data, steps[0]!, total ? { total: value } : value), steps, value);
}

function setAt(data: Data, steps: readonly string[], value: unknown): Data | string {
  const [step, ...rest] = steps as [string, ...string[]];
  if (rest.length === 0) return { ...data, [step]: value };
  const inner = data[step];
  if (Array.isArray(inner)) {
    const changed = setInList(step, inner, rest, value);
    return typeof changed === "string" ? changed : { ...data, [step]: changed };
  }
  // What a named network or cost model leaves out is as in lan, so that lan alone may be spelled out as nothing.
  const plain = inner === undefined || inner === null || inner === "lan";
  if (!plain && typeof inner !== "object")
    return `${step} is ${JSON.stringify(inner)}, which has no fields to vary`;
  const changed = setAt(plain ? {} : (inner as Data), rest, value);
  return typeof changed === "string" ? changed : { ...data, [step]: changed };
}

function setInList(
  name: string,
  list: readonly unknown[],
  [step, ...rest]: readonly string[],
  value: unknown,
): readonly unknown[] | string {
  const index = Number(step);
  if (!(index in list)) return `${name} has no entry ${step}: it has ${list.length}, counted from 0`;
  if (rest.length === 0) return list.with(index, value);
  const changed = setAt(list[index] as Data, rest, value);
  return typeof changed === "string" ? changed : list.with(index, changed);
}

/** What must go where a field is set: a run has one size and one end. */
export function withoutRivals(data: Data, field: string, value: unknown): Data {
  if (field === "n") return without(data, "f");
  if (field === "f") return without(data, "n");
  if (field === "operations" && (typeof value === "number" || hasTotal(value)))
    return without(data, "duration");
  if (field !== "duration") return data;
  if (typeof data.operations === "number") return without(data, "operations");
  return hasTotal(data.operations)
    ? { ...data, operations: without(data.operations as Data, "total") }
    : data;
}

const hasTotal = (value: unknown): boolean => typeof value === "object" && value !== null && "total" in value;

function without(data: Data, field: string): Data {
  const { [field]: _, ...rest } = data;
  return rest;
}

/** Expectations of points that the sweep does not have. */
export function lostExpectations(
  workload: Workload,
  sweep: Sweep | undefined,
  written: unknown,
): SweepFlaw[] {
  const known = sweep?.axes ?? [];
  const groups = new Set(workload.expect.map(({ at }) => at));
  return [...groups].flatMap(at => {
    const place = placeOfGroup(at, written);
    return Object.entries(at).flatMap(([field, value]): SweepFlaw[] => {
      const axis = known.find(one => one.field === field);
      const path = [...place, "at", field];
      if (axis === undefined) {
        const names = known.map(one => one.field);
        const message =
          names.length === 0 ? "nothing is swept in this file" : `is not swept; swept: ${names.join(", ")}`;
        return [{ path, ofKey: true, message: `${message}${didYouMean(field, names)}` }];
      }
      const isKnee = value === "knee" && sweep?.saturation?.field === field;
      const among = axis.values.some(one => JSON.stringify(one) === JSON.stringify(value));
      if (isKnee || among) return [];
      const values = axis.values.map(one => JSON.stringify(one)).join(", ");
      return [{ path, ofKey: false, message: `no point has ${JSON.stringify(value)}; there are ${values}` }];
    });
  });
}

function placeOfGroup(at: object, written: unknown): FilePath {
  if (!Array.isArray(written)) return ["expect"];
  return ["expect", written.findIndex((group: { at?: unknown }) => group.at === at)];
}
