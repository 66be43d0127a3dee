/** The processes of a browser, known by the folder that all of them have among their arguments. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** None where the system has no /proc. What has ended and is not waited for yet (a zombie) has no arguments. */
export function processesOf(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => argumentsOf(pid).includes(`${folder}/`));
}

/** Those that report crashes are no children of the browser's, and end a little later: waits, then ends them. */
export async function endProcessesOf(folder: string, graceMs = 5_000): Promise<void> {
  const killsAt = performance.now() + graceMs;
  for (;;) {
    const pids = processesOf(folder);
    if (pids.length === 0) return;
    if (performance.now() > killsAt) for (const pid of pids) kill(pid);
    await sleep(10);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // gone
  }
}
