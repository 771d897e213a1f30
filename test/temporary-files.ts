/** Whatever the tests write into the folder for temporary files is gone when they are over. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "consensus-bench-tests-"));

/** Before the processes start that the tests run in: these, and the commands that they try, inherit the name. */
export function setup(): void {
  process.env.TMPDIR = folder;
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
