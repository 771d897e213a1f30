import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LockedError, lockFolder } from "../../src/results/lock.ts";

const temporary = () => mkdtempSync(join(tmpdir(), "consensus-bench-"));
const module = join(import.meta.dirname, "../../src/results/lock.ts");

/** A process that has locked the folder, and does then as told. */
async function locker(folder: string, then = "setInterval(() => {}, 1000);") {
  const code = `import { lockFolder } from "${module}"; lockFolder("${folder}"); console.log("locked"); ${then}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
  await once(child.stdout, "data");
  return child;
}

async function killed(child: Awaited<ReturnType<typeof locker>>, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

test("a folder has one writer, who is named; one that was killed is taken over", async () => {
  const folder = temporary();
  const child = await locker(folder);
  expect(() => lockFolder(folder)).toThrow(LockedError);
  expect(() => lockFolder(folder)).toThrow(
    new RegExp(`^${folder} is being written by process ${child.pid} on .*remove ${join(folder, ".lock")}$`),
  );
  await killed(child, "SIGKILL");
  expect(existsSync(join(folder, ".lock"))).toBe(true);
  lockFolder(folder);
  expect(JSON.parse(readFileSync(join(folder, ".lock"), "utf8"))).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual([".lock"]);
  expect(() => lockFolder(folder)).toThrow(LockedError);
});

test.each([
  ["it ends", "process.exitCode = 0;"],
  ["it exits", "process.exit(130);"],
  ["it fails", "throw new Error();"],
])("the lock goes with its process: %s", async (_how, then) => {
  const folder = temporary();
  const child = await locker(folder, then);
  if (child.exitCode === null) await once(child, "exit");
  expect(readdirSync(folder)).toEqual([]);
});

test("a process that has the number of one that is gone does not pass for it", async () => {
  const folder = temporary();
  const file = join(folder, ".lock");
  await killed(await locker(folder), "SIGKILL");
  const owner = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...owner, pid: process.pid }));
  // Only Linux tells when a process began; elsewhere a living one is taken for the owner.
  if (owner.began === null) expect(() => lockFolder(folder)).toThrow(LockedError);
  else lockFolder(folder);
});

test("what cannot be told is left to people", () => {
  const folder = temporary();
  writeFileSync(join(folder, ".lock"), JSON.stringify({ pid: 1, host: "elsewhere", began: null }));
  expect(() => lockFolder(folder)).toThrow("process 1 on elsewhere");
  writeFileSync(join(folder, ".lock"), "");
  expect(() => lockFolder(folder)).toThrow("is being written by somebody");
});
