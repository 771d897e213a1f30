import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * Tests that start processes or simulate for long may take their time on a machine that has other work too. Files run
 * on all processors: left to itself, the runner keeps one of two free. They share processes, since nothing here is
 * changed for others: a process for each file would take a third more of a processor's time.
 */
export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: availableParallelism(),
    isolate: false,
    globalSetup: "test/temporary-files.ts",
  },
});
