/** The processes of a terminal: those of its session, and whom they have started since, in sessions of their own too. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Known by when it started as well: a pid may belong to another process a moment later. */
export interface KnownProcess {
  pid: number;
  startedAt: string;
}

interface Status extends KnownProcess {
  state: string;
  parent: number;
  session: number;
}

/** The leader of the session first. Where the system has no /proc, it alone. */
export function processesOn(leader: number): KnownProcess[] {
  const all = everyProcess();
  if (all.length === 0) return [{ pid: leader, startedAt: "" }];
  const found = new Set([leader]);
  // A child has often, but not always, a higher number than its parent.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent, session } of all) if (session === leader || found.has(parent)) found.add(pid);
  }
  return all
    .filter(({ pid }) => found.has(pid))
    .sort((one, other) => Number(other.pid === leader) - Number(one.pid === leader));
}

/** SIGKILL to all, and waits until all are gone. */
export async function endProcesses(processes: readonly KnownProcess[]): Promise<void> {
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    for (const each of processes) {
      if (!isRunning(each)) continue;
      try {
        process.kill(each.pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }
  while (processes.some(isRunning)) await sleep(5);
}

export function isRunning({ pid, startedAt }: KnownProcess): boolean {
  if (startedAt !== "") {
    const status = statusOf(pid);
    return status !== undefined && status.startedAt === startedAt && status.state !== "Z";
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function everyProcess(): Status[] {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => statusOf(Number(pid))).filter((status) => status !== undefined);
  } catch {
    return [];
  }
}

/** From /proc/PID/stat; the name in it is in brackets, and may itself hold blanks and brackets. */
function statusOf(pid: number): Status | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      state: fields[0]!,
      parent: Number(fields[1]),
      session: Number(fields[3]),
      startedAt: fields[19]!,
    };
  } catch {
    return undefined; // gone
  }
}
