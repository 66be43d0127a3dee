import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "feedback",
    // One process for all files of a worker: none of them changes what others see.
    isolate: false,
    // Hundreds of calls one after the other, on a file and on Redis.
    testTimeout: 20_000,
    exclude: [...configDefaults.exclude, "test/faults/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
