/** The events of several types as one history, from one end to the other: read no further than it is asked for. */
import { type EventDefinition, EventStreamer, type StreamEvent } from "@attune/streams";
import {
  compareIds,
  idAfter,
  idBefore,
  type StreamState,
  type Transport,
  transportWith,
} from "@attune/transport";

/** Ids are those of a type only: of events of one id, the type says which is first. */
export interface Place {
  readonly id: string;
  readonly type: string;
}

export interface HistoryRequest {
  readonly types: readonly (string | EventDefinition)[];
  readonly newestFirst: boolean;
  /** Ids; both ends are part of it. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Only what comes behind it, in the order asked for. */
  readonly after?: Place | undefined;
}

/** One read should take no more than about this. */
const bytesPerRead = 1024 * 1024;
const mostPerRead = 500;
/** Where the store does not tell how large the events of a type are. */
const firstPerRead = 16;
/** So many types are read at once. */
const readAtOnce = 16;

export class MergedHistory {
  /** Ids up to which there was something when it was opened. What is published since may lie behind it. */
  readonly end: string;
  /** In the order of their heads, or of what their heads can be at best. */
  readonly #lanes: Lane[];

  private constructor(lanes: Lane[], end: string) {
    this.#lanes = lanes.sort(Lane.compare);
    this.end = end;
  }

  /** Rejects while the store is away, as do the others. */
  static async open(transport: Transport, request: HistoryRequest): Promise<MergedHistory> {
    const { newestFirst } = request;
    const selectors = new Map(request.types.map((type) => [nameOf(type), type]));
    const states = await transport.streams.states([...selectors.keys()]);
    const end = states.reduce((last, { lastId }) => (compareIds(lastId, last) > 0 ? lastId : last), "0-0");
    const streamer = new EventStreamer({ transport: newestFirst ? transport : oldestFirst(transport) });
    const lanes = states.flatMap((state) => {
      const lane = new Lane(streamer, selectors.get(state.eventType)!, state, request);
      return lane.isEmpty ? [] : [lane];
    });
    return new MergedHistory(lanes, end);
  }

  async next(): Promise<StreamEvent | undefined> {
    await this.#fill();
    const [first] = this.#lanes;
    const event = first?.take();
    if (first) this.#putInOrder(first);
    return event;
  }

  async hasMore(): Promise<boolean> {
    await this.#fill();
    return this.#lanes.length > 0;
  }

  /** Until the first one has its head. */
  async #fill(): Promise<void> {
    while (this.#lanes[0] && !this.#lanes[0].head) {
      const empty = this.#lanes.filter(({ head }) => !head).slice(0, readAtOnce);
      await Promise.all(empty.map((lane) => lane.fill()));
      const left = this.#lanes.filter(({ isEmpty }) => !isEmpty).sort(Lane.compare);
      this.#lanes.splice(0, this.#lanes.length, ...left);
    }
  }

  /** It was the first one, and seldom goes far. */
  #putInOrder(lane: Lane): void {
    const lanes = this.#lanes;
    lanes.shift();
    if (lane.isEmpty) return;
    let at = 0;
    while (at < lanes.length && Lane.compare(lanes[at]!, lane) < 0) at++;
    lanes.splice(at, 0, lane);
  }
}

/** One type's events within the request. */
class Lane {
  readonly type: string;
  readonly #streamer: EventStreamer;
  readonly #selector: string | EventDefinition;
  readonly #newestFirst: boolean;
  #from: string;
  #to: string;
  #page: readonly StreamEvent[] = [];
  #at = 0;
  #ended: boolean;
  #perRead: number;

  constructor(
    streamer: EventStreamer,
    selector: string | EventDefinition,
    state: StreamState,
    { newestFirst, from = "0-0", to, after }: HistoryRequest,
  ) {
    this.type = state.eventType;
    this.#streamer = streamer;
    this.#selector = selector;
    this.#newestFirst = newestFirst;
    this.#from = later(from, state.oldestId ?? "0-0");
    this.#to = to === undefined ? state.lastId : earlier(to, state.lastId);
    this.#ended = state.length === 0;
    const { bytes, length } = state;
    const known = bytes === null ? firstPerRead : bytesPerRead / (bytes / Math.max(1, length));
    this.#perRead = Math.min(Math.max(1, Math.floor(known)), mostPerRead);
    if (after) this.#goBehind(after);
  }

  static compare(one: Lane, other: Lane): number {
    const byId = compareIds(one.#key, other.#key) || (one.type < other.type ? -1 : 1);
    return one.#newestFirst ? -byId : byId;
  }

  get head(): StreamEvent | undefined {
    return this.#page[this.#at];
  }

  get isEmpty(): boolean {
    return !this.head && (this.#ended || compareIds(this.#from, this.#to) > 0);
  }

  take(): StreamEvent {
    return this.#page[this.#at++]!;
  }

  async fill(): Promise<void> {
    const count = this.#perRead;
    const page: readonly StreamEvent[] = await this.#streamer.getRecentEvents(this.#selector, {
      from: this.#from,
      to: this.#to,
      count,
    });
    this.#page = page;
    this.#at = 0;
    const last = page.at(-1);
    this.#ended = page.length < count;
    if (!last) return;
    this.#goBehind({ id: last.eventId, type: this.type });
    const bytes = page.reduce((sum, { rawData }) => sum + rawData.length, 0) / page.length;
    this.#perRead = Math.min(Math.max(1, Math.floor(bytesPerRead / (bytes + 100))), mostPerRead);
  }

  /** Of the head, or the best that it can be. */
  get #key(): string {
    return this.head?.eventId ?? (this.#newestFirst ? this.#to : this.#from);
  }

  #goBehind({ id, type }: Place): void {
    if (this.#newestFirst) {
      this.#to = earlier(this.#to, this.type < type ? id : idBefore(id));
      if (id === "0-0") this.#ended = true;
    } else {
      const next = this.type > type ? id : idAfter(id);
      this.#from = later(this.#from, next);
      if (next === id && this.type <= type) this.#ended = true;
    }
  }
}

/** Looking back from the other end: the same calls give the oldest ones. */
function oldestFirst(transport: Transport): Transport {
  const { streams } = transport;
  return transportWith(transport, {
    streams: { ...streams, range: (request) => streams.range({ ...request, newestFirst: false }) },
  });
}

function nameOf(type: string | EventDefinition): string {
  return typeof type === "string" ? type : type.eventType;
}

function earlier(one: string, other: string): string {
  return compareIds(one, other) <= 0 ? one : other;
}

function later(one: string, other: string): string {
  return compareIds(one, other) >= 0 ? one : other;
}
