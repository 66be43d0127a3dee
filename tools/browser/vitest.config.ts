/** How the tests of this tool run; those that start a browser have a configuration of their own beside them. */
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "tool-browser", exclude: [...configDefaults.exclude, "test/browser/**"] },
});
