/**
 * What a workload file says of protocols and of nodes shows to be wrong only beside the protocols, at a size. It is
 * told as any other mistake of the file: all of them at once, each with its place.
 */
import type { AnyProtocol } from "#protocol";
import { algorithms as registry } from "../../algorithms/index.ts";
import type { LateMistake, OpenWorkload } from "../workload/load.ts";
import { didYouMean } from "../workload/nearest.ts";
import type { Point } from "../workload/sweep.ts";
import { optionFlaws } from "./options.ts";
import { noSuchAlgorithm } from "./protocols.ts";
import { inSweep } from "./sweep-places.ts";

type Path = readonly (string | number)[];

const ours = registry.map(({ name }) => name);

/** Where an entry of `algorithms` stands: it need not be a list. */
export const algorithmAt = (written: Readonly<Record<string, unknown>>, index: number): Path =>
  Array.isArray(written.algorithms) ? ["algorithms", index] : ["algorithms"];

/** Options that a protocol does not have, or not so; and, as far as that can be told, of protocols there are not. */
export function wrongOptions(
  { workload: { sweep } }: OpenWorkload,
  points: readonly Point[],
  protocols: readonly AnyProtocol[],
): LateMistake[] {
  const known = [...new Set([...ours, ...protocols.map(({ name }) => name)])];
  const mistakes = points.flatMap(({ at, workload: { pinned } }) =>
    Object.entries(pinned.options).flatMap(([algo, options]): LateMistake[] => {
      const place = (path: Path, ofKey: boolean) => inSweep({ path, ofKey }, at, sweep);
      const meant = didYouMean(algo, known);
      if (!known.includes(algo) && meant !== "") {
        return [{ ...place(["options", algo], true), message: noSuchAlgorithm(algo, known) }];
      }
      const protocol = protocols.find(({ name }) => name === algo);
      if (protocol === undefined) return [];
      return optionFlaws(protocol, options).map(([option, { ofName, message }]) => {
        return { ...place(["options", algo, option], ofName), message };
      });
    }),
  );
  return unique(mistakes);
}

/** Expectations of protocols that there are not, which nobody would ever meet. */
export function wrongExpectations(file: OpenWorkload, protocols: readonly AnyProtocol[]): LateMistake[] {
  const known = [...new Set([...protocols.map(({ name }) => name), ...ours])];
  return expectGroups(file).flatMap(({ path, group }) =>
    protocolsIn(group)
      .filter(({ name }) => !known.includes(name))
      .map(({ at, name }) => ({
        path: [...path, ...at],
        ofKey: false,
        message: noSuchAlgorithm(name, known),
      })),
  );
}

/** The groups of expectations as they are written, and where. What is no group at all has been told before. */
export function expectGroups({ written: { expect } }: OpenWorkload): { path: Path; group: Fields }[] {
  const groups: unknown[] = Array.isArray(expect) ? expect : [expect];
  return groups.flatMap((group, index) => {
    const path = Array.isArray(expect) ? ["expect", index] : ["expect"];
    return isRecord(group) ? [{ path, group }] : [];
  });
}

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** Whom a group of expectations is about, and whom it compares with. */
function protocolsIn({ algo, n: _n, at: _at, ...fields }: Fields) {
  const about = [algo ?? []]
    .flat()
    .map((name, index) => ({ at: Array.isArray(algo) ? ["algo", index] : ["algo"], name: String(name) }));
  const measures = Object.entries(fields).flatMap(([field, written]) => {
    const { is = written, relativeTo } = (isRecord(written) ? written : {}) as Detailed;
    const ratio = /\s*(?:\s[x×]|×|\stimes)\s+(\S+)\s*$/.exec(typeof is === "string" ? is : "")?.[1];
    const at = !isRecord(written) ? [field] : [field, ratio === undefined ? "relativeTo" : "is"];
    const name = ratio ?? relativeTo;
    return typeof name === "string" ? [{ at, name }] : [];
  });
  return [...about, ...measures];
}
interface Detailed {
  readonly is?: unknown;
  readonly relativeTo?: unknown;
}

/** The same mistake shows at every point and at every size. */
export function unique(mistakes: readonly LateMistake[]): LateMistake[] {
  const byText = new Map(mistakes.map(mistake => [`${mistake.path.join(" ")} ${mistake.message}`, mistake]));
  return [...byText.values()];
}
