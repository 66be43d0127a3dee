/** How the tests of this tool run; those that start servers belong to `npm run test:sinks`. */
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "tool-database-servers", exclude: [...configDefaults.exclude, "test/servers/**"] },
});
