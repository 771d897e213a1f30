/**
 * Types of messages that a workload file names. A misspelt one would be sent 0 times, hit by no fault and told by no
 * liar, which nobody would notice; which ones there are, the protocols say.
 */
import type { AnyProtocol } from "#protocol";
import { algorithms as registry } from "../../algorithms/index.ts";
import { messageTypeIn } from "../workload/expect-fields.ts";
import type { LateMistake, OpenWorkload } from "../workload/load.ts";
import { didYouMean } from "../workload/nearest.ts";
import type { Point } from "../workload/sweep.ts";
import { expectGroups } from "./file-mistakes.ts";
import { inSweep } from "./sweep-places.ts";

/** `pinned`: the protocols are those that the file names, and no others that a command line put in their place. */
export function wrongMessages(
  file: OpenWorkload,
  points: readonly Point[],
  protocols: readonly AnyProtocol[],
  pinned: boolean,
): LateMistake[] {
  const meant = pinned ? protocols : everybody(protocols);
  return [...inExpectations(file, protocols, meant), ...inFaults(file, points, meant)];
}

const everybody = (running: readonly AnyProtocol[]): readonly AnyProtocol[] => [
  ...new Set([...running, ...registry]),
];

function inExpectations(
  file: OpenWorkload,
  running: readonly AnyProtocol[],
  meant: readonly AnyProtocol[],
): LateMistake[] {
  return expectGroups(file).flatMap(({ path, group: { algo, ...fields } }) => {
    const named = [algo ?? []].flat();
    const protocols =
      named.length === 0 ? meant : everybody(running).filter(({ name }) => named.includes(name));
    return Object.keys(fields).flatMap((field): LateMistake[] => {
      const message = flawOf(messageTypeIn(field), protocols);
      return message === undefined ? [] : [{ path: [...path, field], ofKey: true, message }];
    });
  });
}

function inFaults(
  { workload: { sweep } }: OpenWorkload,
  points: readonly Point[],
  protocols: readonly AnyProtocol[],
): LateMistake[] {
  return points.flatMap(({ at, workload: { faults, byzantine } }) => {
    const named = [
      ...faults.map(({ what }, index) => ({ path: ["faults", index, "messages"], types: what.types })),
      ...byzantine.map(({ types }, index) => ({ path: ["byzantine", index, "types"], types })),
    ];
    return named.flatMap(({ path, types = [] }) =>
      types.flatMap((type): LateMistake[] => {
        const message = flawOf(type, protocols);
        return message === undefined ? [] : [{ ...inSweep({ path, ofKey: false }, at, sweep), message }];
      }),
    );
  });
}

/** Undefined where some protocol sends it, or none is known. */
function flawOf(type: string | undefined, protocols: readonly AnyProtocol[]): string | undefined {
  if (type === undefined || protocols.length === 0) return undefined;
  const known = [...new Set(protocols.flatMap(({ messages }) => Object.keys(messages)))];
  if (known.includes(type)) return undefined;
  const [only, ...others] = protocols;
  const who = others.length === 0 ? `${only!.name} has no message` : "no protocol has a message";
  const meant = didYouMean(type, known);
  return `${who} "${type}"${meant === "" ? `; known: ${known.join(", ")}` : meant}`;
}
