/** A stream that the reading figures have filled beforehand: the same entries for all of their contenders. */
import { EventStreamer } from "@attune/streams";
import type { Setup } from "../harness/figure.ts";
import { openStreamer } from "./open-clients.ts";
import { sampleData } from "./sample-event.ts";

export const fullStream = "full";
const batchSize = 1000;

export async function fillStream(setup: Setup, events: number): Promise<void> {
  const { transport } = await openStreamer(setup);
  // Trimming is approximate, and must not take anything here.
  const streamer = new EventStreamer({ transport, maxLength: 10 * events });
  try {
    await streamer.deleteStream(fullStream);
    for (let first = 0; first < events; first += batchSize) {
      const batch = Array.from({ length: Math.min(batchSize, events - first) }, (_, i) => ({
        eventType: fullStream,
        data: { ...sampleData, step: first + i },
      }));
      if ((await streamer.publishEvents(batch)).includes("")) throw new Error("not stored");
    }
  } finally {
    await transport.close();
  }
}
