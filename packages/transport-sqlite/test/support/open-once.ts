/** Opens a store once in a process of its own, and says what became of it. */
import { type RunOptions, runScript } from "./run-script.ts";
import type { OpenOnceArgument, OpenOnceResult } from "./scripts/open-once.ts";

export function openOnce(argument: OpenOnceArgument, options: RunOptions = {}): Promise<OpenOnceResult> {
  const { ATTUNE_URL: _, ...env } = process.env;
  return runScript<OpenOnceResult>(new URL("./scripts/open-once.ts", import.meta.url), argument, {
    env,
    ...options,
  });
}
