/** The processes that a server has started: PostgreSQL has one for each connection, each in a session of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Signallable {
  readonly pid: number;
  readonly running: boolean;
  signal(signal: NodeJS.Signals): void;
}

/** Those whose parent it is, now. None where the system has no /proc. */
export function childrenOf(pid: number): Signallable[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
    .map(child);
}

/** SIGKILL to all at once; resolves when all are gone. */
export async function endAll(processes: Signallable[]): Promise<void> {
  for (const each of processes) each.signal("SIGKILL");
  while (processes.some((each) => each.running)) await sleep(5);
}

/** Known by when it started as well: a pid may belong to another process a moment later. */
function child(pid: number): Signallable {
  const startedAt = statusOf(pid)?.startedAt;
  const isSame = () => {
    const status = statusOf(pid);
    return status !== undefined && status.startedAt === startedAt && status.state !== "Z";
  };
  return {
    pid,
    get running() {
      return isSame();
    },
    signal(signal) {
      if (!isSame()) return;
      try {
        process.kill(pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    },
  };
}

function parentOf(pid: number): number | undefined {
  return statusOf(pid)?.parent;
}

/** From /proc/PID/stat; the name in it is in brackets, and may itself hold blanks and brackets. */
function statusOf(pid: number): { state: string; parent: number; startedAt: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0]!, parent: Number(fields[1]), startedAt: fields[19]! };
  } catch {
    return undefined; // gone
  }
}
