import { defineConfig } from "vitest/config";

/** Tests that start processes or simulate for long may take their time on a machine that has other work too. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
