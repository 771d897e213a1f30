/** From what was asked for, on the command line and in workload files, to the list of runs. */
import { resolve } from "node:path";
import type { Policy } from "#protocol";
import { algorithms as registry } from "../../algorithms/index.ts";
import { keysOf, shortHash } from "../results/keys.ts";
import type { Manifest } from "../results/schema.ts";
import { type LateMistake, type OpenWorkload, openWorkload } from "../workload/load.ts";
import type { Point } from "../workload/sweep.ts";
import type { Workload } from "../workload/workload.ts";
import { contradictingOptions } from "./contradicting-options.ts";
import { withDefaults } from "./defaults.ts";
import { type Estimate, estimateRun } from "./estimate.ts";
import { algorithmAt, unique, wrongExpectations, wrongOptions } from "./file-mistakes.ts";
import { idleFaults } from "./idle-faults.ts";
import { idleSettings, lackNotes } from "./lacks.ts";
import { strangeLiars } from "./liars.ts";
import { wrongMessages } from "./message-mistakes.ts";
import { optionsFor, refuseStrangers, type Setting } from "./options.ts";
import {
  type Coordinate,
  overriddenAxes,
  pointsFor,
  refuseLostCoordinates,
  workloadAt,
  writtenAs,
} from "./points.ts";
import { policyOf } from "./policy.ts";
import { type LoadedProtocol, loadProtocol, referenceOf } from "./protocols.ts";
import { cellOf } from "./saturation.ts";
import type { RunSpec } from "./spec.ts";
import { refuseStrangeAnswers } from "./strange-answers.ts";
import { UsageError } from "./usage.ts";

export interface StudyRequest {
  readonly algorithms: readonly string[] | undefined;
  readonly n: readonly number[] | undefined;
  readonly f: readonly number[] | undefined;
  readonly workloads: readonly string[];
  readonly seeds: readonly number[] | undefined;
  readonly settings: readonly Setting[];
  readonly points?: readonly Coordinate[]; // of a sweep, only those that have these coordinates
  readonly folder: string; // what paths are relative to
}

type Cell = Manifest["cells"][number];

interface NamedWorkload {
  readonly source: string;
  readonly workload: Workload;
}

export interface Plan {
  readonly protocols: readonly LoadedProtocol[];
  readonly workloads: readonly NamedWorkload[];
  readonly cells: readonly Cell[];
  readonly notes: readonly string[]; // where the command line won over a file, and what of a file is not followed
  readonly warnings: readonly string[];
}

export const largestCluster = 256;
const defaultSizes = [3, 5];
const defaultSeeds = [1, 2, 3, 4, 5];

export async function planStudy(request: StudyRequest): Promise<Plan> {
  const workloads = request.workloads.map(source => readWorkload(source, request.folder));
  // Points of a sweep can be named only where the sweep is right.
  if (request.points !== undefined) for (const { file } of workloads) refuse(file, []);
  refuseLostCoordinates(
    request.points ?? [],
    workloads.map(({ workload }) => workload),
  );
  refuseTwins(workloads.map(({ workload, source }) => [workload.name, source]));
  const protocols = new Map<string, LoadedProtocol>();
  const cells: Cell[] = [];
  const warnings: string[] = [];
  const ignored: string[] = [];
  for (const named of workloads) {
    const running = await loadAll(request, named, protocols);
    ignored.push(...pointsFor(request, named.workload).flatMap(at => ignoredIn(at.workload, running)));
    cells.push(...running.flatMap(loaded => cellsOf(request, named, loaded, warnings)));
  }
  const loaded = [...protocols.values()];
  refuseTwins(loaded.map(({ protocol, source }) => [protocol.name, source]));
  refuseStrangers(
    request.settings,
    loaded.map(({ protocol }) => protocol.name),
  );
  if (cells.length === 0)
    throw new UsageError(`there is nothing to run: ${[...new Set(warnings)].join("; ")}`);
  const notes = workloads.flatMap(({ workload }) => [
    ...overridden(request, workload),
    ...overriddenAxes(request, workload),
  ]);
  notes.push(...new Set(ignored));
  warnings.push(...workloads.flatMap(({ workload }) => idleOptions(workload, loaded)));
  return { protocols: loaded, workloads, cells, notes, warnings: [...new Set(warnings)] };
}

