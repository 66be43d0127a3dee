/** How the tests of the demonstrations run: against the sources of the packages. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: { name: "demo" },
});
