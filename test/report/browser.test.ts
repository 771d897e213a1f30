/** The page as people meet it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "../../src/report/write.ts";
import { launch, noBrowser, seeAll, visit } from "./browser.ts";
import { sampleRun, sampleRuns, violation, writeStudy } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
const file = join(folder, "report.html");
const hostileFile = join(folder, "hostile.html");
const hostile = `</script><img src=x onerror="document.title='broken'"><b id=planted>`;

let browser: Browser;

beforeAll(async () => {
  if (noBrowser) return;
  browser = await launch();
  await writeReport(writeStudy(join(folder, "plain"), sampleRuns()), file);
  const said = { check: "invariants", sentence: hostile, outside: hostile, again: hostile } as const;
  const checks = { linearizable: "invalid", invariants: "invalid", live: "valid" } as const;
  const run = sampleRun({
    algo: hostile,
    n: 3,
    seed: 1,
    rate: 100,
    ms: 1,
    change: {
      workload: hostile,
      unsafe: hostile,
      cost_model: hostile,
      rerun: hostile,
      point: { [hostile]: hostile },
      checks: { ...checks, violations: [{ ...violation, ...said }] },
    },
  });
  const resolved = { name: hostile, description: hostile, [hostile]: hostile };
  const workloads = [{ name: hostile, source: hostile, hash: "0", resolved }];
  const others = sampleRuns().slice(0, 3);
  await writeReport(
    writeStudy(join(folder, "hostile"), [run, ...others], { workloads, command: hostile }),
    hostileFile,
  );
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(noBrowser)("in a page that stays open", () => {
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    ({ page, complaints } = await visit(browser, file));
  });

  test("every chart comes to life without a word of complaint and without a request", async () => {
    const before = await page.locator(".drawing > svg").count();
    await seeAll(page);
    expect(before).toBeGreaterThan(15);
    expect(await page.locator(".drawing > div svg").count()).toBe(before);
    expect(complaints).toEqual([]);
  });

  test("a chart answers the pointer", async () => {
    await page.locator("#types").scrollIntoViewIfNeeded();
    const bar = page.locator("#types .drawing > div svg .mark-rect path").first();
    await bar.hover();
    await page.locator("#vg-tooltip-element.visible").waitFor();
    expect(await page.locator("#vg-tooltip-element").textContent()).toContain("Append");
  });

  test("with scripts, what is hidden leaves the axes to the others", async () => {
    const lines = page.locator("#latency figure").first().locator(".mark-line path");
    const path = () => lines.first().getAttribute("d");
    const before = await path();
    await page.locator("#show-a2").uncheck();
    await expect.poll(() => lines.count()).toBe(2);
    expect(await path()).not.toBe(before);
    await page.locator("#show-a2").check();
    await expect.poll(path).toBe(before);
  });
});

describe.skipIf(noBrowser)("in a page of its own", () => {
  test.each([true, false])("a box hides an algorithm everywhere, scripts: %s", async javaScriptEnabled => {
    const { page } = await visit(browser, file, { javaScriptEnabled });
    const rows = page.locator("#results tr.a1");
    expect(await rows.first().isVisible()).toBe(true);
    await page.locator("#show-a1").uncheck();
    expect(await rows.first().isVisible()).toBe(false);
    expect(await page.locator(".story.a1").first().isVisible()).toBe(false);
    expect(await page.locator("#types .panel.a1").isVisible()).toBe(false);
    const line = page.locator("#latency .drawing svg .mark-line path").nth(1);
    expect(await line.evaluate(path => getComputedStyle(path).stroke)).toBe("rgba(0, 0, 0, 0)");
    expect(await page.locator("#results tr.a0").first().isVisible()).toBe(true);
  });

  test("is whole without scripts", async () => {
    const { page, complaints } = await visit(browser, file, { javaScriptEnabled: false });
    expect(await page.locator(".drawing > svg").count()).toBeGreaterThan(15);
    expect(await page.locator("main").textContent()).toContain("1.50 × what primary-backup did");
    expect(await page.locator("button:visible").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("follows the colour scheme", async () => {
    const { page, complaints } = await visit(browser, file, { colorScheme: "light" });
    const styles = () =>
      page.evaluate(() => {
        const line = document.querySelector("#latency .mark-line path")!;
        return [getComputedStyle(document.body).backgroundColor, getComputedStyle(line).stroke];
      });
    expect(await styles()).toEqual(["rgb(253, 253, 251)", "rgb(29, 99, 181)"]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await styles()).toEqual(["rgb(21, 24, 29)", "rgb(116, 179, 247)"]);
    expect(complaints).toEqual([]);
  });

  test("fits a phone: nothing but tables and long drawings scrolls sideways, each by itself", async () => {
    const { page } = await visit(browser, file, { viewport: { width: 390, height: 844 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const outside = await page.evaluate(
      () =>
        [...document.querySelectorAll("main *")].filter(element => {
          return element.getBoundingClientRect().right > 391 && element.closest(".scroll, .show") === null;
        }).length,
    );
    expect(outside).toBe(0);
  });

  test("the keyboard reaches everything that can be used, in the order of the page", async () => {
    const { page } = await visit(browser, file);
    const usable = await page.evaluate(() => {
      const all = [...document.querySelectorAll("a, button, input, summary, [tabindex='0']")];
      return all.filter(element => element.checkVisibility()).map(element => element.outerHTML.slice(0, 200));
    });
    const stops: string[] = [];
    for (let press = 0; press < usable.length; press++) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(() => document.activeElement!.outerHTML.slice(0, 200)));
    }
    expect(stops).toEqual(usable);
    await page.locator("#show-a0").focus();
    await page.keyboard.press("Space");
    expect(await page.locator("#results tr.a0").first().isVisible()).toBe(false);
  });

  test("on paper there are no controls, and colours are those of paper", async () => {
    const { page } = await visit(browser, file, { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator(".show").isVisible()).toBe(false);
    expect(await page.locator("#results").isVisible()).toBe(true);
    expect(await page.locator("#run details pre").first().isVisible()).toBe(true);
    const ink = await page.evaluate(() => getComputedStyle(document.body).color);
    expect(ink).toBe("rgb(28, 31, 36)");
  });

  test("a hostile workload, protocol or violation is text and nothing else", async () => {
    const { page, complaints } = await visit(browser, hostileFile);
    await seeAll(page);
    expect(await page.title()).toBe("hostile");
    expect(await page.locator("#planted, img").count()).toBe(0);
    expect(await page.locator("h1").textContent()).toContain(hostile);
    expect(complaints).toEqual([]);
  });
});
