/** Takes in what was fetched: makes events of it and queues them, but for those that were delivered too often. */
import type { Clock, Delivery } from "@attune/transport";
import type { DeliveryOutcomes } from "./delivery-outcomes.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import { DeliveredEvent, type GroupEvent } from "./group-event.ts";
import type { Fetched } from "./group-reader.ts";
import type { Handlers } from "./handlers.ts";
import { HeldDelivery } from "./held-delivery.ts";
import { fromRetry, retryTypeOf } from "./retry-stream.ts";

export interface GroupIntakeSetup {
  readonly maxDeliveries: number;
  readonly clock: Clock;
  readonly outcomes: DeliveryOutcomes;
  readonly queue: DeliveryQueue;
  readonly handlers: Handlers;
  /** What comes later is handed back. */
  readonly closing: AbortSignal;
}

export class GroupIntake {
  readonly #setup: GroupIntakeSetup;
  readonly #retryType: string;

  constructor(setup: GroupIntakeSetup) {
    this.#setup = setup;
    this.#retryType = retryTypeOf(setup.outcomes.group);
  }

  receive(fetched: readonly Fetched[]): void {
    for (const { streamType, deliveries } of fetched) {
      for (const delivery of deliveries) this.#receiveOne(streamType, delivery);
    }
  }

  #receiveOne(streamType: string, delivery: Delivery): void {
    const { maxDeliveries, clock, outcomes, queue, handlers, closing } = this.#setup;
    const held = new HeldDelivery(outcomes, streamType, delivery, clock.monotonic());
    if (closing.aborted) {
      void outcomes.release(held);
      return;
    }
    const origin = streamType === this.#retryType ? fromRetry(delivery.entry) : undefined;
    const eventType = origin?.eventType ?? streamType;
    held.event = new DeliveredEvent(
      origin?.entry ?? delivery.entry,
      eventType,
      held,
    ) as unknown as GroupEvent;
    if (delivery.deliveries > maxDeliveries) {
      const reason = `it was delivered ${maxDeliveries} times, and never acknowledged: its consumers died, or took longer than minIdleMs`;
      void handlers.track(outcomes.giveUp(held, reason, maxDeliveries));
      return;
    }
    queue.put(held);
  }
}
