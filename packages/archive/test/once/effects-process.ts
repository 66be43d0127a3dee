/** Runs scripts/effects.ts to its end. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EffectsArgument } from "./scripts/effects.ts";

const script = fileURLToPath(new URL("scripts/effects.ts", import.meta.url));

/** How many effects it has done, and the signal that ended it. */
export function effectsProcess(
  argument: EffectsArgument,
): Promise<{ done: number; signal: NodeJS.Signals | undefined }> {
  return new Promise((resolve, reject) => {
    const args = ["--conditions=@attune/source", script, JSON.stringify(argument)];
    execFile(process.execPath, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error && error.signal !== "SIGKILL") return reject(new Error(stderr || error.message));
      resolve({ done: Number(stdout), signal: error?.signal ?? undefined });
    });
  });
}
