import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./vitest.longest-first.ts";

// Tests start hundreds of processes that load the same sources. Node keeps what it has made of them, by their content.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("node_modules/.cache/node-compile", import.meta.url),
);

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      "packages/*",
      "apps/*",
      "tools/*",
      {
        // Faults: real servers killed and stopped, connections broken. `npm run test:faults` runs these alone.
        resolve: { conditions: ["@attune/source"] },
        ssr: { resolve: { conditions: ["@attune/source"] } },
        test: {
          name: "faults",
          include: ["packages/*/test/faults/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
    ],
    globalSetup: ["./tools/redis-server/src/vitest-global-setup.ts"],
    reporters: ["default", "./tools/redis-server/src/not-tested-reporter.ts"],
  },
});
