/** Finds a server's program: on this machine, else in the distribution's packages. */
import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { programFromApt, run, type UnpackedProgram } from "@attune-tools/redis-server";
import { NotHereError } from "./not-here-error.ts";

export interface Wanted {
  /** "PostgreSQL" */
  name: string;
  /** As it is called on the PATH. */
  program: string;
  /** Where it may be besides the PATH. */
  folders: string[];
  /** Debian's. */
  packages: string[];
  /** Where it is in those packages. */
  paths: string[];
  /** In `node_modules/.cache`. */
  cache: string;
  /** Asked with `--version`, this is in what it says, or in its complaint that it does not know the option. */
  answers: RegExp;
}

export interface Located extends UnpackedProgram {
  origin: string;
}

/** Throws `NotHereError` where there is none, with all that was tried. */
export async function locate(wanted: Wanted): Promise<Located> {
  const tried: string[] = [];
  const folders = [...wanted.folders, ...(process.env.PATH ?? "").split(delimiter).filter(isAbsolute)];
  for (const folder of folders) {
    const command = join(folder, wanted.program);
    if (!(await isProgram(command))) continue;
    try {
      await check(wanted, { command, env: {} });
      return { command, env: {}, origin: command };
    } catch (error) {
      tried.push((error as Error).message);
    }
  }
  try {
    const fetched = await programFromApt({
      cache: join(import.meta.dirname, "../../../node_modules/.cache", wanted.cache),
      attempts: [
        { lists: "system", packages: wanted.packages },
        { lists: "fresh", packages: wanted.packages },
      ],
      paths: wanted.paths,
      check: (program) => check(wanted, program),
    });
    const origin = `${fetched.command} (the distribution's package, not installed)`;
    return { ...fetched, origin };
  } catch (error) {
    tried.push((error as Error).message);
    const reasons = tried.map((reason) => `  ${reason.replaceAll("\n", "\n  ")}`).join("\n");
    throw new NotHereError(
      `no ${wanted.name}: none that runs is on this machine, and none could be fetched with apt:\n${reasons}`,
      { cause: error },
    );
  }
}

/** That it is there is not enough: it has to run on this machine. */
async function check({ answers, name }: Wanted, { command, env }: UnpackedProgram): Promise<void> {
  const said = await run(command, ["--version"], { env, timeoutMs: 20_000 }).catch(
    (error: Error) => error.message,
  );
  if (!answers.test(said)) throw new Error(`${command} --version does not answer like ${name}: ${said}`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
