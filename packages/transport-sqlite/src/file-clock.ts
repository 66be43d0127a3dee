/**
 * The clock of a file: the machine's monotonic clock, moved to where the wall clock was when the first process after a start of
 * the machine opened the file. All its processes read the same time, and setting the wall clock does not move it.
 */
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { DatabaseSync } from "node:sqlite";

/** Milliseconds of the monotonic clock that all processes of a machine share. */
export type MachineTime = () => number;

// Not `performance.now()`: it counts from the start of the process, and that moment is not known exactly enough.
export const machineTime: MachineTime = () => Number(process.hrtime.bigint()) / 1e6;

const selectNewest = `
SELECT max(
  coalesce((SELECT max(at) / 1000.0 FROM message), 0),
  coalesce((SELECT max(at) / 1000.0 FROM posted), 0),
  coalesce((SELECT max(at) / 1000.0 FROM receipt), 0),
  coalesce((SELECT max(touched_at) FROM bucket), 0),
  coalesce((SELECT max(touched_at) FROM consumer_group), 0)
) AS newest`;

export class FileClock {
  readonly #machineTime: MachineTime;
  readonly #origin: number;

  private constructor(machineTime: MachineTime, origin: number) {
    this.#machineTime = machineTime;
    this.#origin = origin;
  }

  /** The file's clock; `undefined` where it has to be set, since the machine was started. */
  static in(db: DatabaseSync, machineTime: MachineTime): FileClock | undefined {
    const known = db.prepare("SELECT boot, origin FROM clock").get();
    return known?.boot === bootId() ? new FileClock(machineTime, Number(known.origin)) : undefined;
  }

  /** Sets the file's clock by the wall clock. To be called while writing. */
  static set(db: DatabaseSync, machineTime: MachineTime): void {
    // Never before what was stored: the wall clock may have been set back while the machine was off.
    const newest = Number(db.prepare(selectNewest).get()?.newest ?? 0);
    const set = db.prepare("INSERT OR REPLACE INTO clock (number, boot, origin) VALUES (1, ?, ?)");
    set.run(bootId(), Math.max(Date.now(), newest) - machineTime());
  }

  /** Milliseconds, with fractions. */
  now(): number {
    return this.#machineTime() + this.#origin;
  }
}

/** Which start of the machine this is: its monotonic clock begins anew with each. */
function bootId(): string {
  if (process.platform === "linux") {
    try {
      return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    } catch {
      // A container without it: by the time, as elsewhere.
    }
  }
  // To ten minutes. Where two processes round apart the clock is set anew, to the same time.
  return `${process.platform} ${Math.round((Date.now() / 1000 - uptime()) / 600)}`;
}
