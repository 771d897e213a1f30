/** Why two studies have no run in common: what each of them is about. */
import { canonical } from "../results/keys.ts";
import type { RunLine } from "../results/schema.ts";
import { differenceText, hintFor } from "./fields.ts";
import type { Pairing } from "./pairing.ts";
import { nameOf } from "./rows.ts";

const identities: readonly (readonly [string, (line: RunLine) => unknown])[] = [
  ["algo", line => line.algo],
  ["n", line => line.n],
  ["workload", line => line.workload],
  ["point", line => line.point],
  ["seed", line => line.seed],
];

/** One line: the fields of which the sides have no value in common, or what stands between runs of one name. */
export function whyNothing({ refused, onlyBase, onlyNext }: Pairing, from: string, to: string): string {
  const [first] = refused;
  if (first !== undefined) {
    const fields = first.fields.slice(0, 3).map(field => differenceText(field, from, to));
    const more = first.fields.length > 3 ? `; and ${first.fields.length - 3} fields more` : "";
    return `${nameOf(first.base)}: ${fields.join("; ")}${more}${hintFor(first.fields)}`;
  }
  const apart = identities.flatMap(([field, of]) => {
    const base = new Set(onlyBase.map(line => canonical(of(line))));
    const next = new Set(onlyNext.map(line => canonical(of(line))));
    if (!base.isDisjointFrom(next)) return [];
    return [`${field}: ${listed(base)} in ${from}, ${listed(next)} in ${to}`];
  });
  if (apart.length > 0) return apart.join("; ");
  return `no run of ${from} has algorithm, n, workload, point and seed of one of ${to}`;
}

function listed(values: ReadonlySet<string>): string {
  const all = [...values].map(text => text.replace(/^"(.*)"$/, "$1"));
  return all.length <= 5 ? all.join(" ") : `${all.slice(0, 5).join(" ")} …`;
}
