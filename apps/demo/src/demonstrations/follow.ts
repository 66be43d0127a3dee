/** Follows all event types of a shared store, live, one line per event. */

import { EventStreamer, type StreamEvent } from "@attune/streams";
import { defaultUrl } from "@attune/transport";
import { clipped } from "@attune-tools/terminal-text";
import { type Demonstration, DemonstrationError, type DemonstrationSetup } from "../demonstration.ts";
import { openStore } from "../open-store.ts";

/** Where the output is no terminal nothing is cut but the absurd. */
const widthOfFiles = 10_000;

export const follow: Demonstration = {
  name: "follow",
  summary: "prints every event of a shared store as it happens, until Ctrl-C",
  options: ["from", "count"],
  run: followEvents,
};

async function followEvents({ url, options, stdout, signal }: DemonstrationSetup): Promise<number> {
  const { from = "now", count = Number.POSITIVE_INFINITY } = options;
  await using transport = await openStore(url, { mayBeAway: true });
  if (transport.capabilities.sharedBy === "process") {
    throw new DemonstrationError(
      `The events in ${transport.location} are seen by this process only, and it publishes none: there is nothing to follow.\n` +
        "Follow a store that processes share, and run the audit on the same one in another terminal:\n" +
        `  npm run demo -- follow --url ${defaultUrl}\n` +
        `  npm run demo -- audit --url ${defaultUrl}`,
      2,
    );
  }
  const consumer = new EventStreamer({ transport }).consumeEvents({ from, signal });
  if (transport.status !== "available") console.error(`waiting for the store at ${transport.location} …`);
  if (!(await becomesReady(consumer.ready, signal))) return 0;
  console.error(`following ${transport.location} from ${from}, Ctrl-C ends`);
  let seen = 0;
  for await (const event of consumer) {
    seen += 1;
    stdout.write(`${asLine(event, stdout.columns || widthOfFiles)}\n`);
    if (seen >= count) break;
  }
  console.error(`${seen} ${seen === 1 ? "event" : "events"}`);
  return 0;
}

/** False when it was ended before: being interrupted while it waits is no error. */
async function becomesReady(ready: Promise<void>, signal: AbortSignal): Promise<boolean> {
  try {
    await ready;
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

function asLine(event: StreamEvent, width: number): string {
  const time = event.timestamp.toISOString().slice(11, 23);
  const data = event.valid ? event.rawData : `(invalid: ${event.invalidReason}) ${event.rawData}`;
  return clipped(`${time}  ${event.eventType.padEnd(18)} ${event.source.padEnd(18)} ${data}`, width);
}
