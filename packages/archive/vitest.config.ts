import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "archive",
    // One process for all files of a worker: none of them changes what others see.
    isolate: false,
    // Thousands of rows, on a machine that does other things beside.
    testTimeout: 20_000,
    exclude: [...configDefaults.exclude, "test/faults/**", "test/servers/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
