/** Whether what the streams held at some moment has been passed. */
import { type Cursor, compareIds, type StreamStore } from "@attune/transport";

export class CaughtUp {
  readonly #streams: StreamStore;
  /** The newest entry of each stream, but of those that are gone. */
  readonly #targets: Map<string, string>;

  private constructor(streams: StreamStore, targets: Map<string, string>) {
    this.#streams = streams;
    this.#targets = targets;
  }

  static async withNow(streams: StreamStore, eventTypes: readonly string[] | "all"): Promise<CaughtUp> {
    const states = await streams.states(await existingTypes(streams, eventTypes));
    const targets = states
      .filter(({ length }) => length > 0)
      .map((state) => [state.eventType, state.lastId] as const);
    return new CaughtUp(streams, new Map(targets));
  }

  /** By who stands there. It may have to be reached again: what was read is not archived when another archiver has the position. */
  reached({ positions }: Cursor): boolean {
    let left = this.#targets.size;
    for (const { eventType, id } of positions) {
      const target = this.#targets.get(eventType);
      if (target !== undefined && compareIds(id, target) >= 0) left--;
    }
    return left === 0;
  }

  /** What is gone needs not be waited for. To be asked when nothing comes. */
  async forgetGone(): Promise<void> {
    for (const { eventType, length, oldestId, lastId } of await this.#streams.states([
      ...this.#targets.keys(),
    ])) {
      const target = this.#targets.get(eventType);
      if (target === undefined) continue;
      const isTrimmed = oldestId !== null && compareIds(oldestId, target) > 0;
      // One that ends before it is another stream of that name.
      if (length === 0 || isTrimmed || compareIds(lastId, target) < 0) this.#targets.delete(eventType);
    }
  }
}

/** Which streams an archive of these types follows: of "all" not those of features' inner workings. */
export async function existingTypes(
  streams: StreamStore,
  eventTypes: readonly string[] | "all",
): Promise<readonly string[]> {
  return eventTypes === "all" ? streams.list({ thorough: true }) : eventTypes;
}
