/** A study as tables: one row a run, one row a run and metric, and what happened over time. */
import type { RunLine, SeriesLine } from "./schema.ts";
import { type Field, runFields } from "./tidy-fields.ts";

export type Value = string | number | boolean | null;

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean";
  readonly unit: string; // empty where there is none
  readonly meaning: string;
}

export interface Table {
  readonly name: string; // of the file, without its ending
  readonly about: string;
  readonly columns: readonly Column[];
  readonly rows: Iterable<readonly Value[]>; // as often as one likes
}

/** One row a run. What a sweep varies, and causes of messages, become columns of their own. */
export function runsTable(lines: readonly RunLine[]): Table {
  const fields = [...runFields, ...sweptFields(lines), ...causeFields(lines)];
  return {
    name: "runs",
    about: "One row a run.",
    columns: fields,
    rows: ordered(lines).map(line => fields.map(({ read }) => read(line))),
  };
}

/** One row a run and metric: the form that plotting and modelling tools like best. */
export function metricsTable(lines: readonly RunLine[]): Table {
  const swept = sweptFields(lines);
  const all = [...runFields, ...causeFields(lines)];
  const metrics = all.filter(({ role }) => role === "measured");
  const names = ["key", "algo", "n", "f", "workload", "seed"];
  const identity = [...names.map(name => runFields.find(field => field.name === name)!), ...swept];
  return {
    name: "metrics",
    about: "One row a run and metric. What was not measured has no row.",
    columns: [
      ...identity,
      text("metric", "a column of runs, or the count or bytes of one type of message"),
      text("unit", "unit of the value"),
      {
        name: "value",
        type: "number",
        unit: "see unit",
        meaning: "the value; 1 and 0 stand for true and false",
      },
    ],
    rows: ordered(lines).flatMap(line => {
      const head = identity.map(({ read }) => read(line));
      const measured = metrics.map(({ name, unit, read }) => [name, unit, read(line)] as const);
      return [...measured, ...byType(line)].flatMap(([name, unit, value]) =>
        value === null ? [] : [[...head, name, unit, Number(value)]],
      );
    }),
  };
}

function byType({ messages }: RunLine): (readonly [string, string, number])[] {
  return Object.entries(messages?.by_type ?? {}).flatMap(([type, { count, bytes }]) => [
    [`messages_by_type.${type}`, "messages", count] as const,
    [`bytes_by_type.${type}`, "bytes", bytes] as const,
  ]);
}

/** Lines are written as runs finish. Here they stand in an order that a second study has too. */
const ordered = (lines: readonly RunLine[]): RunLine[] =>
  lines.toSorted(
    (left, right) =>
      inText.compare(left.algo, right.algo) ||
      left.n - right.n ||
      inText.compare(left.workload, right.workload) ||
      inText.compare(JSON.stringify(left.point), JSON.stringify(right.point)) ||
      left.seed - right.seed,
  );

/** Numbers in a text count as numbers: 4 clients come before 16. */
const inText = new Intl.Collator("en", { numeric: true });

/** `clients.count` becomes `point_clients_count`; n has its column already. */
function sweptFields(lines: readonly RunLine[]): Field[] {
  const names = new Set(lines.flatMap(({ point }) => Object.keys(point)));
  return [...names].filter(name => name !== "n" && name !== "f").map(name => sweptField(name, lines));
}

function sweptField(name: string, lines: readonly RunLine[]): Field {
  const values = lines.map(({ point }) => point[name]).filter(value => value !== undefined);
  const isNumber = values.every(value => typeof value === "number");
  return {
    name: `point_${name.replaceAll(/[^A-Za-z0-9]+/g, "_")}`,
    source: `point.${name}`,
    role: "identity",
    type: isNumber ? "number" : "string",
    unit: "",
    meaning: `coordinate of the sweep: ${name} of the workload`,
    read: ({ point }) => {
      const value = point[name];
      if (value === undefined) return null;
      return typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);
    },
  };
}

function causeFields(lines: readonly RunLine[]): Field[] {
  const causes = new Set(lines.flatMap(({ messages }) => Object.keys(messages?.by_cause ?? {})));
  return [...causes].map(cause => ({
    name: `messages_${cause}`,
    source: `messages.by_cause.${cause}`,
    role: "measured",
    type: "integer",
    unit: "messages",
    meaning: `of messages_total, those sent for ${cause}`,
    read: ({ messages }) => messages?.by_cause[cause] ?? null,
  }));
}

const text = (name: string, meaning: string): Column => ({ name, type: "string", unit: "", meaning });
const whole = (name: string, unit: string, meaning: string): Column => ({
  name,
  type: "integer",
  unit,
  meaning,
});

const runColumns: readonly Column[] = [
  text("key", "the run, as in runs"),
  text("algo", "algorithm"),
  whole("n", "replicas", "cluster size"),
  whole("seed", "", "seed of the run"),
];
const headOf = ({ key, algo, n, seed }: SeriesLine): Value[] => [key, algo, n, seed];

const overTime = (
  name: string,
  about: string,
  columns: readonly Column[],
  lines: readonly SeriesLine[],
  rowsOf: (line: SeriesLine) => readonly (readonly Value[])[],
): Table => ({
  name,
  about,
  columns: [...runColumns, ...columns],
  rows: {
    // One line at a time: a large study has millions of windows.
    *[Symbol.iterator]() {
      for (const line of lines) for (const row of rowsOf(line)) yield [...headOf(line), ...row];
    },
  },
});

const when = whole("t_us", "µs", "virtual time since the start of the run");
const node = whole("node", "", "replica, from 0 on");
const epoch = whole("epoch", "", "term, ballot round or view");

export function seriesTables(lines: readonly SeriesLine[]): Table[] {
  return [
    overTime(
      "epochs",
      "One row each time a replica entered an epoch.",
      [when, node, epoch],
      lines,
      ({ epochs }) => epochs,
    ),
    overTime(
      "leaders",
      "One row each time a replica began or ceased to lead.",
      [
        when,
        node,
        epoch,
        { name: "leads", type: "boolean", unit: "", meaning: "true: began; false: ceased" },
      ],
      lines,
      ({ leaders }) => leaders.map(([at, who, term, leads]) => [at, who, term, leads === 1]),
    ),
    overTime("windows", "One row for each window of equal length of a run.", windowColumns, lines, windowsOf),
    overTime(
      "faults",
      "One row each time a fault took effect or ended.",
      [when, text("fault", "what happened, with whom")],
      lines,
      ({ faults }) => faults,
    ),
  ];
}

const windowColumns: readonly Column[] = [
  whole("start_us", "µs", "virtual time at which the window begins"),
  whole("width_us", "µs", "its length"),
  whole("ok", "operations", "operations answered in it"),
  {
    name: "latency_mean_us",
    type: "number",
    unit: "µs",
    meaning: "their mean latency; empty if there are none",
  },
  {
    name: "latency_max_us",
    type: "number",
    unit: "µs",
    meaning: "their greatest latency; empty if there are none",
  },
];

const windowsOf = ({ windows }: SeriesLine): Value[][] =>
  windows.ok.map((ok, index) => [
    windows.start_us + index * windows.width_us,
    windows.width_us,
    ok,
    windows.latency_mean_us[index] ?? null,
    windows.latency_max_us[index] ?? null,
  ]);
