/** What processes take of the machine, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** Of user and system mode, in seconds, by process; Linux counts in hundredths. */
export type CpuSeconds = ReadonlyMap<number, number>;

export function cpuSecondsOf(pids: readonly number[]): CpuSeconds {
  return new Map(pids.map((pid) => [pid, cpuSecondsOfOne(pid)]));
}

/** What was used between two looks, in seconds; of a process that ended between the two, nothing. */
export function cpuSecondsBetween(before: CpuSeconds, after: CpuSeconds): number {
  let seconds = 0;
  for (const [pid, used] of after) seconds += used - (before.get(pid) ?? 0);
  return seconds;
}

/** Bytes of memory; what several of the processes share counts once. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((bytes, pid) => bytes + kibibytesIn(`/proc/${pid}/smaps_rollup`, "Pss") * 1024, 0);
}

export function residentMemoryOf(pid: number): number {
  return kibibytesIn(`/proc/${pid}/status`, "VmRSS") * 1024;
}

/** All processes of a browser have its folder among their arguments. */
export function processesIn(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readOrNothing(`/proc/${name}/cmdline`).includes(`${folder}/`))
    .map(Number);
}

function cpuSecondsOfOne(pid: number): number {
  const text = readOrNothing(`/proc/${pid}/stat`);
  if (text === "") return 0;
  // The name of the program, in brackets, may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function kibibytesIn(path: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readOrNothing(path))?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