interface OpenedWorkload extends NamedWorkload {
  readonly file: OpenWorkload;
}

function readWorkload(source: string, folder: string): OpenedWorkload {
  const isPath = /[/\\]|\.(ya?ml|json|ts)$/.test(source);
  const file = openWorkload(isPath ? resolve(folder, source) : source);
  return { source, workload: file.workload, file };
}

/** The protocols that a workload is run with. All that its file says wrongly of protocols is told there, at once. */
async function loadAll(
  request: StudyRequest,
  { workload, file }: OpenedWorkload,
  known: Map<string, LoadedProtocol>,
): Promise<LoadedProtocol[]> {
  const pinned = request.algorithms === undefined && workload.pinned.algorithms !== undefined;
  const loaded: LoadedProtocol[] = [];
  const mistakes: LateMistake[] = [];
  for (const [index, source] of algorithmsFor(request, workload).entries()) {
    try {
      const protocol = known.get(source) ?? (await loadProtocol(source, request.folder));
      known.set(source, protocol);
      loaded.push(protocol);
    } catch (error) {
      if (!pinned || !(error instanceof UsageError)) throw error;
      mistakes.push({ path: algorithmAt(file.written, index), ofKey: false, message: error.message });
    }
  }
  const protocols = loaded.map(({ protocol }) => protocol);
  const points = pointsToCheck(request, file);
  refuse(file, [
    ...mistakes,
    ...wrongOptions(file, points, protocols),
    ...wrongExpectations(file, protocols),
    ...wrongMessages(file, points, protocols, pinned && mistakes.length === 0),
    ...wrongAtSizes(request, file, points, loaded),
  ]);
  return loaded;
}

/** Where the sweep is so wrong that it has no points, the rest of the file is looked at all the same. */
function pointsToCheck(request: StudyRequest, { workload, flawed }: OpenWorkload): readonly Point[] {
  const points = pointsFor(request, workload);
  const lost = points.length === 0 && flawed.has("sweep");
  return lost ? [{ at: {}, workload: { ...workload, sweep: undefined } }] : points;
}

const ofSizes = ["n", "f", "duration", "operations", "algorithms"];
const atSizes = ["options", "faults", "chaos", "byzantine"];

/** Whether sizes or ends are wrong; or a sweep, which may have been about to set any of what shows at these. */
function isTooEarly({ flawed, written: { sweep, saturation } }: OpenWorkload): boolean {
  if (ofSizes.some(field => flawed.has(field))) return true;
  if (!flawed.has("sweep") && !flawed.has("saturation")) return false;
  const varied = [...Object.keys(Object(sweep)), String(Object(saturation).field)];
  return varied.some(field => [...ofSizes, ...atSizes].includes(field.split(".")[0]!));
}

/**
 * Options that cannot go together, nodes that there are not, and what comes after the end.
 */
function wrongAtSizes(
  request: StudyRequest,
  file: OpenWorkload,
  points: readonly Point[],
  running: readonly LoadedProtocol[],
): LateMistake[] {
  if (isTooEarly(file)) return [];
  const { written, workload } = file;
  return running.flatMap(loaded =>
    points.flatMap(point =>
      sizesFor(request, point.workload.pinned, loaded, []).flatMap(n => [
        ...contradictingOptions(loaded.protocol, request.settings, point, workload.sweep, n),
        ...strangeLiars(loaded.protocol, point.workload, n),
        ...idleFaults(point.workload, n, written.faults),
      ]),
    ),
  );
}

const ignoredIn = (workload: Workload, running: readonly LoadedProtocol[]): string[] => [
  ...idleSettings(workload),
  ...running.flatMap(({ protocol }) => lackNotes(workload, protocol)),
];

