/** An entry that this consumer holds: from its delivery until it is acknowledged, handed back or given up. */
import { checkDuration, type Delivery, maxTtlMs } from "@attune/transport";
import type { GroupEvent, NackOptions } from "./group-event.ts";

/** Who carries out what happens to a delivery. */
export interface DeliveryHolder {
  readonly group: string;
  acknowledge(held: HeldDelivery): Promise<boolean>;
  /** The work failed: hands it back, or gives it up. */
  fail(held: HeldDelivery, options: NackOptions): Promise<boolean>;
  extend(held: HeldDelivery): Promise<boolean>;
}

export class HeldDelivery {
  /** The stream that it was delivered from. A replayed event's own type is another one. */
  readonly streamType: string;
  readonly delivery: Delivery;
  /** By the transport's monotonic clock: when it was delivered, or last extended. */
  heldSince: number;
  /** What was made of it. Set right after. */
  event!: GroupEvent;
  readonly #holder: DeliveryHolder;
  #acked = false;
  /** Once it was decided: nothing decides it a second time. */
  #settled: Promise<boolean> | undefined;

  constructor(holder: DeliveryHolder, streamType: string, delivery: Delivery, heldSince: number) {
    this.#holder = holder;
    this.streamType = streamType;
    this.delivery = delivery;
    this.heldSince = heldSince;
  }

  get group(): string {
    return this.#holder.group;
  }

  get deliveries(): number {
    return this.delivery.deliveries;
  }

  get settled(): boolean {
    return this.#settled !== undefined;
  }

  /** The same answer again for who asks again; `false` after a `nack`. */
  ack(): Promise<boolean> {
    if (this.#settled === undefined) {
      this.#settled = this.#holder.acknowledge(this);
      this.#acked = true;
    }
    return this.#acked ? this.#settled : Promise.resolve(false);
  }

  nack(options: NackOptions): Promise<boolean> {
    if (options.delayMs !== undefined) {
      try {
        checkDuration("delayMs", options.delayMs, 0, maxTtlMs);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    if (this.#settled === undefined) this.#settled = this.#holder.fail(this, options);
    else if (this.#acked) return Promise.resolve(false);
    return this.#settled;
  }

  working(): Promise<boolean> {
    return this.#settled === undefined ? this.#holder.extend(this) : Promise.resolve(false);
  }
}
