/** For suite-notices.test.ts: runs the fixtures, which plain `vitest` leaves alone. */
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.config.ts";

export default mergeConfig(base, defineConfig({ test: { include: ["test/*.fixture.ts"], maxWorkers: 3 } }));