/** They may be meant for a protocol that another study runs, from a file of its own. */
function idleOptions({ name, pinned }: Workload, running: readonly LoadedProtocol[]): string[] {
  const known = [...registry, ...running.map(({ protocol }) => protocol)].map(protocol => protocol.name);
  const strangers = Object.keys(pinned.options).filter(algo => !known.includes(algo));
  return strangers.map(
    algo => `workload ${name} sets options of '${algo}', which takes no part in this study`,
  );
}

function refuse(file: OpenWorkload, mistakes: readonly LateMistake[]): void {
  const complaint = file.complaint(unique(mistakes));
  if (complaint !== undefined) throw complaint;
}

/** Rows are told apart by name, so that two of one name would be added up. */
function refuseTwins(named: readonly (readonly [name: string, source: string])[]): void {
  for (const [index, [name, source]] of named.entries()) {
    const twin = named.slice(0, index).find(([other]) => other === name);
    if (twin === undefined) continue;
    throw new UsageError(`'${twin[1]}' and '${source}' both call themselves '${name}': rename one of them`);
  }
}

const usualPolicy: Policy = { batch: { max: 64, min: 1, delay: 0 }, window: 4, reads: "log" };

/** Those of the registry that are safe as they are: the others are there to be caught, by whoever names them. */
const everydayAlgorithms = registry
  .filter(protocol => protocol.unsafe?.(withDefaults(protocol, {}), usualPolicy) === undefined)
  .map(({ name }) => name);

const algorithmsFor = (request: StudyRequest, { pinned }: Workload): readonly string[] =>
  request.algorithms ?? pinned.algorithms ?? everydayAlgorithms;

function cellsOf(
  request: StudyRequest,
  { workload }: NamedWorkload,
  loaded: LoadedProtocol,
  warnings: string[],
): Cell[] {
  const { protocol } = loaded;
  const where = `workload ${workload.name}`;
  const seeds = request.seeds ?? workload.pinned.seeds ?? defaultSeeds;
  const cells = pointsFor(request, workload).flatMap(({ at, workload: inner }) => {
    const { pinned } = inner;
    const options = optionsFor(protocol, request.settings, pinned.options[protocol.name] ?? {}, where);
    return sizesFor(request, pinned, loaded, warnings).map(n => {
      refuseStrangeAnswers(loaded, n, options, policyOf(inner));
      return { algo: protocol.name, n, workload: workload.name, options, point: at, seeds: [...seeds] };
    });
  });
  for (const { n, options } of cells) warnIfFragile(loaded, n, options, warnings);
  // One size after another, each with all its points: a curve is read downwards.
  return [...Map.groupBy(cells, ({ n }) => n).values()].flat();
}

function sizesFor(
  request: StudyRequest,
  pinned: Workload["pinned"],
  { protocol }: LoadedProtocol,
  warnings: string[],
): readonly number[] {
  const asked = request.n !== undefined || request.f !== undefined ? request : pinned;
  if (asked.f === undefined) return asked.n ?? defaultSizes;
  const sizes = asked.f.map(f => {
    const n = protocol.smallestCluster(f);
    if (Number.isInteger(n) && n <= largestCluster && protocol.tolerates(n) >= f) return n;
    warnings.push(`${protocol.name} is left out at f = ${f}: no cluster of it survives that`);
    return undefined;
  });
  return [...new Set(sizes.filter(n => n !== undefined))];
}

function warnIfFragile(
  { protocol }: LoadedProtocol,
  n: number,
  given: Cell["options"],
  warnings: string[],
): void {
  const options = withDefaults(protocol, given);
  if (protocol.tolerates(n, options) > 0 || protocol.faultModel === "none") return;
  if (protocol.tolerates(n) > 0) {
    warnings.push(`${protocol.name} at n = ${n} tolerates no fault (f = 0) with these options`);
    return;
  }
  const enough = protocol.smallestCluster(1);
  const cure = Number.isFinite(enough) ? `; it takes n = ${enough} to survive one` : "";
  warnings.push(`${protocol.name} at n = ${n} tolerates no fault (f = 0)${cure}`);
}

