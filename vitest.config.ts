import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tools/*"],
    globalSetup: ["./tools/redis-server/src/vitest-global-setup.ts"],
    reporters: ["default", "./tools/redis-server/src/not-tested-reporter.ts"],
  },
});
