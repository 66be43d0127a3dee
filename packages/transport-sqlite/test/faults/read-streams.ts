/** Everything that is in some streams: each one's entries in their order. */
import type { StreamEntry, Transport } from "@attune/transport";

export async function readStreams(
  transport: Transport,
  eventTypes: readonly string[],
): Promise<StreamEntry[]> {
  const entries: StreamEntry[] = [];
  const after = new Map(eventTypes.map((eventType) => [eventType, "0-0"]));
  for (;;) {
    const pages = await transport.streams.read(after, { count: 1000, blockMs: 0 });
    if (pages.length === 0) return entries;
    for (const page of pages) {
      entries.push(...page.entries);
      after.set(page.eventType, page.entries.at(-1)!.id);
    }
  }
}