/** What the command line says wins over the file, and is not allowed to do so in silence. */
function overridden(request: StudyRequest, { name, pinned }: Workload): string[] {
  const size = request.n ?? request.f;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["algorithms", pinned.algorithms, request.algorithms],
    ["n", pinned.n, size === request.n ? size : size && `f = ${size}`],
    ["f", pinned.f, size === request.f ? size : size && `n = ${size}`],
    ["seeds", pinned.seeds, request.seeds],
  ];
  const notes = pairs
    .filter(([, file, line]) => file !== undefined && line !== undefined && `${file}` !== `${line}`)
    .map(([what, file, line]) => `workload ${name} says ${what} = ${file}; the command line wins: ${line}`);
  const set = request.settings.filter(({ algo, option, value }) => {
    const file = pinned.options[algo]?.[option];
    return file !== undefined && `${file}` !== value;
  });
  const line = ({ algo, option, value }: Setting) =>
    `workload ${name} says ${algo}.${option} = ${pinned.options[algo]?.[option]}; the command line wins: ${value}`;
  return [...notes, ...set.map(line)];
}

export interface PlannedRun {
  readonly spec: RunSpec;
  readonly estimate: Estimate;
  readonly name: string; // of its cell
}

/** All runs, in the order of the plan. `codes` is the code hash of each protocol. */
export function expand(plan: Plan, codes: ReadonlyMap<string, string>): PlannedRun[] {
  return plan.cells.flatMap(cell => {
    const named = plan.workloads.find(({ workload }) => workload.name === cell.workload)!;
    const loaded = plan.protocols.find(({ protocol }) => protocol.name === cell.algo)!;
    const options = withDefaults(loaded.protocol, cell.options);
    const workload = workloadAt(named.workload, cell.point);
    const estimate = estimateRun(loaded.protocol, options, cell.n, workload);
    const at = { source: named.source, workload };
    const name = cellOf(cell);
    return cell.seeds.map(seed => ({ spec: specOf(cell, seed, loaded, at, codes), estimate, name }));
  });
}

/** The expensive runs start first, so that none of them is left alone at the end. */
export const costliestFirst = (runs: readonly PlannedRun[]): PlannedRun[] =>
  runs.toSorted((left, right) => right.estimate.events - left.estimate.events);

function specOf(
  cell: Cell,
  seed: number,
  loaded: LoadedProtocol,
  named: NamedWorkload,
  codes: ReadonlyMap<string, string>,
): RunSpec {
  const { algo, n, point } = cell;
  const { workload } = named;
  const options = withDefaults(loaded.protocol, cell.options);
  return {
    algo: referenceOf(loaded),
    n,
    seed,
    options: cell.options,
    workload,
    point,
    ...keysOf({ algo, options, n, workload, point, seed }, codes.get(algo)!),
    rerun: rerunLine(loaded, cell, named, seed),
    traceFile: undefined,
  };
}

/** Names also the options that the command line set back to their defaults against the workload's file. */
function rerunLine(loaded: LoadedProtocol, cell: Cell, named: NamedWorkload, seed: number): string {
  const pinned = named.workload.pinned.options[cell.algo] ?? {};
  const options = withDefaults(loaded.protocol, cell.options);
  const names = Object.keys(options).filter(name => name in cell.options || name in pinned);
  const settings = names.flatMap(name => ["--set", `${cell.algo}.${name}=${options[name]}`]);
  const points = Object.entries(cell.point).flatMap(([field, value]) => [
    "--point",
    `${field}=${writtenAs(value)}`,
  ]);
  const what = ["--algo", loaded.source, "--n", `${cell.n}`, "--workload", named.source, "--seed", `${seed}`];
  return `npm run bench -- ${[...what, ...points, ...settings].map(quoted).join(" ")}`;
}

/** For a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Names the plan in the study's folder. */
export const planHash = (runs: readonly PlannedRun[]): string =>
  shortHash(runs.map(({ spec }) => spec.key).join());
