/** `npm run test:e2e`: the built page in a real Chromium, on real stores. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../../..", import.meta.url)),
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "e2e",
    include: [
      "apps/dashboard/test/e2e/**/*.test.ts",
      "apps/dashboard/test/faults/**/*.test.ts",
      "tools/browser/test/browser/**/*.test.ts",
    ],
    env: { ATTUNE_TEST_REQUIRE_BROWSER: "1" },
    // A browser, a server, a store and a fleet share two cores.
    testTimeout: 120_000,
    // The first hook may have to install the browser.
    hookTimeout: 900_000,
    fileParallelism: false,
    globalSetup: ["tools/redis-server/src/vitest-global-setup.ts"],
  },
});
