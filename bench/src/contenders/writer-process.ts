/** One of several processes that write to the same file without a pause. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import { openBareLog, pathOf } from "./bare-sqlite.ts";
import { openStreamer } from "./open-clients.ts";
import { sampleData } from "./sample-event.ts";
import { monotonicMs } from "./stamp.ts";

export interface OpenWriter extends Setup {
  /** `"bare"`: node:sqlite, which waits for the others within its calls. `"none"`: encodes events, and writes nothing. */
  readonly kind: "attune" | "bare" | "none";
}

export interface WriteOrder {
  /** By the machine's clock: all begin together. */
  readonly startAt: number;
  readonly ms: number;
  readonly inFlight: number;
}

export interface Written {
  readonly events: number;
  readonly failures: number;
  /** For how long the event loop did not turn at worst, in milliseconds. */
  readonly blockedMs: number;
}

/** Writes an event; false: it is not known to be stored. */
type Write = () => Promise<boolean>;

/** How finely the event loop is watched. */
const resolutionMs = 1;
/** How long SQLite waits for the other writers. */
const bareTimeoutMs = 5000;

let write: Write;

serve({
  async open(given: OpenWriter) {
    if (given.kind === "attune") write = await attuneWrite(given);
    else write = given.kind === "bare" ? bareWrite(given) : noWrite();
  },

  async write({ startAt, ms, inFlight }: WriteOrder): Promise<Written> {
    await sleep(startAt - monotonicMs());
    const delay = monitorEventLoopDelay({ resolution: resolutionMs });
    delay.enable();
    let events = 0;
    let failures = 0;
    const until = startAt + ms;
    const loop = async () => {
      while (monotonicMs() < until) {
        if (await write().catch(() => false)) events++;
        else failures++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, loop));
    // A block that is not over yet is seen by the next turn only.
    await sleep(2 * resolutionMs);
    delay.disable();
    return { events, failures, blockedMs: delay.max / 1e6 - resolutionMs };
  },
});

async function attuneWrite(setup: Setup): Promise<Write> {
  const { streamer } = await openStreamer(setup);
  return async () => (await streamer.publishEvent("written", sampleData)) !== "";
}

/** Its event loop turns after each write: it would not until the end of the round otherwise. */
function bareWrite(setup: Setup): Write {
  const log = openBareLog(pathOf(setup), { timeout: bareTimeoutMs });
  return async () => {
    log.insert();
    await turn();
    return true;
  };
}

function noWrite(): Write {
  return async () => {
    JSON.stringify({ ...sampleData, timestamp: new Date().toISOString() });
    await turn();
    return true;
  };
}
