/** One start at a time in a folder: two servers on the same files would destroy them. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./is-alive.ts";

/** Resolves once nobody else is starting one; disposing lets the next one in. */
export async function lockStart(folder: string, signal: AbortSignal): Promise<Disposable> {
  const path = join(folder, "starting.pid");
  while (!take(path)) {
    signal.throwIfAborted();
    if (isLeftOver(path)) rmSync(path, { force: true });
    else await sleep(50);
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

function take(path: string): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Whoever made it has ended. */
function isLeftOver(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false; // gone meanwhile
  }
}
