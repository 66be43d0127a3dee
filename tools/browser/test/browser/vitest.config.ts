/** The tests of this tool that start a browser, which a fresh machine has to fetch first. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../../..", import.meta.url)),
  test: {
    name: "tool-browser-started",
    include: ["tools/browser/test/browser/**/*.test.ts"],
    testTimeout: 60_000,
    // The first hook may have to install the browser.
    hookTimeout: 900_000,
  },
});
