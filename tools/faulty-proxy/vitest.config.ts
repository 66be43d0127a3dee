/** How the tests of this tool run. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "tool-faulty-proxy", testTimeout: 30_000 } });
