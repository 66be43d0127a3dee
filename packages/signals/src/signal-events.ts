/** Tells on the streams of signals that were sent, beside the sending: it neither delays nor fails a signal. */
import { EventStreamer } from "@attune/streams";
import type { Logger, Transport } from "@attune/transport";
import { coordinationSignal } from "./coordination-signal-event.ts";
import type { RepeatedWarnings } from "./repeated-warnings.ts";

export interface SignalEventsSetup {
  readonly transport: Transport;
  readonly logger: Logger;
  /** The agent that sends. */
  readonly source: string;
  readonly warnings: RepeatedWarnings;
}

export class SignalEvents {
  readonly #streamer: EventStreamer;
  readonly #warnings: RepeatedWarnings;
  readonly #underWay = new Set<Promise<void>>();

  constructor({ warnings, ...options }: SignalEventsSetup) {
    this.#streamer = new EventStreamer(options);
    this.#warnings = warnings;
  }

  /** Publishes a signal's record, given as JSON text. */
  publish(record: string): void {
    const publishing = this.#publish(record);
    this.#underWay.add(publishing);
    void publishing.then(() => this.#underWay.delete(publishing));
  }

  /** Resolves once what is under way has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #publish(record: string): Promise<void> {
    try {
      // By name: the record is ours, and checking it against its own schema would cost more than publishing it.
      await this.#streamer.publishEvent(coordinationSignal.eventType, JSON.parse(record) as unknown);
    } catch (error) {
      // The signal was sent, so its sender has nothing to do about this.
      this.#warnings.warn("streaming", `a signal was sent, but not published: ${(error as Error).message}`);
    }
  }
}
