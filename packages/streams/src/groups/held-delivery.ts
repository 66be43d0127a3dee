/** An entry that this consumer holds: from its delivery until it is acknowledged, handed back or given up. */
import { checkDuration, type DeliveredEntry, type Delivery, maxTtlMs } from "@attune/transport";
import type { GroupEvent, NackOptions } from "./group-event.ts";

/** Who carries out what happens to a delivery. */
export interface DeliveryHolder {
  readonly group: string;
  /** Tells `held.acknowledged` what came of it. */
  acknowledge(held: HeldDelivery): void;
  /** The work failed: hands it back, or gives it up. */
  fail(held: HeldDelivery, options: NackOptions): Promise<boolean>;
  extend(held: HeldDelivery): Promise<boolean>;
}

export class HeldDelivery implements DeliveredEntry {
  readonly id: string;
  readonly token: string;
  readonly deliveries: number;
  /** The stream that it was delivered from. A replayed event's own type is another one. */
  readonly streamType: string;
  /** By the transport's monotonic clock: when it was delivered, or last extended. */
  heldSince: number;
  /** What was made of it. Set right after. */
  event!: GroupEvent;
  readonly #holder: DeliveryHolder;
  /** Once it was decided, nothing decides it a second time. */
  #decided: "acknowledged" | "failed" | undefined;
  /** What came of the acknowledgement. */
  #outcome: boolean | undefined;
  /** Who asked, and has not been told. Most acknowledgements nobody asks about. */
  #asking: ((done: boolean) => void)[] | undefined;
  #failing: Promise<boolean> | undefined;

  constructor(holder: DeliveryHolder, streamType: string, delivery: Delivery, heldSince: number) {
    this.#holder = holder;
    this.id = delivery.entry.id;
    this.token = delivery.token;
    this.deliveries = delivery.deliveries;
    this.streamType = streamType;
    this.heldSince = heldSince;
  }

  get group(): string {
    return this.#holder.group;
  }

  /** Acknowledges it, unless something else was decided; nobody waits for the answer. */
  done(): void {
    if (this.#decided !== undefined) return;
    this.#decided = "acknowledged";
    this.#holder.acknowledge(this);
  }

  /** What the store said to the acknowledgement. */
  acknowledged(outcome: boolean): void {
    this.#outcome = outcome;
    for (const tell of this.#asking ?? []) tell(outcome);
    this.#asking = undefined;
  }

  /** The same answer again for who asks again; `false` after a `nack`. */
  ack(): Promise<boolean> {
    this.done();
    if (this.#decided === "failed") return Promise.resolve(false);
    if (this.#outcome !== undefined) return Promise.resolve(this.#outcome);
    return new Promise((resolve) => {
      this.#asking ??= [];
      this.#asking.push(resolve);
    });
  }

  nack(options: NackOptions): Promise<boolean> {
    if (options.delayMs !== undefined) {
      try {
        checkDuration("delayMs", options.delayMs, 0, maxTtlMs);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    if (this.#decided === "acknowledged") return Promise.resolve(false);
    this.#decided = "failed";
    this.#failing ??= this.#holder.fail(this, options);
    return this.#failing;
  }

  working(): Promise<boolean> {
    return this.#decided === undefined ? this.#holder.extend(this) : Promise.resolve(false);
  }
}
