/** One `for await` over a group's events: it knows which event its loop is at. */
import type { GroupConsumer } from "./group-consumer.ts";
import type { Delivered, DeliveredEvent } from "./group-event.ts";

export class GroupIteration<Event extends Delivered> implements AsyncIterableIterator<Event> {
  readonly #consumer: GroupConsumer<Event>;
  readonly #autoAck: boolean;
  #current: Event | undefined;

  constructor(consumer: GroupConsumer<Event>, autoAck: boolean) {
    this.#consumer = consumer;
    this.#autoAck = autoAck;
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#autoAck) (this.#current as DeliveredEvent | undefined)?.done();
    this.#current = this.#consumer.takeWaiting();
    if (this.#current) return Promise.resolve({ done: false, value: this.#current });
    return this.#wait();
  }

  /** The loop was left, by `break` or by an error: nobody knows whether the event is done with. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    const event = this.#current;
    this.#current = undefined;
    // Not a failure that is known of: it is tried again at once.
    await event?.nack({ delayMs: 0 });
    await this.#consumer.close();
    return { done: true, value: undefined };
  }

  async #wait(): Promise<IteratorResult<Event, undefined>> {
    const event = await this.#consumer.take();
    if (!event) {
      await this.#consumer.close();
      return { done: true, value: undefined };
    }
    this.#current = event;
    return { done: false, value: event };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Event> {
    return this;
  }
}
