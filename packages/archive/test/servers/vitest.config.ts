/** `npm run test:sinks`: the sinks on real servers, which are started for it, killed and started again; and those of other makers. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../../..", import.meta.url)),
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "sinks",
    include: [
      "packages/archive/test/servers/**/*.test.ts",
      "tools/database-servers/test/servers/**/*.test.ts",
    ],
    // Servers are started, killed and started again, on a machine that does other things beside.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
