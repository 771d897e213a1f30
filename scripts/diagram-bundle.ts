/**
 * Builds what diagrams carry to be interactive to `src/report/diagram/browser/`: one script without imports, kept in
 * the repository for the reason that `report-bundle.ts` gives.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "rolldown";

const folder = resolve(import.meta.dirname, "../src/report/diagram/browser");
export const diagramFile = join(folder, "diagram.min.js");

export async function diagramScript(): Promise<string> {
  const { output } = await build({
    input: join(folder, "main.ts"),
    write: false,
    platform: "browser",
    output: { format: "iife", minify: true },
  });
  return `${output[0].code.trim().replaceAll("</script", "<\\/script")}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(diagramFile, await diagramScript());
