/** Holds back the trimming of publishers until events are archived, and trims what is: what this and all other archives have. */
import { createHash } from "node:crypto";
import { type Cursor, trimHoldsBucket } from "@attune/streams";
import {
  compareIds,
  type Degradation,
  idAfter,
  randomToken,
  type StreamState,
  type Timer,
  type Transport,
} from "@attune/transport";
import { type OtherHolds, readOtherHolds } from "./other-holds.ts";
import { isOutage, type SideErrors } from "./side-errors.ts";

const leaseMs = 600_000;
/** Also how long publishers may go without it after a store has lost everything. */
const renewMs = 30_000;
/** After a put that the store did not take. */
const againMs = 2000;
/** How often it is looked whether the others have archived meanwhile what only this one had. */
const lookMs = 1000;
/** The positions in a record: of the longest streams, where there are too many. */
const maxArchivedBytes = 256 * 1024;

export interface TrimHoldOptions {
  readonly name: string;
  /** Where the archive's position is kept: archivers with the same have the same position. */
  readonly location: string;
  readonly eventTypes: readonly string[] | "all";
  readonly keep: number;
  readonly maxLength: number;
  readonly sideErrors: SideErrors;
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
  readonly #archive: string;
  readonly #types: ReadonlySet<string> | undefined;
  /** Each archiver has a record of its own: the one that stops does not end the hold of the one that stands by. */
  readonly #key: string;
  /** Oldest first, by stream. */
  readonly #marks = new Map<string, Mark[]>();
  /** Up to where each stream is archived. */
  readonly #newest = new Map<string, string>();
  /** Streams in which something was archived since they were last seen to be short. */
  readonly #grown = new Set<string>();
  /** What is told to the other archives; none while there are none. */
  #told: Readonly<Record<string, string>> | undefined;
  #renewal: Timer | undefined;
  #look: Timer | undefined;
  #stopListening: (() => void) | undefined;
  #held = false;

  constructor(transport: Transport, degradation: Degradation, options: TrimHoldOptions) {
    this.#transport = transport;
    this.#degradation = degradation;
    this.#options = options;
    const { name, location, eventTypes } = options;
    this.#types = eventTypes === "all" ? undefined : new Set(eventTypes);
    this.#archive = createHash("sha256").update(`${name}\n${location}`).digest("base64url").slice(0, 22);
    this.#key = `${name}:${randomToken().slice(0, 12)}`;
  }

