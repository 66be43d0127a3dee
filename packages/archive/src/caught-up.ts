/** Whether what the streams held at some moment has been passed. */
import { type Cursor, compareIds, type StreamStore } from "@attune/transport";

export class CaughtUp {
  readonly #streams: StreamStore;
  /** The newest entry of each stream that has not been passed yet. */
  readonly #targets: Map<string, string>;

  private constructor(streams: StreamStore, targets: Map<string, string>) {
    this.#streams = streams;
    this.#targets = targets;
  }

  static async withNow(streams: StreamStore, eventTypes: readonly string[] | "all"): Promise<CaughtUp> {
    const types = eventTypes === "all" ? await streams.list({ thorough: true }) : eventTypes;
    const states = await streams.states(types);
    const targets = states
      .filter(({ length }) => length > 0)
      .map((state) => [state.eventType, state.lastId] as const);
    return new CaughtUp(streams, new Map(targets));
  }

  /** With a reader that stands there. */
  reached({ positions }: Cursor): boolean {
    for (const { eventType, id } of positions) {
      const target = this.#targets.get(eventType);
      if (target !== undefined && compareIds(id, target) >= 0) this.#targets.delete(eventType);
    }
    return this.#targets.size === 0;
  }

  /** What is gone needs not be waited for. To be asked when nothing comes. */
  async forgetGone(): Promise<void> {
    for (const { eventType, length, oldestId } of await this.#streams.states([...this.#targets.keys()])) {
      const target = this.#targets.get(eventType)!;
      if (length === 0 || (oldestId !== null && compareIds(oldestId, target) > 0))
        this.#targets.delete(eventType);
    }
  }
}
