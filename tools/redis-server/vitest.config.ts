/** How the tests of this tool run. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  // A machine may do other things beside, or stand still for seconds.
  test: { name: "tool-redis-server", testTimeout: 30_000, expect: { poll: { timeout: 15_000 } } },
});
