import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "dashboard",
    // Each file leaves nothing behind, so the next one need not load everything anew.
    isolate: false,
    // Servers are started.
    testTimeout: 30_000,
    exclude: [...configDefaults.exclude, "test/e2e/**", "test/faults/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
