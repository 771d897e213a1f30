/** `npm run bench:engine`: how fast the harness itself is, beside what is aimed at. */
import type { Command } from "commander";
import {
  type EngineReport,
  measureEngine,
  once,
  quick,
  targets,
  thorough,
} from "../harness/engine/engine.ts";

interface EngineOptions {
  readonly json?: true;
  readonly quick?: true;
  readonly once?: true;
}

export function define(command: Command): void {
  command
    .description(
      "Measures the simulator against a bare event loop, in one thread and in slices that take turns.",
    )
    .option("--json", "print exactly one JSON document on stdout")
    .option("--quick", "fewer slices and shorter ones of everything else: a rough answer in half a minute")
    .option("--once", "everything, but just so often that it is seen to work: no number of it means anything")
    .action(run);
}

async function run(options: EngineOptions): Promise<void> {
  const settings = options.once ? once : options.quick ? quick : thorough;
  const report = await measureEngine(settings, doing => {
    console.error(`measuring ${doing} …`);
  });
  if (report.conditions.busy) console.error(`warning: ${busyWarning(report)}`);
  console.log(options.json ? JSON.stringify(report) : engineTable(report));
}

function busyWarning({ conditions }: EngineReport): string {
  const load = conditions.load_average_start[0];
  return `the machine was busy (load ${load} on ${conditions.cores} cores): ratios suffer, rates more`;
}

type Row = readonly string[];

export function engineTable(report: EngineReport): string {
  return [
    ...columns([["what", "measured", "range", "target", ""], ...targetRows(report)]),
    "",
    ...columns([["raft, n = 5", "bare events/s", "full events/s", "operations/s"], ...rateRows(report)]),
    "",
    ...columns([["one at a time", "ns", "effects"], ...microRows(report)]),
    "",
    ...conditionLines(report),
  ].join("\n");
}

function targetRows({ raft, metrics_and_hash: watching, workers }: EngineReport): Row[] {
  const ratios = raft.map(({ clients, ratio, ratio_min, ratio_max }) => {
    const range = `${ratio_min.toFixed(2)} to ${ratio_max.toFixed(2)}`;
    const least = targets.ratio[clients];
    return [`full / bare, ${counted(clients)}`, ratio.toFixed(3), range, `>= ${least}`, met(ratio >= least)];
  });
  const events = raft.map(({ clients, events_per_op }) => {
    const most = targets.eventsPerOp[clients];
    const verdict = met(events_per_op <= most);
    return [`events an operation, ${counted(clients)}`, events_per_op.toFixed(2), "", `<= ${most}`, verdict];
  });
  const { share, share_min, share_max } = watching;
  const { speed_up, speed_up_min, speed_up_max } = workers;
  return [
    ...ratios,
    ...events,
    [
      "metrics, hash and checks",
      percent(share),
      `${percent(share_min)} to ${percent(share_max)}`,
      `<= ${percent(targets.watching)}`,
      met(share <= targets.watching),
    ],
    [
      "two workers over one",
      `${speed_up.toFixed(2)}x`,
      `${speed_up_min.toFixed(2)} to ${speed_up_max.toFixed(2)}`,
      `>= ${targets.speedUp}x`,
      met(speed_up >= targets.speedUp),
    ],
  ];
}

const rateRows = ({ raft }: EngineReport): Row[] =>
  raft.map(({ clients, bare_events_s, full_events_s, ops_wall_s }) => [
    counted(clients),
    millions(bare_events_s),
    millions(full_events_s),
    thousands(ops_wall_s),
  ]);

const microRows = ({ micro }: EngineReport): Row[] =>
  micro.map(({ what, ns, effects }) => [what, ns.toFixed(1), effects?.toFixed(1) ?? ""]);

function conditionLines({ conditions, workers }: EngineReport): string[] {
  const { gc } = conditions;
  const load = (average: readonly number[]) => average.map(value => value.toFixed(2)).join(" ");
  const flags = gc.exec_argv.length === 0 ? "" : `; ${gc.exec_argv.join(" ")}`;
  return [
    `Node ${conditions.node}, V8 ${conditions.v8}; ${conditions.cores} x ${conditions.cpu}`,
    `load average ${load(conditions.load_average_start)} at the start, ` +
      `${load(conditions.load_average_end)} at the end${conditions.busy ? ": a busy machine" : ""}`,
    `medians of ${conditions.pairs} pairs of slices of about ${conditions.slice_ms} ms, in turns, ` +
      `in one thread; n = ${conditions.n}, workload ${conditions.workload}`,
    `warmed up with ${conditions.protocols.join(", ") || "nothing"}; ${workers.rounds} x ${workers.runs} runs each way`,
    `${gc.new_space_mb} MB for young objects; limits ${JSON.stringify(gc.resource_limits)}${flags}`,
  ];
}

/** The first column to the left, the others to the right. */
function columns(rows: readonly Row[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return cells.join("  ").trimEnd();
  });
}

const counted = (clients: number): string => (clients === 1 ? "1 client" : `${clients} clients`);
const met = (holds: boolean): string => (holds ? "met" : "not met");
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;
const thousands = (value: number): string => `${(value / 1e3).toFixed(0)} k`;
