/** Fetches pages for a consumer for as long as it is open, one ahead of those that are worked off. */
import type { Clock } from "@attune/transport";
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { Fetched, GroupReader } from "./group-reader.ts";
import type { HeldDelivery } from "./held-delivery.ts";

export interface FetchLoopSetup {
  readonly reader: Pick<GroupReader, "fetch" | "idle">;
  /** Says how many are wanted. */
  readonly queue: Pick<DeliveryQueue, "wanted" | "fetched" | "untilWanted">;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  /** Queues what was fetched; once it is closing, hands it back. */
  readonly receive: (fetched: readonly Fetched[]) => void;
  /** Hands back what was queued, and nobody began. */
  readonly release: (held: HeldDelivery) => unknown;
}

interface Page {
  readonly wanted: number;
  readonly fetched: readonly Fetched[];
  readonly count: number;
}

export class FetchLoop {
  readonly #setup: FetchLoopSetup;

  constructor(setup: FetchLoopSetup) {
    this.#setup = setup;
  }

  /** Until it is closing, and what was under way then has come. */
  async run(): Promise<void> {
    const { reader, queue, clock, closing, receive, release } = this.#setup;
    let fetching: Promise<Page> | undefined;
    while (!closing.aborted) {
      fetching ??= this.#startFetch(0);
      if (!fetching) {
        for (const held of await queue.untilWanted(clock)) void release(held);
        continue;
      }
      const page: Page = await fetching;
      queue.fetched(page.wanted, page.count, clock.monotonic());
      if (page.count === 0) {
        fetching = undefined;
        await reader.idle();
        continue;
      }
      // The next page is on its way while this one is worked off, which may take the thread until it is done: so the request
      // has to go out first. And a store in memory answers at once: everybody else gets a turn too.
      fetching = this.#startFetch(page.count);
      await new Promise((resolve) => setImmediate(resolve));
      receive(page.fetched);
    }
    // What came too late is handed back.
    if (fetching) receive((await fetching).fetched);
  }

  /** `undefined`: no more are wanted now. So many are about to be added to what waits. */
  #startFetch(adding: number): Promise<Page> | undefined {
    const { reader, queue, clock } = this.#setup;
    const wanted = queue.wanted(clock.monotonic(), adding);
    if (wanted === 0) return undefined;
    const fetching = reader.fetch(wanted).then(({ fetched, count }) => ({ wanted, fetched, count }));
    fetching.catch(() => {}); // met where it is waited for
    return fetching;
  }
}
