/** Finds tmux on this machine, else in the distribution's packages. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { NotHereError } from "@attune-tools/database-servers";
import { programFromApt, run, type UnpackedProgram } from "@attune-tools/redis-server";

export interface LocatedTmux extends UnpackedProgram {
  /** Where it came from, for a human. */
  origin: string;
}

const defaultCache = join(import.meta.dirname, "../../../node_modules/.cache/attune-tmux");

/** Throws `NotHereError` where there is none, with all that was tried. */
export async function locateTmux(
  path: string = process.env.PATH ?? "",
  cache: string = defaultCache,
): Promise<LocatedTmux> {
  const tried: string[] = [];
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const command = join(folder, "tmux");
    if (!(await isProgram(command))) continue;
    try {
      await check({ command, env: {} });
      return { command, env: {}, origin: command };
    } catch (error) {
      tried.push((error as Error).message);
    }
  }
  try {
    const fetched = await programFromApt({
      cache,
      attempts: [
        { lists: "system", packages: ["tmux"] },
        { lists: "fresh", packages: ["tmux"] },
      ],
      paths: ["usr/bin/tmux"],
      check,
    });
    return { ...fetched, origin: `${fetched.command} (the distribution's package, not installed)` };
  } catch (error) {
    tried.push((error as Error).message);
    const reasons = tried.map((reason) => `  ${reason.replaceAll("\n", "\n  ")}`).join("\n");
    throw new NotHereError(
      `no tmux: none that runs is on the PATH, and none could be fetched with apt:\n${reasons}`,
      { cause: error },
    );
  }
}

/** Before 3.2 a server cannot stay the child of who started it (-D). */
async function check({ command, env }: UnpackedProgram): Promise<void> {
  const said = (await run(command, ["-V"], { env, timeoutMs: 20_000 })).trim();
  const version = /^tmux (?:next-)?(\d+\.\d+)?/.exec(said);
  if (!version || Number(version[1] ?? 4) < 3.2)
    throw new Error(`${command} is not tmux 3.2 or later: ${said}`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
