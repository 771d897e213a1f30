/**
 * `npm run bench --algo raft` keeps `--algo` to itself: without a `--` in front, npm takes options for its own. The
 * program then sees a stray word and, in its environment, `npm_config_algo`. This puts the line together again.
 */
import { UsageError } from "../harness/usage.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const takesValue = ["algo", "workload", "seeds", "seed", "set", "point", "workers", "out", "resume"];
const flags = ["trace", "json", "dry-run", "quiet"];

export function refuseForgottenDashes(
  stray: readonly string[],
  given: number,
  environment: Environment,
): void {
  const swallowed = (name: string) => environment[`npm_config_${name.replace("-", "_")}`];
  const valued = takesValue.filter(name => swallowed(name) !== undefined);
  // npm has a --json, --dry-run and --quiet of its own, which a person may have set for good.
  const bare = flags.filter(name => swallowed(name) === "true");
  const lost =
    valued.length > 0 || (environment.npm_lifecycle_event === "bench" && given === 0 && bare.length > 0);
  if (stray.length === 0 && !(lost && given === 0)) return;
  if (!lost && given > 0) {
    const list = "lists have commas and no spaces, such as --n 3,5";
    throw new UsageError(`'${stray[0]}' belongs to no option: ${list}`);
  }
  const line = `npm run bench -- ${[...rebuilt(stray, valued, swallowed), ...bare.map(flag => `--${flag}`)].join(" ")}`;
  if (lost) throw new UsageError(`npm took the options for its own. Put -- in front of them: ${line}`);
  throw new UsageError(`'${stray[0]}' belongs to no option. Did you mean: ${line}`);
}

/** A value after a space has become a stray word: it goes to the option that it looks like. */
function rebuilt(
  stray: readonly string[],
  valued: readonly string[],
  swallowed: (name: string) => string | undefined,
): string[] {
  const known = valued.filter(name => !["true", ""].includes(swallowed(name)!));
  const waiting = valued.filter(name => !known.includes(name));
  const numeric = stray.filter(isNumeric).length;
  const numericWaiting = waiting.filter(name => ["seeds", "seed", "workers"].includes(name));
  // --n is lost without a trace: npm knows several options that begin with an n.
  let sizes = numeric - numericWaiting.length;
  const words = stray.map(word => {
    if (isNumeric(word) && sizes-- > 0) return `--n ${word}`;
    const name = isNumeric(word) ? numericWaiting.shift() : optionFor(word, waiting);
    if (name !== undefined && waiting.includes(name)) waiting.splice(waiting.indexOf(name), 1);
    return `--${name} ${word}`;
  });
  return [...known.map(name => `--${name} ${swallowed(name)}`), ...words];
}

const isNumeric = (word: string): boolean => /^\d+(,\d+)*$/.test(word);

function optionFor(word: string, waiting: readonly string[]): string {
  if (/^[^=]+\.[^=]+=/.test(word)) return "set";
  const textual = waiting.filter(name => !["seeds", "seed", "workers", "set"].includes(name));
  if (/\.ya?ml$/.test(word) && textual.includes("workload")) return "workload";
  return textual[0] ?? "algo";
}
