/** What the program is told of a group's work: by the functions that it gave for that, else by its logger. */
import type { Gap, Logger } from "@attune/transport";
import type { GroupSettings } from "./consume-group-options.ts";
import { textOf } from "./giving-up.ts";
import type { GroupEvent } from "./group-event.ts";

export class GroupNotices {
  readonly #settings: GroupSettings;
  readonly #logger: Logger;

  constructor(settings: GroupSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  /** Events were gone before the group was done with them. */
  gap(gap: Gap): void {
    const { onGap } = this.#settings;
    if (onGap) {
      this.#call("onGap", () => onGap(gap));
      return;
    }
    const number = gap.missed === null ? "an unknown number of" : gap.missed;
    this.#logger.warn(
      `attune: the group ${this.#group} missed ${number} events of ${JSON.stringify(gap.eventType)}: the stream was ${gap.reason}.`,
    );
  }

  /** A handler failed. */
  handlerFailed(error: unknown, event: GroupEvent): void {
    this.#call("onError", () => this.#settings.onError?.(error, event));
  }

  /** A mistake in what the program gave us is no reason to stop working, nor to stay silent. */
  mistake(option: string, mistake: unknown): void {
    this.#logger.warn(
      `attune: the consumer of group ${this.#group}: its ${option} failed: ${textOf(mistake)}`,
    );
  }

  get #group(): string {
    return JSON.stringify(this.#settings.group);
  }

  #call(option: string, call: () => void): void {
    try {
      call();
    } catch (mistake) {
      this.mistake(option, mistake);
    }
  }
}
