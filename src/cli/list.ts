/** `npm run list`: what there is to choose from. */
import { Argument, type Command } from "commander";
import type { AnyProtocol, Policy } from "#protocol";
import { algorithms } from "../../algorithms/index.ts";
import { lieKinds } from "../faults/byzantine.ts";
import { faultKinds } from "../faults/fault.ts";
import { withDefaults } from "../harness/defaults.ts";
import { listWorkloads, loadWorkload, WorkloadError, workloadsDirectory } from "../workload/load.ts";

const kinds = { algorithms: listAlgorithms, workloads: printWorkloads, faults: listFaults } as const;

export function define(command: Command): void {
  command
    .description("Lists what can be named on the command line of bench.")
    .addArgument(new Argument("[kind]", "what to list").choices(Object.keys(kinds)))
    .action((kind: keyof typeof kinds | undefined) => {
      if (kind !== undefined) return kinds[kind]();
      for (const [name, print] of Object.entries(kinds)) {
        console.log(`${name}\n`);
        print();
        console.log();
      }
    });
}

/** A study of several protocols can only have the lies of all. */
function listOwnLies(name: string, lies: NonNullable<AnyProtocol["lies"]>): void {
  console.log(`\nlies of ${name} alone, of messages of one type (algorithms: [${name}])\n`);
  for (const [lie, { help }] of Object.entries(lies)) console.log(`    ${lie.padEnd(22)} ${help}`);
}

/** One command an instance: what a paper's cost formula is about. */
const unbatched: Policy = { batch: { max: 1, min: 1, delay: 0 }, window: 1, reads: "log" };

function listAlgorithms(): void {
  console.log(algorithms.map(described).join("\n\n"));
}

function described(protocol: AnyProtocol): string {
  const options = Object.entries(protocol.options).map(([name, option]) => {
    const choices = option!.choices === undefined ? "" : ` (${option!.choices.join(", ")})`;
    return `    --set ${`${protocol.name}.${name}=${option!.default}`.padEnd(36)} ${option!.help}${choices}`;
  });
  return [
    `${protocol.name}: ${protocol.summary}`,
    `    ${protocol.paper}`,
    `    faults: ${protocol.faultModel}; clients send to: ${protocol.clients.sendTo}`,
    `    ${"replicas".padEnd(10)} f  quorum  messages/command  delays to the client`,
    ...[3, 4, 5, 7].map(n => sizeRow(protocol, n)),
    ...lacking(protocol),
    ...(options.length === 0 ? [] : ["    options, with their defaults:", ...options]),
  ].join("\n");
}

/** Of what every workload sets. */
function lacking({ without }: AnyProtocol): string[] {
  const { batching, reads = {} } = without ?? {};
  return [
    ...(batching === undefined ? [] : [`    has no batching, and ${batching}`]),
    ...[...Map.groupBy(Object.entries(reads), ([, instead]) => instead)].map(
      ([instead, paths]) => `    has no reads: ${paths.map(([path]) => path).join(", ")}, and ${instead}`,
    ),
  ];
}

function sizeRow(protocol: AnyProtocol, n: number): string {
  const { messagesPerCommand, delaysToClient } = protocol.cost(n, unbatched, withDefaults(protocol, {}));
  const cells = [
    `n=${n}`.padEnd(10),
    String(protocol.tolerates(n)),
    String(protocol.quorum(n)).padStart(7),
    String(messagesPerCommand).padStart(17),
    String(delaysToClient).padStart(21),
  ];
  return `    ${cells.join(" ")}`;
}

function printWorkloads(): void {
  for (const line of workloadLines(workloadsDirectory)) console.log(`    ${line}`);
}

export function workloadLines(directory: string): string[] {
  const workloads = listWorkloads(directory);
  const width = Math.max(...workloads.map(({ name }) => name.length));
  return workloads.map(({ name, description }) => {
    const broken = isBroken(name, directory) ? `is broken: npm run validate -- ${name} says why. ` : "";
    return `${name.padEnd(width)}  ${broken}${description}`.trimEnd();
  });
}

function isBroken(name: string, directory: string): boolean {
  try {
    loadWorkload(name, directory);
    return false;
  } catch (error) {
    if (error instanceof WorkloadError) return true;
    throw error;
  }
}

function listFaults(): void {
  for (const { name, help, example } of faultKinds) {
    console.log(`    ${name.padEnd(14)} ${help}`);
    console.log(`    ${"".padEnd(14)} ${example}`);
  }
  console.log(
    "\nlies, for byzantine: [{ node: n2, lie: silent, at: 5s, for: 10s }]; node: leader casts a role\n",
  );
  for (const { name, help } of lieKinds) console.log(`    ${name.padEnd(22)} ${help}`);
  for (const { name, lies } of algorithms) if (lies !== undefined) listOwnLies(name, lies);
}
