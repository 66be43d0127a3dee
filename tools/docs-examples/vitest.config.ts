/** How the examples of the documents are tested: as processes of their own, on a real Redis. Packed packages: see packed.vitest.config.ts. */
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "docs-examples",
    exclude: [...configDefaults.exclude, "test/packed/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ["../redis-server/src/vitest-global-setup.ts"],
  },
});
