/** Finds Chromium on this machine, else installs the distribution's where that is possible. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { NotHereError } from "@attune-tools/database-servers";
import { run } from "@attune-tools/redis-server";
import { installChromium } from "./install-chromium.ts";

export interface LocatedChromium {
  command: string;
  /** "Chromium 140.0.7339.80 ..." */
  version: string;
}

export interface LocateChromiumOptions {
  /** Where to look. Default: this process's PATH. */
  path?: string;
  /** Puts one on the PATH, or throws. */
  install?: () => Promise<void>;
}

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * The one that `ATTUNE_CHROMIUM` names, which has to run. Else one on the PATH, or installed with apt-get; throws
 * `NotHereError` where there is none, with all that was tried.
 */
export async function locateChromium({
  path = process.env.PATH ?? "",
  install = installChromium,
}: LocateChromiumOptions = {}): Promise<LocatedChromium> {
  const named = process.env.ATTUNE_CHROMIUM;
  if (named) return check(named);
  const rejected: string[] = [];
  const found = await findOnPath(path, rejected);
  if (found) return found;
  try {
    await install();
    const installed = await findOnPath(path, rejected);
    if (installed) return installed;
    rejected.push("it was installed, and is not on the PATH");
  } catch (error) {
    rejected.push((error as Error).message);
  }
  const reasons = rejected.map((reason) => `  ${reason.replaceAll("\n", "\n  ")}`).join("\n");
  throw new NotHereError(
    `no Chromium: none that runs is named by ATTUNE_CHROMIUM or on the PATH, and none could be installed:\n${reasons}`,
  );
}

async function findOnPath(path: string, rejected: string[]): Promise<LocatedChromium | undefined> {
  for (const name of names) {
    for (const folder of path.split(delimiter).filter(isAbsolute)) {
      const command = join(folder, name);
      if (!(await isProgram(command))) continue;
      try {
        return await check(command);
      } catch (error) {
        rejected.push((error as Error).message);
      }
    }
  }
  return undefined;
}

/** That it is there is not enough: in Ubuntu a program of that name only says where to get one. */
async function check(command: string): Promise<LocatedChromium> {
  const said = (await run(command, ["--version"], { timeoutMs: 60_000 })).trim();
  if (!/\bChrom(?:e|ium) \d+\./.test(said))
    throw new Error(`${command} --version does not answer like Chromium: ${said}`);
  return { command, version: said };
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
