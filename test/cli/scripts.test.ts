import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const folder = resolve(import.meta.dirname, "../../scripts");
const scripts = readdirSync(folder).filter(name => /= wordsFor\(|^wordsFor\(/m.test(textOf(name)));

function textOf(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

const called = (name: string, word: string) =>
  spawnSync(process.execPath, [join(folder, name), word], { encoding: "utf8" });

describe("scripts", () => {
  test("are more than a few", () => expect(scripts.length).toBeGreaterThan(6));

  test.each(scripts)("%s tells what it does", name => {
    const { status, stdout } = called(name, "--help");
    expect(status).toBe(0);
    expect(stdout).toContain("npm run");
    expect(stdout).not.toMatch(/^ ?\*|\*\//m);
  });

  test.each(scripts)("%s does nothing at a word that it does not know", name => {
    const { status, stdout, stderr } = called(name, "--frob");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe(`error: '--frob' means nothing to ${name}; --help tells what does\n`);
  });
});
