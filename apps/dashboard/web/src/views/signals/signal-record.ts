/** A signal as the page knows it: from the event that tells of it, or from `/api/signals`. */
import type { EventJson } from "../../../../src/protocol/records.ts";

export const signalEventType = "coordination_signal";

export interface SignalRecord {
  readonly signalId: string;
  /** `null`: not known yet, since the event was too large to be pushed. */
  readonly type: string | null;
  readonly source: string;
  /** `null`: to all. `undefined`: not known yet. */
  readonly target: string | null | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ttlSeconds: number | null;
  readonly payload: unknown;
  /** Of the event whose data was left out: where the whole can be had. */
  readonly leftOut?: {
    readonly eventId: string;
    readonly bytes: number;
    /** Nobody tries to read it any more. */
    readonly isLost?: boolean;
  };
}

/** `undefined`: it tells of no signal. */
export function signalOfEvent(event: EventJson): SignalRecord | undefined {
  if (event.event_type !== signalEventType) return undefined;
  const at = Date.parse(event.timestamp ?? "");
  if (event.data === undefined && event.data_bytes !== undefined) {
    return {
      signalId: `event ${event.event_id}`,
      type: null,
      source: event.source,
      target: undefined,
      at,
      ttlSeconds: null,
      payload: undefined,
      leftOut: { eventId: event.event_id, bytes: event.data_bytes },
    };
  }
  return signalOfJson(event.data, at);
}

/** From the names of the wire; whatever else somebody published there is none. */
export function signalOfJson(data: unknown, publishedAt = Number.NaN): SignalRecord | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { signal_id, signal_type, source_agent, target_agent, payload, timestamp, ttl_seconds } =
    data as Readonly<Record<string, unknown>>;
  if (typeof signal_id !== "string" || typeof signal_type !== "string" || typeof source_agent !== "string")
    return undefined;
  if (target_agent !== null && typeof target_agent !== "string") return undefined;
  return {
    signalId: signal_id,
    type: signal_type,
    source: source_agent,
    target: target_agent,
    at: Number.isNaN(publishedAt) ? timeOf(timestamp) : publishedAt,
    ttlSeconds: typeof ttl_seconds === "number" ? ttl_seconds : null,
    payload: payload ?? null,
  };
}

/** Without a zone it is UTC, as Python programs write it. */
function timeOf(text: unknown): number {
  if (typeof text !== "string") return Number.NaN;
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
}
