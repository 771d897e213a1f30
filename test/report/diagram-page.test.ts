/** The diagrams as people meet them. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { diagramFile, diagramScript } from "../../scripts/diagram-bundle.ts";
import { carried } from "../../src/report/diagram/embed.ts";
import { diagramSections } from "../../src/report/diagram/index.ts";
import { documentText } from "../../src/report/document.ts";
import { html, trusted } from "../../src/report/markup.ts";
import { keptTraceText } from "../../src/results/kept-trace.ts";
import { keptText, performOne } from "../harness/kept-traces-runs.ts";
import { runLine } from "../results/line.ts";
import { launch, noBrowser, visit } from "./browser.ts";
import { type Kept, smallTrace, studyOf } from "./diagram-study.ts";
import { violation } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
const file = join(folder, "diagrams.html");
const hostileFile = join(folder, "hostile.html");
const hostile = `</script><img src=x onerror="document.title='broken'"><b id=planted>`;

let browser: Browser;
let raftKey: string;

beforeAll(async () => {
  if (noBrowser) return;
  browser = await launch();
  const [raft, paxos] = await Promise.all([
    performOne("raft", 3, "crash-leader"),
    performOne("multi-paxos", 3, "crash-leader"),
  ]);
  raftKey = raft.line.key;
  const keptOf = (run: typeof raft): Kept => ({ line: run.line, series: run.series, text: keptText(run) });
  write(file, join(folder, "good"), [keptOf(raft), keptOf(paxos)]);
  write(hostileFile, join(folder, "bad"), [hostileRun()]);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(page: string, place: string, runs: readonly Kept[]): void {
  const study = studyOf(place, runs);
  const sections = diagramSections(study, carried(study));
  const body = html`<main>${sections.map(
    ({ id, html: inner }) => html`<section id="${id}">${trusted(inner)}</section>`,
  )}</main>`;
  const sheet = readFileSync(join(import.meta.dirname, "../../src/report/page.css"), "utf8");
  const styles = [sheet, ...sections.flatMap(({ styles }) => styles ?? [])].join("\n");
  const scripts = sections.flatMap(({ scripts }) => scripts ?? []);
  writeFileSync(page, documentText({ title: "diagrams", styles, body, scripts }));
}

/** Wherever a protocol, a workload or a client may put words, there are bad ones. */
function hostileRun(): Kept {
  const operation = { client: hostile, says: hostile, call_ns: 1, return_ns: 2 };
  const contradiction = {
    key: hostile,
    start: hostile,
    operations: [operation],
    left_out: 0,
    order: [],
    holds: hostile,
    stuck: 0,
    unwritten: true,
    failed: [operation],
  };
  const violations = [{ ...violation, sentence: hostile, contradiction }];
  const line = runLine("small", {
    algo: hostile,
    workload: hostile,
    point: { [hostile]: hostile },
    rerun: hostile,
    checks: { linearizable: "invalid", invariants: "invalid", live: "valid", violations },
  });
  const { header, rows } = smallTrace;
  const text = keptTraceText({
    header: {
      ...header,
      algo: hostile,
      rerun: hostile,
      windows: header.windows.map(window => ({ ...window, why: hostile })),
      operations: header.operations.map(one => ({ ...one, says: hostile, why: hostile })),
    },
    rows: [
      ...rows,
      ["fault", 45_000_000, hostile],
      ["node", 45_000_000, 2, hostile, null],
      ["timer", 45_000_000, 2, hostile],
      ["send", 45_000_000, null, 0, 1, 46_000_000, hostile, "ordering", hostile, "arrives"],
    ],
  });
  return { line, text };
}

const open = async (options: BrowserContextOptions = {}, name = file) => {
  const opened = await visit(browser, name, options);
  if (options.javaScriptEnabled !== false) await opened.page.locator(".d-live .d-scene").first().waitFor();
  return opened;
};

const now = async (page: Page) => (await page.locator(".d-now").textContent()) ?? "";
const timeOf = async (page: Page) => Number.parseFloat((await now(page)).match(/([\d.]+) ms/)![1]!);

test("the script in the repository is the one that its sources give, and small", async () => {
  expect(readFileSync(diagramFile, "utf8"), "run: node scripts/diagram-bundle.ts").toBe(
    await diagramScript(),
  );
  expect(statSync(diagramFile).size).toBeLessThan(40_000);
});

