/** A follower whose events are taken as they come and remembered, so that tests can wait for what they expect. */
import type { Decode, Follower, FollowRequest, Gap, StreamEntry, Transport } from "@attune/transport";
import { within } from "./within.ts";

export interface RecordedEvent {
  readonly id: string;
  readonly eventType: string;
  readonly value: unknown;
}

/** One function for all, so that followers share what it makes. */
export const toRecordedEvent: Decode<RecordedEvent> = (entry: StreamEntry, eventType) => ({
  id: entry.id,
  eventType,
  value: JSON.parse(entry.data ?? "null"),
});

export class RecordedFollower implements AsyncDisposable {
  readonly follower: Follower<RecordedEvent>;
  readonly events: RecordedEvent[] = [];
  /** Each gap, with the event that it was told before. */
  readonly gaps: (Gap & { readonly before: RecordedEvent })[] = [];
  #look: (() => void) | undefined;

  constructor(transport: Transport, request: Omit<FollowRequest<RecordedEvent>, "decode">) {
    this.follower = transport.follow({ decode: toRecordedEvent, ...request });
    void this.#record();
  }

  get ready(): Promise<void> {
    return within(5000, "the follower is ready", this.follower.ready);
  }

  get ids(): string[] {
    return this.events.map((event) => event.id);
  }

  valuesOf(eventType: string): unknown[] {
    return this.events.filter((event) => event.eventType === eventType).map((event) => event.value);
  }

  /** Resolves once the condition holds. Looks after every batch. */
  until(what: string, condition: () => boolean): Promise<void> {
    const holds = new Promise<void>((resolve) => {
      this.#look = () => {
        if (condition()) resolve();
      };
      this.#look();
    });
    return within(8000, `${what} (got ${this.events.length} events)`, holds).catch((error: Error) => {
      throw new Error(`${error.message} At the end it had got ${this.events.length} events.`);
    });
  }

  /** Resolves once so many events have come. */
  untilCount(count: number): Promise<void> {
    return this.until(`the follower gets ${count} events`, () => this.events.length >= count);
  }

  /** Resolves once an event with this value has come. */
  untilValue(value: unknown): Promise<void> {
    return this.until(`the follower gets ${JSON.stringify(value)}`, () =>
      this.events.some((event) => event.value === value),
    );
  }

  close(): Promise<void> {
    return this.follower.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #record(): Promise<void> {
    for (;;) {
      const batch = await this.follower.next();
      if (!batch) return;
      for (const gap of batch.gaps) this.gaps.push({ ...gap, before: batch.items[0]! });
      batch.items.forEach((item, index) => {
        this.events.push(item);
        this.follower.passed(batch, index);
      });
      this.#look?.();
    }
  }
}
