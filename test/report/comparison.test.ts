/** The page of a comparison: both sides in every chart. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pairAlgorithms } from "../../src/compare/algorithms.ts";
import { comparePairs, headOf } from "../../src/compare/compare.ts";
import { pairSides } from "../../src/compare/pairing.ts";
import { readSides } from "../../src/compare/side.ts";
import { usualThresholds } from "../../src/compare/threshold.ts";
import { chartsOf, tracksOf } from "../../src/report/charts/all.ts";
import { isChart, type Track } from "../../src/report/charts/chart.ts";
import { comparisonPage } from "../../src/report/comparison.ts";
import { type Overlay, overlayOfAlgorithms, overlayOfSides } from "../../src/report/overlay.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { launch, noBrowser, seeAll, visit } from "./browser.ts";
import { sampleRun, sampleSeries, writeStudy } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
const hostile = `</script><img src=x onerror="document.title='broken'"><b id=planted>`;
const search = {
  workload: "crash",
  algo: "raft",
  n: 3,
  point: {},
  field: "clients.count",
  gain: 0.1,
  knee: 16,
  throughput_ops_s: 2000,
  tried: [],
  law: { lambda_ops_s: 950, sigma: 0.03, kappa: 0.00005, peak: 139.3, worst: 0.12 },
};

/** Two protocols at two sizes and three loads, so that no chart has a reason to stay away. */
const runs = (speed: number): RunLine[] =>
  ["raft", hostile].flatMap(algo =>
    [3, 5].flatMap(n =>
      [1, 16, 64].flatMap((count, step) =>
        [1, 2].map(seed => {
          const of = sampleRun({ algo, n, seed, rate: speed * 800 * (step + 1), ms: 1 / speed });
          const own = `${n}-${count}-${seed}`;
          const change = { key: `${algo}-${own}-${speed}`, pair_key: `${algo}-${own}` };
          return { ...of, ...change, point: { "clients.count": count }, trace_hash: `${own} at ${speed}` };
        }),
      ),
    ),
  );

const study = (name: string, speed: number): string => {
  const lines = runs(speed);
  const series = lines.map(line => {
    const { key, epochs, ...rest } = sampleSeries(line);
    return { key, ...rest, epochs: epochs.map(([us, node, epoch]) => [us, node, epoch] as const) };
  });
  return writeStudy(
    join(folder, name),
    lines,
    { saturation: [search] },
    series as unknown as ReturnType<typeof sampleSeries>[],
  );
};

const [base, next] = readSides([
  { label: "old", folder: study("old", 1) },
  { label: "new", folder: study("new", 0.8) },
]) as [ReturnType<typeof readSides>[number], ReturnType<typeof readSides>[number]];

const pairing = pairSides(base, next);
const comparison = comparePairs(
  pairing,
  base.manifest,
  { base: headOf("old", base.manifest), next: headOf("new", next.manifest) },
  usualThresholds,
);
const overlay = overlayOfSides(base, next, pairing);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tracksIn({ searches, cells, looks, scenes }: Overlay): Track[] {
  const charts = chartsOf(searches, cells, looks);
  expect(charts.filter(made => !isChart(made))).toEqual([]);
  return [...tracksOf(scenes, looks), ...charts.filter(isChart)];
}

const sidesIn = (rows: readonly { readonly [field: string]: unknown }[]): Set<unknown> =>
  new Set(rows.map(({ a }) => a).filter(name => typeof name === "string" && name.startsWith("raft")));

