/** An event out of an archive. Its data is parsed when it is first looked at. */
import type { WireEvent } from "@attune/streams";
import type { JsonValue } from "@attune/transport";
import type { ArchiveRow } from "./sink.ts";

export class ArchivedEvent {
  readonly eventType: string;
  readonly eventId: string;
  readonly timestamp: Date;
  readonly source: string;
  /** The data as JSON text, exactly as it was published. */
  readonly rawData: string;
  #parsed: { readonly data: JsonValue; readonly invalidReason: string | undefined } | undefined;

  constructor({ eventType, eventId, timestamp, source, data }: ArchiveRow) {
    this.eventType = eventType;
    this.eventId = eventId;
    this.timestamp = timestamp;
    this.source = source;
    this.rawData = data;
  }

  /** `null` where it is not JSON: see `valid`. */
  get data(): JsonValue {
    return this.#parse().data;
  }

  get valid(): boolean {
    return this.invalidReason === undefined;
  }

  get invalidReason(): string | undefined {
    return this.#parse().invalidReason;
  }

  /** A plain object in the wire's field names, for JSON. */
  toJSON(): WireEvent {
    const { eventId, eventType, timestamp, data, source } = this;
    return { event_id: eventId, event_type: eventType, timestamp: timestamp.toISOString(), data, source };
  }

  #parse() {
    if (this.#parsed) return this.#parsed;
    try {
      this.#parsed = { data: JSON.parse(this.rawData) as JsonValue, invalidReason: undefined };
    } catch (error) {
      this.#parsed = { data: null, invalidReason: `its data is not JSON: ${(error as Error).message}` };
    }
    return this.#parsed;
  }
}
