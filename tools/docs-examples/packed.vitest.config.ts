/** `npm run test:packed`: the packages as npm would publish them, packed and installed into empty projects. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    name: "packed",
    include: ["test/packed/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ["../redis-server/src/vitest-global-setup.ts"],
  },
});
