/**
 * What is replayed goes to the group that gave it up, and to no other reader of the stream: through a stream of the group's
 * own, whose entries carry the event as it was.
 */
import { createHash } from "node:crypto";
import { type AppendRequest, isEntryId, type StreamEntry } from "@attune/transport";
import type { DeadLetter } from "./dead-letter.ts";

/** Streams whose types begin so are the features' own: consumers of "all" types do not get them. */
const prefix = "attune:retry:";

/** Nothing is trimmed in practice: what was worked off is removed by the consumers. */
const maxLength = 10_000_000;

export function retryTypeOf(group: string): string {
  // An event type may be no longer than a group's name.
  return prefix + (Buffer.byteLength(group) > 200 ? hashOf(group) : group);
}

function hashOf(group: string): string {
  return createHash("sha256").update(group).digest("hex");
}

export function toRetry(letter: DeadLetter & { readonly rawData: string }): AppendRequest {
  const { group, eventType, eventId, timestamp, source, rawData, failedAt } = letter;
  return {
    eventType: retryTypeOf(group),
    timestamp: timestamp.toISOString(),
    data: rawData,
    // In here, since the data may be as large as data can be.
    source: JSON.stringify({ event_type: eventType, event_id: eventId, source }),
    maxLength,
    idempotencyKey: `${eventId} ${failedAt.getTime()} ${hashOf(eventType).slice(0, 16)}`,
  };
}

/** The event as it was published; `undefined` for an entry that somebody else put here. */
export function fromRetry(
  entry: StreamEntry,
): { readonly entry: StreamEntry; readonly eventType: string } | undefined {
  let origin: unknown;
  try {
    origin = JSON.parse(entry.source ?? "");
  } catch {
    return undefined;
  }
  if (typeof origin !== "object" || origin === null) return undefined;
  const { event_type, event_id, source } = origin as Record<string, unknown>;
  if (typeof event_type !== "string" || !isEntryId(event_id) || typeof source !== "string") return undefined;
  return { entry: { ...entry, id: event_id, eventType: event_type, source }, eventType: event_type };
}
