/** `@attune/cli`: the `attune` command. Programs find here only how to write an `attune.config.ts`. */
import type { AttuneConfig } from "./store/config-file.ts";

export type { AttuneConfig } from "./store/config-file.ts";

/** For `attune.config.ts`: `export default defineConfig({ url: "redis://127.0.0.1:6379" })`. */
export function defineConfig(config: AttuneConfig): AttuneConfig {
  return config;
}
