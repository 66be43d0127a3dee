/** `npm run test:terminal`: what draws on a terminal, in a real one. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../../..", import.meta.url)),
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "terminal",
    include: ["packages/cli/test/terminal/**/*.test.ts"],
    // Programs are started on a machine that does other things beside.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // How much a program takes is measured: one at a time.
    fileParallelism: false,
  },
});
