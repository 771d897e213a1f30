/**
 * Builds what reports carry to be interactive: Vega, in one script without imports, to `src/report/browser/`.
 * It is kept in the repository, since a bundler is native code that not every machine has a version of.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "rolldown";

const folder = resolve(import.meta.dirname, "../src/report/browser");
export const bundleFile = join(folder, "vega.min.js");

/** Maps, force layouts, trees, word clouds and the like: no chart here uses them, and they are a quarter of Vega. */
const unused = ["crossfilter", "force", "geo", "hierarchy", "label", "regression", "voronoi", "wordcloud"];
const emptied = new RegExp(`^vega-(${unused.join("|")})$`);

export async function bundle(): Promise<string> {
  const { output } = await build({
    input: join(folder, "vega.ts"),
    write: false,
    platform: "browser",
    plugins: [
      {
        name: "leave-out",
        resolveId: id => (emptied.test(id) ? "\0empty" : undefined),
        load: id => (id === "\0empty" ? "export {};" : undefined),
      },
    ],
    output: { format: "iife", name: "consensusBenchVega", minify: true },
  });
  // In a page of HTML a script ends at the first of these, wherever it stands.
  return `${output[0].code.trim().replaceAll("</script", "<\\/script")}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(bundleFile, await bundle());
