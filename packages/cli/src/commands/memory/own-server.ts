/** The Redis of this folder: where its data is, and which process it is. */
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { askRedis } from "./ask-redis.ts";
import { isAlive } from "./is-alive.ts";

export interface OwnServer {
  readonly pid: number;
  readonly port: number;
}

export function folderOf(cwd: string): string {
  return resolve(cwd, ".attune", "redis");
}

/** For its owner's eyes only: the fleet's data is in it. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

function pidFile(folder: string): string {
  return join(folder, "server.json");
}

/** `undefined`: none was started here, or the file is damaged. */
export function readServer(folder: string): OwnServer | undefined {
  try {
    const { pid, port } = JSON.parse(readFileSync(pidFile(folder), "utf8")) as Partial<OwnServer>;
    if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(port) || pid! <= 1) return undefined;
    return { pid: pid!, port: port! };
  } catch {
    return undefined;
  }
}

export function rememberServer(folder: string, server: OwnServer): void {
  writeFileSync(pidFile(folder), `${JSON.stringify(server)}\n`);
}

export function forgetServer(folder: string): void {
  rmSync(pidFile(folder), { force: true });
}

/**
 * Whether the process that was started is the one that answers at its port. A process id is given to another program once the
 * server is gone; nobody else's is to be ended.
 */
export async function answersAs({ pid, port }: OwnServer): Promise<boolean> {
  const info = await askRedis(port, "INFO server");
  return info !== undefined && Number(/^process_id:(\d+)/m.exec(info)?.[1]) === pid;
}

/** Whether it runs at all, be it that it hangs. */
export async function isRunning(server: OwnServer, folder: string): Promise<boolean> {
  return (await answersAs(server)) || (isAlive(server.pid) && isServerOf(server.pid, folder));
}

/** Known on Linux only: elsewhere nothing is ended that does not say itself who it is. */
export function isServerOf(pid: number, folder: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return /(redis|valkey)-server/.test(words) && realpathSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}
