import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
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
