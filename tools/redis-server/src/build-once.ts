/** Makes a directory exactly once, however many processes want it at the same time. */
import { randomUUID } from "node:crypto";
import { link, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock older than this is of a process that hangs or of another machine: milliseconds. */
const staleAfterMs = 10 * 60_000;

export interface BuildOnceOptions {
  /** The directory wanted. */
  dir: string;
  /** Whether the directory is there and in order. */
  isGood(): Promise<boolean>;
  /** Fills a scratch directory beside it, which is then renamed. */
  build(scratch: string): Promise<void>;
}

/**
 * The rename is what makes it correct: a reader sees a finished directory or none. The lock only saves
 * the others the work, so taking over a dead process's lock may be a race, and the worst is work done twice.
 */
export async function buildOnce({ dir, isGood, build }: BuildOnceOptions): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  const lock = `${dir}.lock`;
  while (!(await isGood())) {
    if (!(await takeLock(lock))) {
      await sleep(100);
      continue;
    }
    try {
      if (await isGood()) return;
      await buildAndRename(dir, isGood, build);
    } finally {
      await rm(lock, { force: true });
    }
    if (!(await isGood())) throw new Error(`${dir} was made, but what is in it does not work`);
  }
}

async function buildAndRename(
  dir: string,
  isGood: BuildOnceOptions["isGood"],
  build: BuildOnceOptions["build"],
): Promise<void> {
  const scratch = await mkdtemp(`${dir}.building-`);
  try {
    await build(scratch);
    await rm(dir, { recursive: true, force: true });
    try {
      await rename(scratch, dir);
    } catch (error) {
      // somebody who also believed to hold the lock was faster; theirs is as good as ours, if it is good
      if (!(await isGood())) throw error;
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** True when the lock is ours now; false when somebody living has it, or a dead one's was just removed. */
async function takeLock(lock: string): Promise<boolean> {
  const mine = `${lock}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    // a link appears with its content at once, so nobody ever reads a lock without its owner's pid
    await link(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    return false;
  } finally {
    await rm(mine, { force: true });
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(lock, "utf8"));
    return Date.now() - (await stat(lock)).mtimeMs > staleAfterMs || !isAlive(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false; // released just now
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
