/** A small test run of two projects that both ask for Redis, run by vitest-global-setup.test.ts. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const setup = join(import.meta.dirname, "../../src/vitest-global-setup.ts");
const reporter = join(import.meta.dirname, "../../src/not-tested-reporter.ts");
const project = (name: string) => ({
  test: { name, root: import.meta.dirname, globalSetup: setup, include: ["*.fixture.ts"] },
});

export default defineConfig({
  test: {
    root: import.meta.dirname,
    reporters: ["default", reporter],
    projects: [project("one"), project("two")],
  },
});
