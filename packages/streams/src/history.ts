/** Looking back: the newest events of a type, and the replay of several types in the order of their ids. */
import {
  AttuneError,
  checkDate,
  compareIds,
  firstIdAt,
  idAfter,
  isEntryId,
  lastIdAt,
  type StreamEntry,
  type StreamStore,
} from "@attune/transport";
import type { EventDefinition } from "./define-event.ts";
import { fitDefinition } from "./fit-definition.ts";
import { type StreamEvent, toStreamEvent } from "./stream-event.ts";

/** Both ends inclusive; by the time at which the store took the event, or by event id. */
export interface HistoryRange {
  readonly from?: Date | string;
  readonly to?: Date | string;
}

/** Events per read of a replay. */
const pageSize = 1000;

export async function recentEvents(
  streams: StreamStore,
  eventType: string,
  definition: EventDefinition | undefined,
  { from, to, count = 100 }: HistoryRange & { readonly count?: number },
): Promise<StreamEvent[]> {
  const entries = await streams.range({ eventType, ...idRange({ from, to }), count, newestFirst: true });
  return Promise.all(entries.map((entry) => fitDefinition(toStreamEvent(entry, eventType), definition)));
}

/** Merges by id: always yields the oldest of the heads of all streams. */
export async function* replay(
  streams: StreamStore,
  eventTypes: readonly string[],
  definitions: ReadonlyMap<string, EventDefinition>,
  { from, to, signal }: HistoryRange & { readonly signal?: AbortSignal },
): AsyncGenerator<StreamEvent, void, undefined> {
  const { fromId, toId } = idRange({ from, to });
  const states = await streams.states(eventTypes);
  const histories = states
    .filter((state) => state.length > 0)
    // What is published while the replay runs is not part of it.
    .map(({ eventType, lastId }) => {
      const last = toId !== undefined && compareIds(toId, lastId) < 0 ? toId : lastId;
      return new History(streams, eventType, fromId, last);
    });
  for (;;) {
    await Promise.all(histories.map((history) => history.fill()));
    // Until one of them runs out, the heads can be compared without reading.
    while (!signal?.aborted) {
      const oldest = oldestOf(histories);
      if (!oldest) return;
      const { eventType } = oldest;
      yield await fitDefinition(toStreamEvent(oldest.take(), eventType), definitions.get(eventType));
      if (oldest.needsFill) break;
    }
    if (signal?.aborted) return;
  }
}

function oldestOf(histories: readonly History[]): History | undefined {
  let oldest: History | undefined;
  for (const history of histories) {
    if (!history.head) continue;
    if (!oldest?.head || compareIds(history.head.id, oldest.head.id) < 0) oldest = history;
  }
  return oldest;
}

/** One stream's entries between two ids, a page at a time. */
class History {
  readonly eventType: string;
  readonly #streams: StreamStore;
  readonly #toId: string;
  #fromId: string | undefined;
  #page: readonly StreamEntry[] = [];
  #index = 0;
  #ended = false;

  constructor(streams: StreamStore, eventType: string, fromId: string | undefined, toId: string) {
    this.#streams = streams;
    this.eventType = eventType;
    this.#fromId = fromId;
    this.#toId = toId;
  }

  get head(): StreamEntry | undefined {
    return this.#page[this.#index];
  }

  get needsFill(): boolean {
    return !this.#ended && this.#index >= this.#page.length;
  }

  take(): StreamEntry {
    return this.#page[this.#index++]!;
  }

  async fill(): Promise<void> {
    if (!this.needsFill) return;
    const page = await this.#streams.range({
      eventType: this.eventType,
      fromId: this.#fromId,
      toId: this.#toId,
      count: pageSize,
      newestFirst: false,
    });
    this.#ended = page.length < pageSize;
    this.#page = page;
    this.#index = 0;
    const last = page.at(-1);
    if (last) this.#fromId = idAfter(last.id);
  }
}

function idRange({ from, to }: HistoryRange): { fromId: string | undefined; toId: string | undefined } {
  return {
    fromId: from === undefined ? undefined : boundary("from", from, firstIdAt),
    toId: to === undefined ? undefined : boundary("to", to, lastIdAt),
  };
}

function boundary(name: string, value: Date | string, idAt: (time: Date) => string): string {
  if (typeof value !== "string") return idAt(checkDate(name, value));
  if (isEntryId(value)) return value;
  throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `${name} must be a Date or an event id.`, {
    details: { argument: name },
  });
}