describe.skipIf(noBrowser)("in a page that stays open", () => {
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    ({ page, complaints } = await open());
  });

  /** Another run and back: as if the page had just been opened, but for the speed and what is hidden. */
  beforeEach(async () => {
    for (const [index, name] of [
      [1, "multi-paxos"],
      [0, "raft"],
    ] as const) {
      await page.locator(".d-pick").selectOption({ index });
      await expect.poll(() => page.locator(".d-about").textContent()).toContain(name);
    }
  });

  test("comes to life without a word of complaint and without a request", async () => {
    expect(await page.locator(".d-still:visible").count()).toBe(0);
    expect(await page.locator(".d-live .d-scene .d-arrow").count()).toBeGreaterThan(20);
    expect(await page.locator(".d-moment option").first().textContent()).toBe(
      "crash n0, and the next leader",
    );
    expect(await now(page)).toBe("2500.000 ms: crash n0; n0: crash");
    expect(complaints).toEqual([]);
  });

  test("steps from instant to instant, by button and by key, and back", async () => {
    const start = await timeOf(page);
    await page.locator(".d-step").click();
    const second = await timeOf(page);
    expect(second).toBeGreaterThan(start);
    await page.locator(".d-scenes").press("ArrowRight");
    const third = await timeOf(page);
    expect(third).toBeGreaterThan(second);
    await page.locator(".d-scenes").press("ArrowLeft");
    await page.locator(".d-back").click();
    expect(await timeOf(page)).toBe(start);
  });

  test("plays and pauses with the space bar, and messages travel", async () => {
    const start = await timeOf(page);
    await page.locator(".d-speed").selectOption("300");
    await page.locator(".d-scenes").press(" ");
    expect(await page.locator(".d-play").textContent()).toBe("Pause");
    await page.locator(".d-stage .d-election.d-flying").first().waitFor({ state: "attached" });
    await page.locator(".d-scenes").press(" ");
    expect(await page.locator(".d-play").textContent()).toBe("Play");
    expect(await timeOf(page)).toBeGreaterThan(start);
    expect(complaints).toEqual([]);
  });

  test("can be scrubbed, and shows each node's role, term and log", async () => {
    const stage = page.locator(".d-stage");
    const scrub = async (value: string) => {
      await page.locator(".d-scrub").fill(value);
      return stage.textContent();
    };
    expect(await scrub("0")).toContain("term 0follower");
    expect(await scrub("10000")).toMatch(/term 2leader.*log \d{4}, committed \d{4}/);
    expect(await page.locator(".d-scrub").getAttribute("aria-valuetext")).toMatch(/^600\d\.\d+ ms$/);
  });

  test("an operation stands out with what it waited for, and lets go", async () => {
    await page.locator(".d-operations button", { hasText: "median" }).click();
    expect(await page.locator(".d-arrow.d-own").count()).toBe(4);
    expect(await page.locator(".d-detail li").allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/: AppendEntries from n0 to n\d$/)]),
    );
    await page.locator(".d-scenes").press("Escape");
    expect(await page.locator(".d-arrow.d-own").count()).toBe(0);
  });

  test("a link to the slowest operation leads to what it waited for", async () => {
    await page.evaluate(key => {
      location.hash = `slowest-${key}`;
    }, raftKey);
    await page.locator(".d-detail .d-strong", { hasText: /\d+ ms$/ }).waitFor();
    expect(await page.locator(".d-arrow.d-own").count()).toBeGreaterThan(2);
    expect(await page.locator(`#slowest-${raftKey}`).count()).toBe(1);
  });

  test("a message that is clicked on tells what it says", async () => {
    await page.locator(".d-scenes .d-election").first().dispatchEvent("pointerdown", { clientX: 5 });
    await page.locator(".d-scenes .d-election").first().dispatchEvent("pointerup", { clientX: 5 });
    expect(await page.locator(".d-detail pre").textContent()).toMatch(
      /^RequestVote: n\d to n\d, leaves at.*\nterm 2/,
    );
  });

  test("zooms, moves and shows the whole run; types of messages can be hidden", async () => {
    const arrows = () => page.locator(".d-live .d-scene .d-arrow").count();
    const before = await arrows();
    await page.locator(".d-closer").click();
    expect(await arrows()).toBeLessThan(before);
    await page.locator(".d-whole").click();
    const all = await arrows();
    expect(all).toBeGreaterThan(before);
    await page
      .locator(".d-types label", { hasText: /^ ?request$/ })
      .locator("input")
      .uncheck();
    expect(await arrows()).toBeLessThan(all);
    await page.locator(".d-axis").selectOption("true");
    expect(await arrows()).toBeGreaterThan(0);
  });

  test("two protocols side by side, at the same moment", async () => {
    const title = await page.locator(".d-beside option").nth(1).textContent();
    expect(title).toBe("multi-paxos n=3, seed 1");
    await page.locator(".d-beside").selectOption({ index: 1 });
    await expect.poll(() => page.locator(".d-live .d-scene").count()).toBe(2);
    expect(await page.locator(".d-stage").count()).toBe(2);
    await page.locator(".d-step").click();
    const times = (await now(page)).match(/[\d.]+ ms/g)!;
    expect(times).toHaveLength(2);
    expect(times[0]).toBe(times[1]);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(noBrowser)("in a page of its own", () => {
  test("who asks for less motion goes step by step", async () => {
    const { page } = await open({ reducedMotion: "reduce" });
    const start = await timeOf(page);
    expect(await page.locator(".d-play").isDisabled()).toBe(true);
    await page.locator(".d-scenes").press(" ");
    await page.locator(".d-scenes").press("ArrowRight");
    const second = await timeOf(page);
    expect(second).toBeGreaterThan(start);
    await page.waitForTimeout(200);
    expect(await timeOf(page)).toBe(second);
  });

  test("the address names a run, and every control is reached by the keyboard", async () => {
    const { page } = await open();
    await page.locator(".d-pick").selectOption({ index: 1 });
    await expect.poll(() => page.locator(".d-about").textContent()).toContain("multi-paxos");
    await page.evaluate(key => {
      location.hash = `run-${key}`;
    }, raftKey);
    await expect.poll(() => page.locator(".d-about").textContent()).toContain("raft");
    const reached = new Set<string>();
    for (let press = 0; press < 40; press++) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement?.className.replace(/ .*/, "") ?? ""));
    }
    for (const control of [
      "d-pick",
      "d-beside",
      "d-moment",
      "d-axis",
      "d-scenes",
      "d-play",
      "d-scrub",
      "d-speed",
    ]) {
      expect([...reached]).toContain(control);
    }
  });

  test("stands still without scripts: drawings, tables and commands", async () => {
    const { page, complaints } = await open({ javaScriptEnabled: false });
    expect(await page.locator(".d-still .d-scene").count()).toBe(2);
    expect(await page.locator(".d-live").isVisible()).toBe(false);
    await page.locator(".d-still summary").first().click();
    const cells = await page.locator(".d-still").first().locator("tbody tr").allTextContents();
    expect(cells.some(text => /crash n0/.test(text))).toBe(true);
    expect(cells.some(text => /RequestVote.*term 2/.test(text))).toBe(true);
    expect(await page.locator(".d-still").first().textContent()).toContain(
      "npm run replay -- results/a-study --run",
    );
    expect(complaints).toEqual([]);
  });

  test("on paper are the drawings that stand still, and no buttons", async () => {
    const { page } = await open();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".d-still .d-scene:visible").count()).toBe(2);
    expect(await page.locator(".d-live").isVisible()).toBe(false);
  });

  test.each(["light", "dark"] as const)("fits a phone, %s", async colorScheme => {
    const { page, complaints } = await open({ viewport: { width: 360, height: 740 }, colorScheme });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });

  test.each([true, false])("bad words stay words, scripts: %s", async javaScriptEnabled => {
    const { page, complaints } = await open({ javaScriptEnabled }, hostileFile);
    if (javaScriptEnabled) {
      await page.locator(".d-whole").click();
      await page.locator(".d-operations button").first().click();
      await page.locator(".d-scrub").fill("9000");
    }
    expect(await page.locator("#planted, main img").count()).toBe(0);
    expect(await page.title()).toBe("diagrams");
    expect(await page.locator("main").textContent()).toContain("<b id=planted>");
    expect(complaints).toEqual([]);
  });
});
