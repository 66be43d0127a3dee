/** How the examples of the documents and the packed packages are tested: as processes of their own, on a real Redis. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "docs-examples",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ["../redis-server/src/vitest-global-setup.ts"],
  },
});
