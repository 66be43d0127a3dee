/** An event as a consumer of a group gets it: with what it takes to say that it is done, or not. */
import type { JsonValue, StreamEntry } from "@attune/transport";
import { EntryEvent, type Refinement, type StreamEvent } from "../stream-event.ts";
import type { HeldDelivery } from "./held-delivery.ts";

export interface NackOptions {
  /** Nobody gets it before so long. Default: the consumer's `retryDelayMs`. */
  readonly delayMs?: number;
  /** Why. Told in the dead letter, if this was the last delivery. */
  readonly error?: unknown;
}

/** What a group's event has beyond any other. Each resolves with whether this is known to have been done. */
export interface Delivered {
  readonly group: string;
  /** How often it was delivered within the group, this time included: from 1. */
  readonly deliveryCount: number;
  /**
   * The group is done with it. `false`: it is not known to be: the store is away (it is tried again by itself), or the event was
   * given to another consumer meanwhile, whose it is now.
   */
  ack(): Promise<boolean>;
  /**
   * The group is not done with it: some consumer gets it again, or, if this was the last of `maxDeliveries`, it becomes a dead
   * letter.
   */
  nack(options?: NackOptions): Promise<boolean>;
  /** It is still being worked on: `minIdleMs` begins anew. `false`: it may belong to another consumer by now; better stop. */
  working(): Promise<boolean>;
}

export type GroupEvent<Type extends string = string, Data = JsonValue> = StreamEvent<Type, Data> & Delivered;

/** Made from an entry, and from how it is held. */
export class DeliveredEvent extends EntryEvent implements Delivered {
  readonly #held: HeldDelivery;

  constructor(entry: StreamEntry, eventType: string, held: HeldDelivery, refinement?: Refinement) {
    super(entry, eventType, refinement);
    this.#held = held;
  }

  get group(): string {
    return this.#held.group;
  }

  get deliveryCount(): number {
    return this.#held.deliveries;
  }

  ack(): Promise<boolean> {
    return this.#held.ack();
  }

  nack(options: NackOptions = {}): Promise<boolean> {
    return this.#held.nack(options);
  }

  working(): Promise<boolean> {
    return this.#held.working();
  }

  /** Acknowledges it, unless something else was decided; nobody waits for the answer. */
  done(): void {
    this.#held.done();
  }

  override refinedTo(refinement: Refinement): DeliveredEvent {
    return new DeliveredEvent(this.entry, this.eventType, this.#held, refinement);
  }
}
