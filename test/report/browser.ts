/** A real browser for tests, that is not let out into the world. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];
const inPath = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap(folder => names.map(name => join(folder, name)));
const found = process.env.CHROMIUM ?? inPath.find(path => existsSync(path));

/** Without a browser nothing is proved: no excuse where the tests decide, a word about it elsewhere. */
export const noBrowser = found === undefined && (process.env.CI ?? "") === "";
if (noBrowser)
  console.warn("no chromium here: the tests in a browser are skipped (apt-get install chromium)");

export function launch(): Promise<Browser> {
  if (found === undefined)
    throw new Error("no chromium is installed, and CI is set: apt-get install chromium");
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ executablePath: found, args });
}

export interface Visit {
  readonly page: Page;
  readonly complaints: string[]; // errors and warnings of the console, and requests that leave the page
}

export async function visit(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  // One visitor at a time: a page that is left open goes on drawing.
  for (const earlier of browser.contexts()) await earlier.close();
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", error => complaints.push(error.message));
  page.on("request", request => {
    if (request.url() !== `file://${file}`) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}

/** Charts come to life as they come into view; a busy browser needs its time until it has looked. */
export async function seeAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const drawing of document.querySelectorAll(".drawing")) {
      drawing.scrollIntoView();
      while (!drawing.matches(":has(> div)")) await new Promise(done => setTimeout(done, 10));
    }
  });
}
