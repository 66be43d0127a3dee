/** What the workers of one run do, and what their group gives up, as a consumer of their events sees it, live. */

import { deadLetterEvent, EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { clipped } from "@attune-tools/terminal-text";
import { type CountingProgress, defineCounting } from "./counting.ts";
import { until } from "./pause.ts";

/** How long what is awaited may take. */
const graceMs = 8000;

export class FollowedCounting {
  /** In the order of arrival. */
  readonly all: CountingProgress[] = [];
  /** The ids of the jobs that were given up, as often as that was told. */
  readonly givenUp: string[] = [];
  readonly #ending: AbortSignal;
  readonly #close: () => Promise<void>;

  /** Resolves when the position is fixed: what is published from then on is seen. `show` gets a line for each. */
  static async start(
    transport: Transport,
    { run, group }: { readonly run: string; readonly group: string },
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<FollowedCounting> {
    const eventTypes = [defineCounting(run).progress, deadLetterEvent] as const;
    const consumer = new EventStreamer({ transport }).consumeEvents({ eventTypes, signal });
    await consumer.ready;
    const follow = async (followed: FollowedCounting) => {
      for await (const event of consumer) {
        if (!event.valid) continue;
        if (event.eventType !== deadLetterEvent.eventType) {
          const told = event.data as CountingProgress;
          followed.all.push(told);
          const text = textOf(told);
          if (text) show(clipped(`  ${told.worker.padEnd(8)}  ${text}`, 120));
        } else if (event.data.group === group) {
          // On a shared store there are those of other groups too.
          const { event_id, delivery_count, consumer: worker } = event.data;
          show(`  ${String(worker).padEnd(8)}  DEAD LETTER: given up after ${delivery_count} deliveries`);
          followed.givenUp.push(String(event_id));
        }
      }
    };
    return new FollowedCounting(signal, follow, () => consumer.close());
  }

  private constructor(
    ending: AbortSignal,
    follow: (followed: FollowedCounting) => Promise<void>,
    close: () => Promise<void>,
  ) {
    this.#ending = ending;
    const following = follow(this);
    this.#close = async () => {
      await close();
      await following;
    };
  }

  of(status: CountingProgress["status"]): CountingProgress[] {
    return this.all.filter((told) => told.status === status);
  }

  /** False: it has not come to be so within a grace. */
  until(isSo: () => boolean): Promise<boolean> {
    return until(isSo, AbortSignal.any([this.#ending, AbortSignal.timeout(graceMs)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function textOf({ status, file, delivery, lines, words, error }: CountingProgress): string | undefined {
  const again = delivery > 1 ? `, delivery ${delivery}` : "";
  if (status === "counted") return `${file}: ${lines} lines, ${words} words${again}`;
  if (status === "failed") return `${file}: FAILED${again}: ${error}`;
  return delivery > 1 ? `${file}: begun again${again}` : undefined;
}
