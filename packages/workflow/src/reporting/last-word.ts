/** What could not be told at the end of a run, since the store was away: it is told once the store is back. */
import type { HeartbeatCoordinator } from "@attune/heartbeat";
import type { EventToPublish } from "@attune/streams";
import type { OpenedStore } from "../workflow-store.ts";

export class LastWord {
  readonly #heartbeat: HeartbeatCoordinator | undefined;
  #event: EventToPublish | undefined;
  readonly #stopListening: () => void;

  /** `heartbeat` writes its end by itself. `event` has an idempotency key, as it may have been stored. */
  constructor(
    { background, streamer }: OpenedStore,
    heartbeat: HeartbeatCoordinator | undefined,
    event: EventToPublish | undefined,
  ) {
    this.#heartbeat = heartbeat;
    this.#event = event;
    this.#stopListening = background.onStatus((status) => {
      if (status !== "available" || !this.#event) return;
      void streamer.publishEvents([this.#event]).then(
        ([id]) => {
          if (id !== "") this.#told();
        },
        () => this.#told(), // closed: it cannot be told any more
      );
    });
    if (!event) this.#stopListening();
  }

  /** Whether there is nothing left to tell. */
  get said(): boolean {
    return this.#event === undefined && this.#heartbeat?.writing !== true;
  }

  /** It is not told any more. */
  async close(): Promise<void> {
    this.#told();
    await this.#heartbeat?.close();
  }

  #told(): void {
    this.#event = undefined;
    this.#stopListening();
  }
}
