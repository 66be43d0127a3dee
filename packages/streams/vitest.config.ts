import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@attune/source"] },
  ssr: { resolve: { conditions: ["@attune/source"] } },
  test: {
    name: "streams",
    globalSetup: ["../../tools/redis-server/src/vitest-global-setup.ts"],
  },
});
