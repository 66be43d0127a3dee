/** A dead letter: an event that a group gave up, with the reason; and the record that it is kept as. */
import { createHash } from "node:crypto";
import type { JsonValue, StoredRecord } from "@attune/transport";

export interface DeadLetter {
  readonly group: string;
  readonly eventType: string;
  /** Of the event as it was published. */
  readonly eventId: string;
  /** When the publisher made it. */
  readonly timestamp: Date;
  readonly source: string;
  /** `null` where it is not JSON, or was too large to be kept. */
  readonly data: JsonValue;
  /** The data as it was stored; `null`: it was larger than this transport's `maxPayloadBytes`, or no well-formed text, and is not kept. */
  readonly rawData: string | null;
  /** Why it was given up: the last error's text, at most about 1500 characters. */
  readonly error: string;
  /** How often it was delivered. */
  readonly deliveryCount: number;
  /** Who had it last. */
  readonly consumer: string;
  readonly failedAt: Date;
}

/** What is needed to make one. */
export type NewDeadLetter = Omit<DeadLetter, "data" | "failedAt" | "rawData"> & {
  readonly rawData: string;
  /** Of an event that was replayed: which replay of it was given up. */
  readonly replayId?: string | undefined;
};

const maxErrorCharacters = 1500;

/** One bucket per group, so that a group's dead letters can be counted and listed without the others'. */
export function bucketOf(group: string): string {
  return `dead-letters-${createHash("sha256").update(group).digest("hex").slice(0, 32)}`;
}

/**
 * The same event given up again is the same record; replayed, and given up again, it is another one, so that forgetting the one
 * that was replayed cannot hit it.
 */
export function keyOf({ eventType, eventId, replayId }: NewDeadLetter): string {
  const key = `${eventId}.${createHash("sha256").update(eventType).digest("base64url").slice(0, 22)}`;
  return replayId === undefined ? key : `${key}.${replayId}`;
}

/** A line of JSON about it, and behind it the data as it is: text within JSON could take twice its size. */
export function toValue(letter: NewDeadLetter, failedAt: Date, withData: boolean): string {
  const head = JSON.stringify({
    group: letter.group,
    event_type: letter.eventType,
    event_id: letter.eventId,
    timestamp: letter.timestamp.toISOString(),
    source: letter.source,
    error: letter.error.toWellFormed().slice(0, maxErrorCharacters).toWellFormed(),
    delivery_count: letter.deliveryCount,
    consumer: letter.consumer,
    failed_at: failedAt.toISOString(),
    data_kept: withData,
  });
  return withData ? `${head}\n${letter.rawData}` : head;
}

interface Head {
  readonly group: string;
  readonly event_type: string;
  readonly event_id: string;
  readonly timestamp: string;
  readonly source: string;
  readonly error: string;
  readonly delivery_count: number;
  readonly consumer: string;
  readonly failed_at: string;
  readonly data_kept: boolean;
}

export function toDeadLetter({ value }: StoredRecord): DeadLetter {
  const end = value.indexOf("\n");
  const head = JSON.parse(end < 0 ? value : value.slice(0, end)) as Head;
  const rawData = head.data_kept ? value.slice(end + 1) : null;
  return {
    group: head.group,
    eventType: head.event_type,
    eventId: head.event_id,
    timestamp: new Date(head.timestamp),
    source: head.source,
    data: rawData === null ? null : parsed(rawData),
    rawData,
    error: head.error,
    deliveryCount: head.delivery_count,
    consumer: head.consumer,
    failedAt: new Date(head.failed_at),
  };
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null; // `rawData` has it
  }
}
