/** A case as a workload file that anybody can run. */
import { yamlOf } from "../../workload/written.ts";
import type { Case } from "./case.ts";
import type { Alarm } from "./finding.ts";

/** A protocol of the registry is pinned, with its options; any other is named on the command line. */
export function fileFor(given: Case, alarm: Alarm, command: string, isRegistered: boolean): string {
  const { algo, n, seed, options, file } = given;
  const hasOptions = Object.keys(options).length > 0;
  const pinned = isRegistered
    ? { algorithms: [algo], ...(hasOptions ? { options: { [algo]: options } } : {}) }
    : {};
  const description = `Shrunk by fuzz: raises ${alarm.check}.`;
  const comment = [alarm.sentence, `Run it: ${command}`];
  return yamlOf({ description, ...pinned, n, seeds: [seed], ...file }, comment);
}
