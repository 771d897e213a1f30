/**
 * Loaded before everything else (`node --import`), takes out of the simulator, as it is read, what it does for the sake
 * of faults in a run without any: whether a link loses, repeats or is cut, whether a node is up or hindered, how slow a
 * disk is, how fast and how late a clock. What is left is the simulator as it would be without them. A line that is not
 * found any more is an error: then this list is to be brought up to date.
 */
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

type Cut = readonly [says: string, instead: string];

const cuts: Readonly<Record<string, readonly Cut[]>> = {
  "network.ts": [["if (this.troubled[link] === 1) return this.routeTroubled(link, ordered, bytes);", ""]],
  "simulation.ts": [
    ["const plain = network", "const plain = true; network"],
    [
      `if (!node.up) return;
    node.arrive(`,
      "node.arrive(",
    ],
  ],
  "node.ts": [
    ["if (incarnation !== this.incarnation) return;", ""],
    ["if (this.hindered && this.disk.obstacle !== undefined) return this.world.obstructed(this);", ""],
    ["if (!this.hindered) this.release();", "this.release();"],
    ["(this.world.queue.tick * rate + offsetNs) / 1e6", "this.world.queue.tick / 1e6"],
    ["const { rate, offsetNs } = this.clock;", ""],
    ["rate === 1 ? delay * 1e6 : (delay * 1e6) / rate", "delay * 1e6"],
    ["const { rate } = this.clock;", ""],
    [" + this.timers.late()", ""],
  ],
  "disk.ts": [[" * this.slowness", ""]],
};

function stripped(file: string, source: string): string {
  let text = source;
  for (const [says, instead] of cuts[file]!) {
    if (!text.includes(says)) {
      throw new Error(
        `src/simulation/${file} no longer says "${says}": mend the list in scripts/without-faults.ts`,
      );
    }
    text = text.replaceAll(says, instead);
  }
  return text;
}

const simulation = new URL("../src/simulation/", import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = url.startsWith(simulation) ? url.slice(simulation.length) : "";
    if (!(file in cuts)) return loaded;
    if (loaded.source === undefined || loaded.source === null)
      throw new Error(`no source of ${fileURLToPath(url)}`);
    return { ...loaded, source: stripped(file, String(loaded.source)) };
  },
});
