import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "cli",
    // One process for all files of a worker: none of them changes what others see.
    isolate: false,
    // Each test starts programs.
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    exclude: [...configDefaults.exclude, "test/terminal/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
