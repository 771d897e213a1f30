/**
 * Formula against run: `npm run oracles [-- raft pbft] [--json]`. What the papers say that a command costs, beside what
 * it costs here: counts and delays exactly, what is left to chance within three standard errors (docs/oracles.md).
 *
 * Leaves with 0 if all agree, and with 3 if not.
 */
import { agrees, type Comparison, deviation, isByChance } from "../test/oracles/comparison.ts";
import { comparable, comparisons } from "../test/oracles/every.ts";
import { tables } from "../test/oracles/table.ts";
import { wordsFor } from "./words.ts";

const words = wordsFor(import.meta.filename, word => word === "--json" || !word.startsWith("-"));
const json = words.includes("--json");
const named = words.filter(word => word !== "--json");
const stranger = named.find(name => !comparable.includes(name));
if (stranger !== undefined) {
  console.error(`error: there are no formulas for '${stranger}', only for ${comparable.join(", ")}`);
  process.exit(2);
}
const compared: Comparison[] = [];
for (const one of comparisons(named.length === 0 ? comparable : named)) {
  compared.push(one);
  if (process.stderr.isTTY) process.stderr.write(`\r${compared.length} `);
}
if (process.stderr.isTTY) process.stderr.write("\r        \r");
const wrong = compared.filter(one => !agrees(one)).length;
if (json) console.log(JSON.stringify({ wrong, compared: compared.map(asLine) }));
else console.log(`${tables(compared)}\n${summary()}`);
process.exitCode = wrong === 0 ? 0 : 3;

function asLine(one: Comparison) {
  const errors = deviation(one) ?? null;
  return {
    ...one,
    batch: one.batch ?? null,
    standardError: one.standardError ?? null,
    errors,
    equal: agrees(one),
  };
}

function summary(): string {
  const exact = compared.filter(({ tolerance }) => tolerance === 0).length;
  const verdict = wrong === 0 ? "all are" : `${wrong} are not`;
  const chance = compared.filter(isByChance).map(one => Math.abs(deviation(one)!));
  const farthest =
    chance.length === 0 ? "" : `, of ${chance.length} the farthest ${Math.max(...chance).toFixed(1)} σ off`;
  return `${exact} numbers to be equal, ${compared.length - exact} to be within their tolerance${farthest}: ${verdict}`;
}
