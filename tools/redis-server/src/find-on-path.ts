/** Looks for a server on the PATH, and takes only one that runs. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { serverVersion } from "./server-version.ts";

/** The first of the programs on the PATH that really runs; undefined and the reasons in `rejected` if there is none. */
export async function findOnPath(
  names: string[],
  path: string = process.env.PATH ?? "",
): Promise<{ command: string | undefined; rejected: Error[] }> {
  const rejected: Error[] = [];
  for (const name of names) {
    for (const directory of path.split(delimiter).filter(isAbsolute)) {
      const command = join(directory, name);
      if (!(await isExecutableFile(command))) continue;
      try {
        await serverVersion(command);
        return { command, rejected };
      } catch (error) {
        rejected.push(error as Error);
      }
    }
  }
  return { command: undefined, rejected };
}

/** A device in the program's place (a bind mount of /dev/null hides programs that way) is no file. */
async function isExecutableFile(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "ELOOP") return false;
    throw error;
  }
}
