import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.base.ts";

// The worker thread is started from a file of its own, beside the one that starts it.
export default defineConfig({ ...packageBuild, entry: ["src/index.ts", "src/checkpoint-worker.ts"] });
