/** Looks for a server's program on PATH. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

const programs = ["redis-server", "valkey-server"];

export async function findServer(path = ""): Promise<string | undefined> {
  for (const program of programs) {
    for (const folder of path.split(delimiter).filter(isAbsolute)) {
      const file = join(folder, program);
      if (await isProgram(file)) return file;
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
