/** How the tests of this package run: against the sources, without a build. */
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "transport-sqlite",
    exclude: [...configDefaults.exclude, "test/faults/**"],
  },
});
