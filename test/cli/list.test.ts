import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { workloadLines } from "../../src/cli/list.ts";
import { inTemporaryFolder } from "./run.ts";

test("a broken workload is listed as such, with how to see why", () =>
  inTemporaryFolder(async folder => {
    writeFileSync(join(folder, "good.yaml"), "description: Good.");
    writeFileSync(join(folder, "odd.yaml"), "description: Odd.\nsweep: { clients.cout: [1] }");
    writeFileSync(join(folder, "torn.yaml"), "n: [");
    expect(workloadLines(folder).map(line => line.replace(/ +/, " "))).toEqual([
      "good Good.",
      "odd is broken: npm run validate -- odd says why. Odd.",
      "torn is broken: npm run validate -- torn says why.",
    ]);
  }));
