import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "workflow",
    exclude: [...configDefaults.exclude, "test/faults/**"],
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
