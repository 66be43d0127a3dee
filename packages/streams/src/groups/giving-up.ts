/** Gives an event up: its dead letter is kept first, and only then is it acknowledged. */
import { encodeJson, type Logger, type Transport } from "@attune/transport";
import { deadLetterEvent } from "./dead-letter-event.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { HeldDelivery } from "./held-delivery.ts";
import { retryTypeOf } from "./retry-stream.ts";
import type { Settling } from "./settling.ts";

export interface GivingUpSetup {
  readonly transport: Transport;
  readonly logger: Logger;
  readonly consumer: string;
  readonly settling: Settling;
  readonly deadLetters: DeadLetters;
}

const maxLength = 10_000;
/** How long nothing more is told of an event type. */
const quietMs = 60_000;

interface GivenUp {
  readonly group: string;
  readonly eventType: string;
  readonly eventId: string;
  readonly error: string;
  readonly deliveryCount: number;
}

export class GivingUp {
  readonly #setup: GivingUpSetup;
  readonly #told = new Map<string, { readonly at: number; untold: number }>();

  /** Types of which it was told that a dead letter could not be kept. */
  readonly #failing = new Set<string>();

  constructor(setup: GivingUpSetup) {
    this.#setup = setup;
  }

  /** Resolves with whether it is a dead letter now, or no concern of this consumer any more. */
  async giveUp(held: HeldDelivery, error: unknown, deliveryCount: number): Promise<boolean> {
    const { consumer, settling, deadLetters } = this.#setup;
    // Whoever has it now may still succeed.
    if (!(await settling.extend(held))) return false;
    const { event, group } = held;
    const isReplay = held.streamType === retryTypeOf(group);
    const letter = {
      group,
      eventType: event.eventType,
      eventId: event.eventId,
      timestamp: event.timestamp,
      source: event.source,
      rawData: event.rawData,
      error: textOf(error),
      deliveryCount,
      consumer,
      replayId: isReplay ? held.id : undefined,
    };
    const kept = await deadLetters.keep(letter).catch((failure: unknown) => {
      this.#tellFailure(letter, failure);
      return false;
    });
    if (!kept) return false;
    settling.acknowledge(held);
    this.#tell(letter);
    // Only who watches misses something: the dead letter is kept.
    await this.#publish(letter).catch(() => {});
    return true;
  }

  #tellFailure({ group, eventType, eventId }: GivenUp, failure: unknown): void {
    const { transport, logger } = this.#setup;
    if (transport.status === "closed" || this.#failing.has(eventType)) return;
    this.#failing.add(eventType);
    logger.warn(
      `attune: the group ${JSON.stringify(group)} could not give up event ${eventId} of ${JSON.stringify(eventType)}, nor maybe others of this type: ${textOf(failure)}`,
    );
  }

  /** A thousand events may fail for the same reason. */
  #tell({ group, eventType, eventId, error, deliveryCount }: GivenUp): void {
    const { transport, logger } = this.#setup;
    const now = transport.clock.monotonic();
    const last = this.#told.get(eventType);
    if (last && now - last.at < quietMs) {
      last.untold++;
      return;
    }
    this.#told.set(eventType, { at: now, untold: 0 });
    const others = last?.untold ? ` ${last.untold} more since it was last told.` : "";
    logger.warn(
      `attune: the group ${JSON.stringify(group)} gave up event ${eventId} of ${JSON.stringify(eventType)} after ${deliveryCount} deliveries: ${error}.${others}`,
    );
  }

  async #publish(letter: GivenUp): Promise<void> {
    const { transport, consumer } = this.#setup;
    // A group that cannot take these either must not bring forth ever more of them.
    if (letter.eventType === deadLetterEvent.eventType) return;
    await transport.streams.append([
      {
        eventType: deadLetterEvent.eventType,
        timestamp: new Date(transport.clock.now()).toISOString(),
        data: encodeJson(
          {
            group: letter.group,
            event_type: letter.eventType,
            event_id: letter.eventId,
            error: letter.error.toWellFormed().slice(0, 500),
            delivery_count: letter.deliveryCount,
            consumer,
          },
          transport.limits,
        ),
        source: consumer,
        maxLength,
      },
    ]);
  }
}

/** Of whatever was thrown. */
export function textOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that cannot be shown";
  }
}
