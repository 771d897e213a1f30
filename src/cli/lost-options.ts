/**
 * `npm run compare a b --algo raft` keeps `--algo` to itself: without a `--` in front, npm takes options for its own.
 * The value then strays among the arguments, so that the command would do something else without a word.
 */
import { UsageError } from "../harness/usage.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `valued` and `flags` are the command's own options; `given` are the words that did arrive. */
export function refuseLostOptions(
  command: string,
  valued: readonly string[],
  flags: readonly string[],
  given: readonly string[],
  environment: Environment,
): void {
  const swallowed = (name: string) => environment[`npm_config_${name.replaceAll("-", "_")}`];
  const options = valued.filter(name => swallowed(name) !== undefined);
  const bare = flags.filter(name => swallowed(name) === "true");
  // npm has a --json of its own, which a person may have set for good; it counts only where nothing else was said.
  const lost = options.length > 0 || (environment.npm_lifecycle_event === command && bare.length > 0);
  if (!lost || given.some(word => word.startsWith("--"))) return;
  const stray = options.filter(name => ["true", ""].includes(swallowed(name)!)).length;
  const values = given.slice(given.length - stray); // after a space, a value has become the last of the words
  const line = [
    ...given.slice(0, given.length - stray),
    ...options.map(name => {
      const value = swallowed(name)!;
      return `--${name} ${["true", ""].includes(value) ? (values.shift() ?? "…") : value}`;
    }),
    ...bare.map(name => `--${name}`),
  ];
  throw new UsageError(
    `npm took the options for its own. Put -- in front of them: npm run ${command} -- ${line.join(" ")}`,
  );
}
