import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * Tests that start processes or simulate for long may take their time on a machine that has other work too. Files run
 * on all processors: left to itself, the runner keeps one of two free.
 */
export default defineConfig({
  test: { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: availableParallelism() },
});
