import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "streams",
    // One process for all files of a worker: none of them changes what others see.
    isolate: false,
    // A machine may do other things beside, or stand still for seconds.
    testTimeout: 20_000,
    exclude: [...configDefaults.exclude, "test/faults/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
