/** Carries out what becomes of the deliveries that a consumer holds: acknowledged, kept for longer, handed back, given up. */
import type { Clock } from "@attune/transport";
import { doubling, type GroupSettings } from "./consume-group-options.ts";
import type { GivingUp } from "./giving-up.ts";
import type { NackOptions } from "./group-event.ts";
import type { GroupNotices } from "./group-notices.ts";
import type { DeliveryHolder, HeldDelivery } from "./held-delivery.ts";
import type { Settling } from "./settling.ts";

export interface DeliveryOutcomesSetup {
  readonly settings: GroupSettings;
  readonly clock: Clock;
  readonly settling: Settling;
  readonly givingUp: GivingUp;
  readonly notices: GroupNotices;
  /** Something that was handed back is due again in so long. */
  readonly dueIn: (ms: number) => void;
}

/** Before what could not be given up is tried again. */
const keptMs = 1000;

export class DeliveryOutcomes implements DeliveryHolder {
  readonly group: string;
  readonly #setup: DeliveryOutcomesSetup;

  constructor(setup: DeliveryOutcomesSetup) {
    this.#setup = setup;
    this.group = setup.settings.group;
  }

  acknowledge(held: HeldDelivery): void {
    this.#setup.settling.acknowledge(held);
  }

  async extend(held: HeldDelivery): Promise<boolean> {
    const { settling, clock } = this.#setup;
    const ours = await settling.extend(held);
    if (ours) held.heldSince = clock.monotonic();
    return ours;
  }

  async fail(held: HeldDelivery, { delayMs, error }: NackOptions): Promise<boolean> {
    const { deliveries } = held;
    if (deliveries >= this.#setup.settings.maxDeliveries)
      return this.giveUp(held, error ?? `it was handed back ${deliveries} times`, deliveries);
    return this.#handBack(held, Math.ceil(delayMs ?? this.#retryDelayMs(deliveries, error)), true);
  }

  /** Makes it a dead letter. Where that is not known to be kept, the event must not go: it is handed back. */
  async giveUp(held: HeldDelivery, reason: unknown, deliveryCount: number): Promise<boolean> {
    if (await this.#setup.givingUp.giveUp(held, reason, deliveryCount)) return true;
    return this.#handBack(held, keptMs, false);
  }

  /** Hands it back as if it had not been delivered. */
  release(held: HeldDelivery): Promise<boolean> {
    return this.#handBack(held, 0, false);
  }

  /** Whether it has been held for so short a time that no other consumer can be about to claim it. */
  isFresh({ heldSince }: HeldDelivery): boolean {
    const { clock, settings } = this.#setup;
    return clock.monotonic() - heldSince < settings.minIdleMs / 2;
  }

  #retryDelayMs(deliveries: number, error: unknown): number {
    const { settings, notices } = this.#setup;
    try {
      return settings.retryDelayMs(deliveries, error);
    } catch (mistake) {
      notices.mistake("retryDelayMs", mistake);
      return doubling(deliveries);
    }
  }

  async #handBack(held: HeldDelivery, delayMs: number, counted: boolean): Promise<boolean> {
    const { settling, dueIn } = this.#setup;
    const done = await settling.handBack(held, delayMs, counted);
    if (done) dueIn(delayMs);
    return done;
  }
}
