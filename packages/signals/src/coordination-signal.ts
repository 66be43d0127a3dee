/** A signal as programs see it, and the codec between that and the record on the wire (snake_case JSON). */
import type { JsonValue, Message } from "@attune/transport";

export interface CoordinationSignal {
  /** 22 characters of `A-Z a-z 0-9 _ -`: 128 random bits. */
  readonly signalId: string;
  readonly signalType: string;
  /** The agent that sent it. */
  readonly sourceAgent: string;
  /** The agent that it was sent to; `null`: a broadcast. */
  readonly targetAgent: string | null;
  /** Of a message that is no signal: the whole message, as a text where it is not even JSON. */
  readonly payload: JsonValue;
  /** When the sender sent it, by its own clock; of a message without a readable time, when it was read. */
  readonly timestamp: Date;
  /** How long it was to be pending, counted by the store from its arrival; 0 where a message does not say. */
  readonly ttlMs: number;
  /** Only there for a message of another program's making that is damaged or no signal at all: why. */
  readonly invalidReason?: string;
}

/** The body of the message that carries a signal. `payload` is JSON text already. */
export function encodeSignal(signal: Omit<CoordinationSignal, "payload">, payload: string): string {
  const { signalId, signalType, sourceAgent, targetAgent, timestamp, ttlMs } = signal;
  const envelope = JSON.stringify({
    signal_id: signalId,
    signal_type: signalType,
    source_agent: sourceAgent,
    target_agent: targetAgent,
    timestamp: timestamp.toISOString(),
    ttl_seconds: ttlMs / 1000,
  });
  return `${envelope.slice(0, -1)},"payload":${payload}}`;
}

/**
 * Reads a message. Never throws, since a message that was taken is nowhere else: what is wrong with it is told by
 * `invalidReason`. Who sent what to whom is said by the message, by which the store delivered it, never by its body.
 */
export function decodeSignal({ id, type, source, target, body }: Message, readAt: Date): CoordinationSignal {
  const envelope = { signalId: id, signalType: type, sourceAgent: source, targetAgent: target };
  const foreign = (payload: JsonValue, invalidReason: string): CoordinationSignal => ({
    ...envelope,
    payload,
    timestamp: readAt,
    ttlMs: 0,
    invalidReason,
  });
  let record: JsonValue;
  try {
    record = JSON.parse(body) as JsonValue;
  } catch (error) {
    return foreign(body, `it is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(record)) return foreign(record, "it is no object");
  const expected = { signal_id: id, signal_type: type, source_agent: source, target_agent: target };
  for (const [field, value] of Object.entries(expected)) {
    if (record[field] !== value) return foreign(record, `its ${field} is not the one it was posted with`);
  }
  const payload = record.payload;
  if (payload === undefined) return foreign(record, "it has no payload");
  const timestamp = parseTimestamp(record.timestamp);
  const ttlMs = parseTtl(record.ttl_seconds);
  const signal = { ...envelope, payload, timestamp: timestamp ?? readAt, ttlMs: ttlMs ?? 0 };
  if (!timestamp) return { ...signal, invalidReason: "its timestamp is no ISO 8601 time" };
  if (ttlMs === undefined) return { ...signal, invalidReason: "its ttl_seconds is no positive number" };
  return signal;
}

type JsonObject = { readonly [key: string]: JsonValue };

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** ISO 8601; without a zone it is UTC, as Python programs write it (JavaScript would take it for local time). */
function parseTimestamp(value: JsonValue | undefined): Date | undefined {
  const match = typeof value === "string" ? isoTime.exec(value) : null;
  if (!match) return undefined;
  const date = new Date(match[3] === undefined ? `${match[0]}Z` : match[0]);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Whole milliseconds; fractions of seconds are not exact in binary, so they are rounded. */
function parseTtl(value: JsonValue | undefined): number | undefined {
  if (typeof value !== "number" || value <= 0) return undefined;
  return Math.max(1, Math.round(value * 1000));
}
