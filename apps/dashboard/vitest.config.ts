import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "dashboard",
    // Servers are started.
    testTimeout: 30_000,
    exclude: [...configDefaults.exclude, "test/e2e/**", "test/faults/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