describe("two studies", () => {
  test.each(tracksIn(overlay).map(track => [track.id, track] as const))(
    "%s draws both sides",
    (id, track) => {
      const panels = track.panels.filter(({ data }) => sidesIn(Object.values(data).flat()).size > 0);
      // What strikes has no colour of a side.
      if (id === "faults") return expect(track.panels[0]!.data.faults).toHaveLength(1);
      expect(panels.length).toBeGreaterThan(0);
      for (const { data } of panels) {
        expect(sidesIn(Object.values(data).flat())).toEqual(new Set(["raft (base)", "raft (new)"]));
      }
    },
  );

  test("differ by lightness and dash, and keep their protocol's colour", () => {
    const [paler, usual] = overlay.looks as [Overlay["looks"][number], Overlay["looks"][number]];
    expect(usual).toMatchObject({ name: "raft (new)", light: "#1d63b5", dash: [1, 0], shape: "circle" });
    expect(paler).toMatchObject({ name: "raft (base)", dash: [1.5, 3], shape: "circle" });
    expect(paler.light).toMatch(/^color-mix\(in srgb,#1d63b5 \d+%,var\(--paper\)\)$/);
  });

  test("share a row of a chart of rows, one a little above the other", () => {
    const gaps = tracksIn(overlay).find(({ id }) => id === "availability")!;
    const means = gaps.panels[0]!.data.marks!.filter(({ kind, label }) => {
      return kind === "mean" && label === "raft · no answer";
    });
    expect(means.map(({ a, down }) => [a, down])).toEqual([
      ["raft (base)", -4],
      ["raft (new)", 4],
    ]);
  });

  test("what happened over time is the same seed of both, and no seed that is the same to the last event", () => {
    for (const [one, two] of overlay.scenes) {
      expect([one.side, two!.side]).toEqual(["base", "new"]);
      expect(one.run.pair_key).toBe(two!.run.pair_key);
    }
    const same = pairing.pairs.map(({ base, next }) =>
      base.seed === 1 ? { base, next: { ...next, trace_hash: base.trace_hash } } : { base, next },
    );
    const scenes = overlayOfSides(base, next, { ...pairing, pairs: same }).scenes;
    expect(new Set(scenes.map(([{ run }]) => run.seed))).toEqual(new Set([2]));
  });

  test("without what happened over time the rest is drawn", () => {
    rmSync(join(next.folder, "series.ndjson"));
    expect(overlayOfSides(base, next, pairing).scenes).toEqual([]);
    study("new", 0.8);
  });
});

test("algorithms of one study look as in its report, and nothing else is drawn", () => {
  const pairings = [pairAlgorithms(base, "raft", hostile, "n")];
  const { looks, cells, scenes } = overlayOfAlgorithms(base, pairings);
  expect(looks.map(({ name }) => name)).toEqual(["raft", hostile]);
  expect(cells.map(({ side }) => side)).not.toContain("base");
  expect(cells).toHaveLength(12);
  expect(scenes.every(scene => scene.length === 1)).toBe(true);
  const five = { ...pairings[0]!, pairs: pairings[0]!.pairs.filter(pair => pair.base.n === 5) };
  expect(overlayOfAlgorithms(base, [five]).cells).toHaveLength(6);
});

describe("the page", () => {
  let page: string;
  const withoutScripts = () => page.replace(/<script( type="text\/plain"[^>]*)?>[\s\S]*?<\/script>/g, "");

  beforeAll(async () => {
    page = await comparisonPage([comparison], undefined, overlay);
  });

  test("loads nothing, and has the verdict first", () => {
    expect(withoutScripts()).not.toMatch(/src="|href="[^#]| style="|@import|url\(/);
    expect(page.indexOf("WORSE</h1>")).toBeLessThan(page.indexOf("What happened over time"));
    expect(page.length).toBeLessThan(2_000_000);
  });

  test("draws every seed of both sides, of what differs", () => {
    const differing = comparison.rows.flatMap(row => row.metrics).filter(({ method }) => method !== "equal");
    const dots = page.split('<circle class="base"').length - 1;
    expect(dots).toBe(differing.reduce((sum, { seeds }) => sum + seeds.length, 0));
    expect(withoutScripts().match(/NaN|Infinity|undefined/)?.[0]).toBeUndefined();
  });

  test("of very many changes draws those that were found first, and stays below two million bytes", async () => {
    const many = Array.from({ length: 20 }, () =>
      comparison.rows.map(row => ({ ...row, metrics: row.metrics.map(metric => ({ ...metric })) })),
    ).flat();
    const large = await comparisonPage([{ ...comparison, rows: many }], undefined, overlay);
    expect(large.split('class="pair"').length - 1).toBe(2 * 150);
    expect(large).toMatch(/Of \d+ changes \d+ are left out here/);
    expect(large.length).toBeLessThan(2_000_000);
  });

  test.skipIf(noBrowser)(
    "works in a browser: a box hides a side everywhere, bad words stay words",
    async () => {
      const file = join(folder, "page.html");
      writeFileSync(file, page);
      const browser = await launch();
      try {
        const { page, complaints } = await visit(browser, file, { viewport: { width: 390, height: 844 } });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        await seeAll(page);
        const lines = page.locator("#latency figure").first().locator(".mark-line path");
        expect(await lines.count()).toBe(4);
        await page.locator("#show-a0").uncheck();
        await expect.poll(() => lines.count()).toBe(3);
        expect(await page.locator("#planted, main img").count()).toBe(0);
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