  /** From now on publishers hold back, once they have looked: within seconds. */
  async begin(): Promise<void> {
    this.#held = true;
    // A store that was away for long, or was made anew, knows nothing of it any more.
    this.#stopListening = this.#transport.onStatus((status) => {
      if (status === "available") this.#inBackground(this.#renew());
    });
    await this.#renew();
  }

  async end(): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    this.#stopListening?.();
    this.#renewal?.clear();
    this.#look?.clear();
    await this.#attempt(() => this.#transport.records.delete(trimHoldsBucket, this.#key), false);
  }

  /** Everything up to this cursor is in the sink. Trims what is, but for the newest of each stream. */
  async archived(cursor: Cursor): Promise<void> {
    if (!this.#held) return;
    for (const { eventType, id, ordinal } of cursor.positions) {
      // A position may be kept for types that are archived no more: they are not ours to trim.
      if (!(this.#types?.has(eventType) ?? true)) continue;
      const marks = this.#marks.get(eventType) ?? [];
      if (marks.at(-1)?.id === id) continue;
      // Ordinals never fall within the life of a stream: it was deleted, and is another one now.
      if (ordinal !== null && (marks.at(-1)?.ordinal ?? 0) > ordinal) marks.length = 0;
      marks.push({ id, ordinal });
      this.#newest.set(eventType, id);
      // A stream that is not trimmed for long (nobody publishes) needs no more than some of its marks.
      if (marks.length > 1000) marks.splice(0, marks.length, ...marks.filter((_, index) => index % 2 === 1));
      this.#marks.set(eventType, marks);
      this.#grown.add(eventType);
    }
    // Whoever waits for others looks at its own times.
    if (!this.#look) await this.#trim();
  }

  async #trim(): Promise<void> {
    let isBlocked = true;
    try {
      isBlocked = await this.#attempt(() => this.#trimGrown(), false);
    } finally {
      if (isBlocked && this.#held && !this.#look) {
        this.#look = this.#transport.clock.setTimer(
          () => {
            this.#look = undefined;
            if (this.#held) this.#inBackground(this.#trim());
          },
          lookMs,
          { background: true },
        );
      }
    }
  }

  /** Answers whether something stays only since another archive does not have it yet. */
  async #trimGrown(): Promise<boolean> {
    const { streams, records } = this.#transport;
    const { keep } = this.#options;
    const states = await streams.states([...this.#grown]);
    for (const { eventType, length } of states) {
      if (!isLong(length, keep)) this.#grown.delete(eventType);
    }
    const long = states.filter(({ length }) => isLong(length, keep));
    if (long.length === 0) return false;
    const others = await readOtherHolds(records, this.#archive);
    this.#told = others.isEmpty ? undefined : this.#toTell(long);
    if (this.#told) await this.#put();
    let isBlocked = false;
    for (const state of long) {
      if (await this.#trimOne(state, others)) isBlocked = true;
      else this.#grown.delete(state.eventType);
    }
    return isBlocked;
  }

  async #trimOne({ eventType, length, added }: StreamState, others: OtherHolds): Promise<boolean> {
    const keep = Math.max(this.#options.keep, others.keep(eventType));
    if (!isLong(length, keep)) return false;
    const upTo = others.archivedUpTo(eventType);
    if (upTo === "nothing") return true;
    const marks = this.#marks.get(eventType) ?? [];
    const own =
      added === null ? await this.#markByRange(eventType, marks, keep) : markBefore(marks, added - keep);
    if (!own) return false;
    const isBlocked = upTo !== "everything" && compareIds(own.id, upTo) > 0;
    const mark = isBlocked ? marks.findLast(({ id }) => compareIds(id, upTo) <= 0) : own;
    if (mark) {
      await this.#transport.streams.trimBefore(eventType, idAfter(mark.id));
      this.#marks.set(
        eventType,
        marks.filter(({ id }) => compareIds(id, mark.id) > 0),
      );
    }
    return isBlocked;
  }

  /** Where the store does not count: looks for the oldest entry that is to stay. */
  async #markByRange(eventType: string, marks: readonly Mark[], keep: number): Promise<Mark | undefined> {
    const staying = await this.#transport.streams.range({ eventType, count: keep, newestFirst: true });
    const oldest = staying.at(-1);
    if (staying.length < keep || !oldest) return undefined;
    return marks.findLast(({ id }) => compareIds(id, oldest.id) < 0);
  }

  #toTell(long: readonly StreamState[]): Readonly<Record<string, string>> {
    const told: [string, string][] = [];
    let bytes = 0;
    for (const { eventType } of [...long].sort((one, other) => other.length - one.length)) {
      const mark = this.#newest.get(eventType);
      if (!mark) continue;
      bytes += Buffer.byteLength(JSON.stringify([eventType, mark]));
      if (bytes > maxArchivedBytes) break;
      told.push([eventType, mark]);
    }
    return Object.fromEntries(told);
  }

  async #renew(): Promise<void> {
    this.#renewal?.clear();
    let isPut = false;
    try {
      isPut = await this.#put();
    } finally {
      if (this.#held) {
        this.#renewal?.clear();
        this.#renewal = this.#transport.clock.setTimer(
          () => this.#inBackground(this.#renew()),
          isPut ? renewMs : againMs,
          { background: true },
        );
      }
    }
  }

  /** Answers whether it is there now. */
  async #put(): Promise<boolean> {
    const { name, eventTypes, keep, maxLength } = this.#options;
    const value = JSON.stringify({
      archive: name,
      archive_id: this.#archive,
      event_types: eventTypes === "all" ? null : eventTypes,
      max_length: maxLength,
      keep,
      ...(this.#told && { archived: this.#told }),
    });
    const request = { bucket: trimHoldsBucket, key: this.#key, value, leaseMs, keepMs: 0 };
    const isPut = await this.#attempt(async () => (await this.#transport.records.put(request)).stored, false);
    // Closed meanwhile: what was put after the removal has to go too.
    if (!this.#held) {
      await this.#attempt(() => this.#transport.records.delete(trimHoldsBucket, this.#key), false);
    }
    return isPut;
  }

  /** Whatever `onUnavailable` is: a store that is away ends no archive, and no process. */
  async #attempt<T, F>(call: () => Promise<T>, fallback: F): Promise<T | F> {
    try {
      return await this.#degradation.attempt(call, fallback);
    } catch (error) {
      if (isOutage(error)) return fallback;
      throw error;
    }
  }

  /** What fails comes again. */
  #inBackground(work: Promise<void>): void {
    work.catch((error) => this.#options.sideErrors.tell("holding back the trimming failed", error));
  }
}

/** Not trimmed for every few events that are over. */
function isLong(length: number, keep: number): boolean {
  return length > keep + Math.ceil(keep / 10);
}

/** The newest mark with at most so many entries up to it. */
function markBefore(marks: readonly Mark[], ordinal: number): Mark | undefined {
  return marks.findLast((mark) => mark.ordinal !== null && mark.ordinal <= ordinal && mark.ordinal > 0);
}
