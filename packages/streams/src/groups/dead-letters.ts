/**
 * The dead letters of groups: what was given up is kept as a record, until somebody replays or purges it, for a year at
 * most. A record and not an entry of a stream, so that giving up twice keeps it once, and each can be removed by itself.
 */
import {
  AttuneError,
  checkEventType,
  checkInteger,
  checkName,
  checkText,
  compareIds,
  type Degradation,
  maxTtlMs,
  type RecordPage,
  type Transport,
} from "@attune/transport";
import {
  bucketOf,
  type DeadLetter,
  keyOf,
  type NewDeadLetter,
  toDeadLetter,
  toValue,
} from "./dead-letter.ts";

/** Which dead letters of a group. */
export interface DeadLetterSelection {
  readonly group: string;
  /** Left out: of all types. */
  readonly eventType?: string;
  /** Left out: all of them. Else these. */
  readonly eventIds?: readonly string[];
}

/** What became of a dead letter that was offered: it may be forgotten, it stays, or it stays and no more are wanted. */
export type Taking = "taken" | "left" | "ended";

/** Records per read. */
const pageSize = 500;
const maxCount = 100_000;

export class DeadLetters {
  readonly #transport: Transport;
  readonly #degradation: Degradation;

  constructor(transport: Transport, degradation: Degradation) {
    this.#transport = transport;
    this.#degradation = degradation;
  }

  /** Keeps an event that was given up; what was kept of it first stays. Resolves with whether it is known to be kept. */
  async keep(letter: NewDeadLetter): Promise<boolean> {
    const failedAt = new Date(this.#transport.clock.now());
    const put = (withData: boolean) =>
      this.#degradation.attempt(
        () =>
          this.#transport.records.put({
            bucket: bucketOf(letter.group),
            key: keyOf(letter),
            value: toValue(letter, failedAt, withData),
            // As a lease, since those are counted.
            leaseMs: maxTtlMs,
            keepMs: 0,
            // Whoever gives it up once more, since the first one died before acknowledging it, knows the reason no better.
            condition: { absent: true },
          }),
        { stored: false, reason: "unknown" },
      );
    // Half a surrogate pair is nothing that a record can hold.
    if (!letter.rawData.isWellFormed()) return isKept(await put(false));
    try {
      return isKept(await put(true));
    } catch (error) {
      // Published by a program with a larger limit. Better known without its data than not at all.
      if (!(error instanceof AttuneError && error.code === "ATTUNE_PAYLOAD_TOO_LARGE")) throw error;
      return isKept(await put(false));
    }
  }

  /** How many a group has, of all types; 0 while the store is away. */
  count(group: string): Promise<number> {
    return this.#degradation.attempt(
      () => this.#transport.records.count(bucketOf(checkName("group", group))),
      0,
    );
  }

  /** Oldest event first. Empty while the store is away. */
  async list(selection: DeadLetterSelection, count: number): Promise<DeadLetter[]> {
    checkSelection(selection);
    checkInteger("count", count, 1, maxCount);
    const keys = (await this.#keys(selection)).slice(0, count);
    const letters: DeadLetter[] = [];
    for (const page of pagesOf(keys)) {
      for (const { letter } of await this.#get(selection.group, page)) letters.push(letter);
    }
    return letters;
  }

  /**
   * Gives each to `take`, oldest event first, and forgets those that it took. Resolves with how many were taken.
   */
  async drain(
    selection: DeadLetterSelection,
    take: (letter: DeadLetter) => Promise<Taking>,
  ): Promise<number> {
    checkSelection(selection);
    let taken = 0;
    for (const page of pagesOf(await this.#keys(selection))) {
      for (const { key, letter } of await this.#get(selection.group, page)) {
        const outcome = await take(letter);
        if (outcome === "left") continue;
        if (outcome === "ended" || !(await this.#forget(letter.group, key))) return taken;
        taken++;
      }
    }
    return taken;
  }

  async #forget(group: string, key: string): Promise<boolean> {
    return this.#degradation.attempt(async () => {
      await this.#transport.records.delete(bucketOf(group), key);
      return true;
    }, false);
  }

  async #get(group: string, keys: readonly string[]): Promise<Kept[]> {
    const records = await this.#degradation.attempt(
      () => this.#transport.records.get(bucketOf(group), keys),
      [],
    );
    return records.flatMap((record) => (record ? [{ key: record.key, letter: toDeadLetter(record) }] : []));
  }

  /** Oldest event first. Only these are held at once: there may be many, and large ones. */
  async #keys(selection: DeadLetterSelection): Promise<string[]> {
    const { group, eventType, eventIds } = selection;
    const ids = eventIds && new Set(eventIds);
    /** By key: what is put meanwhile may be listed twice. */
    const found = new Map<string, Aged & { readonly key: string }>();
    let from: string | null = null;
    do {
      const page: RecordPage = await this.#degradation.attempt(
        () => this.#transport.records.list({ bucket: bucketOf(group), from, count: pageSize }),
        { records: [], next: null },
      );
      for (const record of page.records) {
        const letter = toDeadLetter(record);
        if (eventType !== undefined && letter.eventType !== eventType) continue;
        if (ids && !ids.has(letter.eventId)) continue;
        found.set(record.key, { key: record.key, eventId: letter.eventId, eventType: letter.eventType });
      }
      from = page.next;
    } while (from !== null);
    return [...found.values()].sort(byAge).map(({ key }) => key);
  }
}

interface Kept {
  readonly key: string;
  readonly letter: DeadLetter;
}

function isKept(outcome: { readonly stored: boolean; readonly reason?: string }): boolean {
  return outcome.stored || outcome.reason === "condition";
}

function* pagesOf(keys: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < keys.length; from += pageSize) yield keys.slice(from, from + pageSize);
}

function checkSelection({ group, eventType, eventIds }: DeadLetterSelection): void {
  checkName("group", group);
  if (eventType !== undefined) checkEventType(eventType);
  for (const id of eventIds ?? []) checkText("eventIds", id, { min: 1 });
}

interface Aged {
  readonly eventId: string;
  readonly eventType: string;
}

function byAge(a: Aged, b: Aged): number {
  return compareIds(a.eventId, b.eventId) || (a.eventType < b.eventType ? -1 : 1);
}
