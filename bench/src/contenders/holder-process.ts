/** A process that consumes for a group and gets stuck in its first event, so that it can be killed while it holds one. */

import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";

export interface HoldRequest extends Setup {
  readonly group: string;
  readonly eventType: string;
}

serve({
  /** Resolves with the id of the event that it holds. */
  async hold({ url, prefix, group, eventType }: HoldRequest): Promise<string> {
    const transport = await openTransport(url, { prefix });
    const consumer = new EventStreamer({ transport }).consumeGroup({ group, eventTypes: [eventType] });
    const { value } = await consumer[Symbol.asyncIterator]().next();
    return value!.eventId;
  },
});
