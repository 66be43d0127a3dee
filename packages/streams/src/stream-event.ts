/** An event as consumers see it. Its data is parsed when it is first looked at, once for all consumers. */
import { type JsonValue, type StreamEntry, timeOfId } from "@attune/transport";

interface EventBase<Type extends string> {
  /** `<milliseconds>-<sequence>`, growing within an event type. */
  readonly eventId: string;
  readonly eventType: Type;
  /** When the publisher made it; of an entry without a readable time, when the store took it. */
  readonly timestamp: Date;
  readonly source: string;
  /** The data as JSON text, exactly as it was stored. */
  readonly rawData: string;
  /** A plain object in the wire's field names, for JSON. */
  toJSON(): WireEvent;
}

export interface ValidEvent<Type extends string = string, Data = JsonValue> extends EventBase<Type> {
  readonly valid: true;
  /** Frozen: several consumers may hold the same event. */
  readonly data: Data;
  readonly invalidReason: undefined;
}

/** An entry of somebody else's making that is damaged, or does not fit its definition. */
export interface InvalidEvent<Type extends string = string> extends EventBase<Type> {
  readonly valid: false;
  /** As far as it could be read; `null` where it is not JSON. */
  readonly data: JsonValue;
  readonly invalidReason: string;
}

export type StreamEvent<Type extends string = string, Data = JsonValue> =
  | ValidEvent<Type, Data>
  | InvalidEvent<Type>;

export interface WireEvent {
  readonly event_id: string;
  readonly event_type: string;
  readonly timestamp: string;
  readonly data: JsonValue;
  readonly source: string;
}

/** Reads an entry. Never throws: what is wrong with it is told by the event. */
export function toStreamEvent(entry: StreamEntry, eventType: string): StreamEvent {
  return new EntryEvent(entry, eventType) as unknown as StreamEvent;
}

/** The same event for a consumer of a definition: with the schema's output, or with the reason why it does not fit. */
export function refined(event: StreamEvent, outcome: { data: unknown } | { misfit: string }): StreamEvent {
  const refinement =
    "misfit" in outcome
      ? { data: event.data, invalidReason: outcome.misfit }
      : { data: outcome.data as JsonValue, invalidReason: undefined };
  return (event as unknown as EntryEvent).refinedTo(refinement) as unknown as StreamEvent;
}

interface Verdict {
  readonly invalidReason: string | undefined;
}

export interface Refinement extends Verdict {
  readonly data: JsonValue;
}

/** Not part of the public types: `StreamEvent` is what users see of it. */
export class EntryEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly #entry: StreamEntry;
  /** Each is `undefined` until somebody looks. */
  #data: JsonValue | undefined;
  #verdict: Verdict | undefined;

  constructor(entry: StreamEntry, eventType: string, refinement?: Refinement) {
    this.eventId = entry.id;
    this.eventType = eventType;
    this.#entry = entry;
    this.#data = refinement?.data;
    this.#verdict = refinement;
  }

  get timestamp(): Date {
    const ms = parseTimestamp(this.#entry.timestamp);
    return ms === undefined ? timeOfId(this.eventId) : new Date(ms);
  }

  get source(): string {
    return this.#entry.source ?? "";
  }

  get rawData(): string {
    return this.#entry.data ?? "";
  }

  get data(): JsonValue {
    if (this.#data === undefined) this.#parse();
    return this.#data!;
  }

  get valid(): boolean {
    return this.invalidReason === undefined;
  }

  get invalidReason(): string | undefined {
    if (this.#data === undefined) this.#parse();
    this.#verdict ??= { invalidReason: whatIsWrong(this.#entry, this.eventType) };
    return this.#verdict.invalidReason;
  }

  toJSON(): WireEvent {
    return {
      event_id: this.eventId,
      event_type: this.eventType,
      timestamp: this.timestamp.toISOString(),
      data: this.data,
      source: this.source,
    };
  }

  refinedTo(refinement: Refinement): EntryEvent {
    return new EntryEvent(this.#entry, this.eventType, refinement);
  }

  protected get entry(): StreamEntry {
    return this.#entry;
  }

  #parse(): void {
    const { data: text } = this.#entry;
    if (text === undefined) {
      this.#data = null;
      this.#verdict = { invalidReason: "the entry has no field data" };
      return;
    }
    try {
      this.#data = deepFreeze(JSON.parse(text) as JsonValue);
    } catch (error) {
      this.#data = null;
      this.#verdict = { invalidReason: `its data is not JSON: ${(error as Error).message}` };
    }
  }
}

function whatIsWrong(entry: StreamEntry, eventType: string): string | undefined {
  if (entry.eventType === undefined) return "the entry has no field event_type";
  if (entry.eventType !== eventType) {
    return `its event_type is ${JSON.stringify(entry.eventType)}, but it lies in the stream of ${JSON.stringify(eventType)}`;
  }
  if (entry.timestamp === undefined) return "the entry has no field timestamp";
  if (parseTimestamp(entry.timestamp) === undefined) {
    return `its timestamp is no ISO 8601 time: ${JSON.stringify(entry.timestamp.slice(0, 60))}`;
  }
  if (entry.source === undefined) return "the entry has no field source";
  return undefined;
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** The timestamp that was parsed last: events of one millisecond come one after the other, and each is asked several times. */
let last: { readonly text: string; readonly ms: number | undefined } = { text: "", ms: undefined };

/** Milliseconds of ISO 8601; without a zone it is UTC, as Python programs write it (JavaScript would take it for local time). */
function parseTimestamp(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text !== last.text) last = { text, ms: millisecondsOf(text) };
  return last.ms;
}

function millisecondsOf(text: string): number | undefined {
  const match = isoTime.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(match[3] === undefined ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Consumers share an event, so none may change it under the others. */
function deepFreeze(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (const item of value) deepFreeze(item);
  } else {
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, JsonValue>)[key]!);
  }
  return Object.freeze(value);
}
