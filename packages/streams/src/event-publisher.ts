/** Publishes events: checks and encodes them, says when and by whom, and stores them. */
import { type AppendRequest, AttuneError, checkText, encodeJson, type Transport } from "@attune/transport";
import { describeIssues, type EventDefinition } from "./define-event.ts";
import type { EventToPublish, PublishOptions } from "./event-streamer-options.ts";
import type { TrimHolds } from "./trim-holds.ts";

export interface EventPublisherSetup {
  readonly transport: Pick<Transport, "streams" | "limits" | "clock">;
  readonly holds: TrimHolds;
  /** Of events that do not say so themselves. */
  readonly source: string;
  readonly maxLength: number;
}

export class EventPublisher {
  readonly #setup: EventPublisherSetup;
  #lastTimestamp = { ms: 0, text: "" };

  constructor(setup: EventPublisherSetup) {
    this.#setup = setup;
  }

  /** Sends at once, unless there is a schema to ask: who closes the transport right after has stored his event. */
  async publish(
    eventType: string | EventDefinition,
    data: unknown,
    options: PublishOptions,
  ): Promise<string> {
    if (typeof eventType === "object") await validate(eventType, data);
    const request = this.#request(eventType, this.#timestamp(), data, options);
    const [id] = await this.#setup.transport.streams.append([request]);
    return id!;
  }

  /** Sends none of them before all are checked. */
  async publishAll(events: readonly EventToPublish[]): Promise<string[]> {
    const timestamp = this.#timestamp();
    for (const { eventType, data } of events) {
      if (typeof eventType === "object") await validate(eventType, data);
    }
    return this.#setup.transport.streams.append(
      events.map((event) => this.#request(event.eventType, timestamp, event.data, event)),
    );
  }

  #request(
    eventType: string | EventDefinition,
    timestamp: string,
    data: unknown,
    { source, idempotencyKey }: PublishOptions,
  ): AppendRequest {
    const { transport, holds, source: ownSource, maxLength } = this.#setup;
    const name = typeof eventType === "object" ? eventType.eventType : eventType;
    return {
      eventType: name,
      timestamp,
      data: encodeJson(data, transport.limits),
      source: source === undefined ? ownSource : checkText("source", source),
      maxLength: holds.maxLength(name, maxLength),
      idempotencyKey,
    };
  }

  /** ISO 8601 UTC. Made once per millisecond: many events share one. */
  #timestamp(): string {
    const ms = this.#setup.transport.clock.now();
    if (ms !== this.#lastTimestamp.ms) this.#lastTimestamp = { ms, text: new Date(ms).toISOString() };
    return this.#lastTimestamp.text;
  }
}

async function validate({ eventType, schema }: EventDefinition, data: unknown): Promise<void> {
  const { issues } = await schema["~standard"].validate(data);
  if (!issues) return;
  throw new AttuneError(
    "ATTUNE_EVENT_INVALID",
    `The data does not fit the schema of ${JSON.stringify(eventType)}: ${describeIssues(issues)}.`,
    { details: { eventType, issues } },
  );
}
