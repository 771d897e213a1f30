/** `npm run bench:engine`: how fast the harness itself is, beside what is aimed at. */
import type { Command } from "commander";
import type { Cost } from "../harness/engine/apart.ts";
import type { Audience } from "../harness/engine/cluster.ts";
import {
  type EngineReport,
  measureEngine,
  once,
  quick,
  targets,
  thorough,
} from "../harness/engine/engine.ts";
import type { FullAgainstBare } from "../harness/engine/measures.ts";

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
    ...columns([["rates", "bare events/s", "full events/s", "operations/s"], ...rateRows(report)]),
    "",
    ...columns([["one at a time", "ns", "effects"], ...microRows(report)]),
    "",
    ...conditionLines(report),
  ].join("\n");
}

const watched: Readonly<Record<Audience, string>> = {
  nobody: "nothing",
  meters: "hash and meters",
  invariants: "these and invariants",
  everybody: "these and linearizability",
};

function targetRows({ raft, pbft, watching, company, workers }: EngineReport): Row[] {
  const ratios = raft.map(one => ratioRow("raft, n = 5", one, targets.ratio[one.clients]));
  const { speed_up, speed_up_min, speed_up_max } = workers;
  return [
    ...ratios,
    ratioRow("pbft, n = 4", pbft, targets.pbftRatio),
    ...raft.map(eventsRow),
    ...raft.map(operationRow),
    ...watching.map(one => costRow(watched[one.audience], one, targets.watching)),
    ...company.map(one => costRow(`${one.algo} beside all others`, one, targets.company)),
    [
      "two workers over one",
      `${speed_up.toFixed(2)}x`,
      `${speed_up_min.toFixed(2)} to ${speed_up_max.toFixed(2)}`,
      `>= ${targets.speedUp}x`,
      met(speed_up >= targets.speedUp),
    ],
  ];
}

function ratioRow(
  what: string,
  { clients, ratio, ratio_min, ratio_max }: FullAgainstBare,
  least: number,
): Row {
  const range = `${ratio_min.toFixed(2)} to ${ratio_max.toFixed(2)}`;
  const name = `full / bare, ${what}, ${counted(clients)}`;
  return [name, ratio.toFixed(3), range, `>= ${least}`, met(ratio >= least)];
}

function eventsRow({ clients, events_per_op }: FullAgainstBare): Row {
  const most = targets.eventsPerOp[clients];
  const name = `events an operation, raft, ${counted(clients)}`;
  return [name, events_per_op.toFixed(2), "", `<= ${most}`, met(events_per_op <= most)];
}

/** Its bar is what the other two allow together: a simulator with fewer events has more to do in each. */
function operationRow({ clients, bare_events_per_op }: FullAgainstBare): Row {
  const most = targets.eventsPerOp[clients] / targets.ratio[clients];
  const name = `an operation, in bare events, raft, ${counted(clients)}`;
  return [name, bare_events_per_op.toFixed(1), "", `<= ${most.toFixed(1)}`, met(bare_events_per_op <= most)];
}

function costRow(what: string, { share, share_min, share_max }: Cost, most: number): Row {
  const range = `${percent(share_min)} to ${percent(share_max)}`;
  return [what, percent(share), range, `<= ${percent(most)}`, met(share <= most)];
}

const rateRows = ({ raft, pbft }: EngineReport): Row[] =>
  [...raft, pbft].map(({ clients, bare_events_s, full_events_s, ops_wall_s }, row) => [
    `${row < raft.length ? "raft, n = 5" : "pbft, n = 4"}, ${counted(clients)}`,
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
      `of a thread's own processor time; workload ${conditions.workload}`,
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
