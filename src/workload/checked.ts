/** From what a file holds to the workload that it is, with all that is wrong with it. */
import { LineCounter } from "yaml";
import { explainIssues, type Locate, type Mistake, pathText, type Source } from "./explain.ts";
import { resolveWorkload } from "./resolve.ts";
import { WorkloadFile, workloadJsonSchema } from "./schema.ts";
import {
  apart,
  type FilePath,
  lostExpectations,
  type PointMistake,
  type Resolve,
  type SweepFlaw,
  sweepOf,
} from "./sweep.ts";
import type { Workload } from "./workload.ts";

export interface Checked {
  /** Without the fields that are wrong: what is right may still be looked at. Undefined where nothing is left. */
  readonly workload: Workload | undefined;
  readonly mistakes: readonly Mistake[];
  /** The fields of the file, those that hold others whole, in which something is wrong. */
  readonly flawed: ReadonlySet<string>;
}

export type Data = Readonly<Record<string, unknown>>;

/** Something that is wrong with a file and shows only beside what it speaks of, such as protocols. */
export interface LateMistake {
  readonly path: readonly PropertyKey[];
  readonly ofKey: boolean; // whether the name is wrong, not what it is given
  readonly message: string;
}

export const placed = ({ path, ofKey, message }: LateMistake, locate: Locate): Mistake => {
  const where = path[0] === "sweep" ? "sweep" : pathText(path);
  return { ...locate(path, ofKey), text: `${where}: ${message}` };
};

export function checked(name: string, data: unknown, locate: Locate): Checked {
  const outcome = WorkloadFile.safeParse(data);
  if (outcome.success) return withSweep(name, data as Data, outcome.data, locate, new Set());
  const { issues } = outcome.error;
  const mistakes = explainIssues(issues, locate, data, workloadJsonSchema());
  const flawed = new Set(
    issues.flatMap(issue => {
      const [field] = issue.path;
      if (field !== undefined) return [String(field)];
      return issue.code === "unrecognized_keys" ? issue.keys : [];
    }),
  );
  if (!isRecord(data)) return { workload: undefined, mistakes, flawed };
  const rest = without(data, flawed);
  const sound = WorkloadFile.safeParse(rest);
  if (!sound.success) return { workload: undefined, mistakes, flawed };
  const more = withSweep(name, rest, sound.data, locate, flawed);
  return { ...more, mistakes: [...mistakes, ...more.mistakes] };
}

const isRecord = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const without = (data: Data, fields: ReadonlySet<string>): Data =>
  Object.fromEntries(Object.entries(data).filter(([field]) => !fields.has(field)));

function withSweep(
  name: string,
  data: Data,
  file: WorkloadFile,
  locate: Locate,
  flawed: ReadonlySet<string>,
): Checked {
  const workload = resolveWorkload(name, file);
  const sound = soundAxes(file, flawed);
  const { sweep, flaws } = sweepOf(data, sound, pointOf(name));
  const isWhole = flaws.length === 0 && !flawed.has("sweep") && !flawed.has("saturation") && sound === file;
  const lost = isWhole ? lostExpectations(workload, sweep, file.expect) : [];
  // Whoever varies another file need not have its points: what that expects there is not judged, and said to be so.
  const mistakes = [...flaws.map(flaw => inOwnFile(flaw, locate)), ...lost.filter(isOwn(locate))].map(flaw =>
    placed(flaw, locate),
  );
  const wrong = flaws.length > 0 ? ["sweep"] : [];
  return { workload: { ...workload, sweep }, mistakes, flawed: new Set([...flawed, ...wrong]) };
}

/** Whether it stands in the file itself, not in one that it extends. */
const isOwn =
  (locate: Locate) =>
  ({ path, ofKey }: Pick<SweepFlaw, "path" | "ofKey">): boolean =>
    locate(path, ofKey).source === locate([], false).source;

/** Of two that cannot be together, the inherited one was there before. */
const inOwnFile = (flaw: SweepFlaw, locate: Locate): SweepFlaw =>
  flaw.rival === undefined || isOwn(locate)(flaw) || !isOwn(locate)(flaw.rival)
    ? flaw
    : { ...flaw, ...flaw.rival };

/** Nothing can be said of values for a field beside which something is wrong. */
function soundAxes(
  file: WorkloadFile,
  flawed: ReadonlySet<string>,
): Pick<WorkloadFile, "sweep" | "saturation"> {
  const isSound = (field: string): boolean => {
    const root = field.split(".")[0]!;
    return apart.includes(root) || !flawed.has(root);
  };
  const { sweep = {}, saturation } = file;
  const fields = [...Object.keys(sweep), ...(saturation === undefined ? [] : [saturation.field])];
  if (fields.every(isSound)) return file;
  return {
    sweep: Object.fromEntries(Object.entries(sweep).filter(([field]) => isSound(field))),
    saturation: saturation !== undefined && isSound(saturation.field) ? saturation : undefined,
  };
}

/** Each point of a sweep is checked as if it were a file. Its mistakes are told where the sweep's values stand. */
const pointOf =
  (name: string): Resolve =>
  data => {
    const outcome = WorkloadFile.safeParse(data);
    if (outcome.success) return resolveWorkload(name, outcome.data);
    const places: Omit<PointMistake, "text">[] = [];
    const nowhere: Source = { label: "", text: "", lines: new LineCounter(), placeOf: () => 0 };
    const remember: Locate = (path, ofKey) => {
      places.push({ path: path as FilePath, ofKey });
      return { source: nowhere, offset: 0 };
    };
    const mistakes = explainIssues(outcome.error.issues, remember, data, workloadJsonSchema());
    return mistakes.map(({ text }, index) => ({ ...places[index]!, text }));
  };
