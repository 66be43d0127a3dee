/** How the tests of this package run: against the sources, without a build. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "transport",
    // One process for all files of a worker: none of them changes what others see.
    isolate: false,
    // A machine may do other things beside, or stand still for seconds.
    testTimeout: 20_000,
  },
});
