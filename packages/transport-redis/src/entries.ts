/** From replies of the server to entries. */
import type { StreamEntry } from "@attune/transport";

/** An entry as XREAD and XRANGE give it: id, and names and values in turn. */
export type EntryReply = [id: string, fields: string[] | null];

export function toEntry([id, fields]: EntryReply): StreamEntry {
  // Ours, and those of the Python original: always these four, in this order.
  if (
    fields?.length === 8 &&
    fields[0] === "event_type" &&
    fields[2] === "timestamp" &&
    fields[4] === "data" &&
    fields[6] === "source"
  ) {
    return { id, eventType: fields[1], timestamp: fields[3], data: fields[5], source: fields[7] };
  }
  return {
    id,
    eventType: fieldOf(fields, "event_type"),
    timestamp: fieldOf(fields, "timestamp"),
    data: fieldOf(fields, "data"),
    source: fieldOf(fields, "source"),
  };
}

function fieldOf(fields: readonly string[] | null, name: string): string | undefined {
  if (!fields) return undefined;
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
}
