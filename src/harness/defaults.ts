/** The options of a protocol in full. */
import type { AnyProtocol, Options } from "#protocol";

export function withDefaults(protocol: AnyProtocol, options: Options): Options {
  const defaults = Object.entries(protocol.options).map(([name, option]) => [name, option!.default]);
  return { ...Object.fromEntries(defaults), ...options };
}
