/** Holds back the trimming of publishers until events are archived, and trims what is. */
import { type Cursor, trimHoldsBucket } from "@attune/streams";
import { compareIds, type Degradation, idAfter, type Timer, type Transport } from "@attune/transport";

const leaseMs = 600_000;
const renewMs = 120_000;

export interface TrimHoldOptions {
  readonly name: string;
  readonly eventTypes: readonly string[] | "all";
  readonly keep: number;
  readonly maxLength: number;
}

/** Up to here a stream is archived: its id, and how many entries that are. */
interface Mark {
  readonly id: string;
  readonly ordinal: number | null;
}

export class TrimHold {
  readonly #transport: Transport;
  readonly #degradation: Degradation;
  readonly #options: TrimHoldOptions;
  /** Oldest first, by stream. */
  readonly #marks = new Map<string, Mark[]>();
  #timer: Timer | undefined;
  #held = false;

  constructor(transport: Transport, degradation: Degradation, options: TrimHoldOptions) {
    this.#transport = transport;
    this.#degradation = degradation;
    this.#options = options;
  }

  /** From now on publishers hold back, once they have looked: within seconds. */
  async begin(): Promise<void> {
    this.#held = true;
    await this.#put();
    this.#renewLater();
  }

  async end(): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    this.#timer?.clear();
    const { records } = this.#transport;
    await this.#degradation.attempt(() => records.delete(trimHoldsBucket, this.#options.name), false);
  }

  /** Everything up to this cursor is in the sink. Trims what is, but for the newest of each stream. */
  async archived(cursor: Cursor): Promise<void> {
    if (!this.#held) return;
    for (const { eventType, id, ordinal } of cursor.positions) {
      const marks = this.#marks.get(eventType) ?? [];
      // Ordinals never fall within the life of a stream: it was deleted, and is another one now.
      if (ordinal !== null && (marks.at(-1)?.ordinal ?? 0) > ordinal) marks.length = 0;
      if (marks.at(-1)?.id !== id) marks.push({ id, ordinal });
      // A stream that is not trimmed for long (nobody publishes) needs no more than some of its marks.
      if (marks.length > 1000) marks.splice(0, marks.length, ...marks.filter((_, index) => index % 2 === 1));
      this.#marks.set(eventType, marks);
    }
    await this.#degradation.attempt(() => this.#trim(), undefined);
  }

  async #trim(): Promise<void> {
    const { streams } = this.#transport;
    const { keep } = this.#options;
    // Not for every few events that are over.
    const longest = keep + Math.ceil(keep / 10);
    for (const { eventType, length, added } of await streams.states([...this.#marks.keys()])) {
      if (length <= longest) continue;
      const marks = this.#marks.get(eventType)!;
      const mark =
        added === null ? await this.#markByRange(eventType, marks) : markBefore(marks, added - keep);
      if (!mark) continue;
      await streams.trimBefore(eventType, idAfter(mark.id));
      this.#marks.set(
        eventType,
        marks.filter(({ id }) => compareIds(id, mark.id) > 0),
      );
    }
  }

  /** Where the store does not count: looks for the oldest entry that is to stay. */
  async #markByRange(eventType: string, marks: readonly Mark[]): Promise<Mark | undefined> {
    const { keep } = this.#options;
    const staying = await this.#transport.streams.range({ eventType, count: keep, newestFirst: true });
    const oldest = staying.at(-1);
    if (staying.length < keep || !oldest) return undefined;
    return marks.findLast(({ id }) => compareIds(id, oldest.id) < 0);
  }

  #renewLater(): void {
    this.#timer = this.#transport.clock.setTimer(() => void this.#renew(), renewMs, { background: true });
  }

  async #renew(): Promise<void> {
    await this.#put();
    if (this.#held) this.#renewLater();
  }

  async #put(): Promise<void> {
    const { name, eventTypes, maxLength } = this.#options;
    const value = JSON.stringify({
      event_types: eventTypes === "all" ? null : eventTypes,
      max_length: maxLength,
    });
    const request = { bucket: trimHoldsBucket, key: name, value, leaseMs, keepMs: 0 };
    await this.#degradation.attempt(() => this.#transport.records.put(request), undefined);
    // Closed meanwhile: what was put after the removal has to go too.
    if (!this.#held) {
      await this.#degradation.attempt(() => this.#transport.records.delete(trimHoldsBucket, name), false);
    }
  }
}

/** The newest mark with at most so many entries up to it. */
function markBefore(marks: readonly Mark[], ordinal: number): Mark | undefined {
  return marks.findLast((mark) => mark.ordinal !== null && mark.ordinal <= ordinal && mark.ordinal > 0);
}
