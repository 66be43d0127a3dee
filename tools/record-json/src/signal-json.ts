/** A signal as it is shown, whether it was found in a mailbox or in the events; and as JSON, in the names of the wire. */
import type { CoordinationSignal, coordinationSignal } from "@attune/signals";
import type { EventsOf } from "@attune/streams";
import { isoTime } from "./iso-time.ts";

export type SignalEvent = EventsOf<readonly [typeof coordinationSignal]>;

export interface SeenSignal extends Omit<CoordinationSignal, "ttlMs"> {
  /** `null`: it does not say. */
  readonly ttlMs: number | null;
}

type SignalData = Extract<SignalEvent, { valid: true }>["data"];

export function signalOfEvent(data: SignalData, publishedAt: Date): SeenSignal {
  const { signal_id, signal_type, source_agent, target_agent, payload = null, timestamp, ttl_seconds } = data;
  return {
    signalId: signal_id,
    signalType: signal_type,
    sourceAgent: source_agent,
    targetAgent: target_agent,
    payload,
    timestamp: timestamp === undefined ? publishedAt : timeOf(timestamp),
    ttlMs: ttl_seconds === undefined ? null : Math.round(ttl_seconds * 1000),
  };
}

/** Without a zone it is UTC, as Python programs write it. */
function timeOf(text: string): Date {
  return new Date(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
}

export function signalOfMailbox(signal: CoordinationSignal): SeenSignal {
  return { ...signal, ttlMs: signal.ttlMs === 0 ? null : signal.ttlMs };
}

/** In the names of the wire. */
export function signalJson(signal: SeenSignal) {
  const { timestamp, ttlMs, invalidReason } = signal;
  return {
    signal_id: signal.signalId,
    signal_type: signal.signalType,
    source_agent: signal.sourceAgent,
    target_agent: signal.targetAgent,
    timestamp: isoTime(timestamp),
    ttl_seconds: ttlMs === null ? null : ttlMs / 1000,
    payload: signal.payload,
    ...(invalidReason === undefined ? {} : { invalid_reason: invalidReason }),
  };
}
