/**
 * Which rows of a batch are in ClickHouse already. It has no unique keys: a row that is inserted twice is there twice, until
 * parts are merged or `FINAL` is asked for. So it is asked before, where a row may be there: when its id is not larger than all
 * that are there of its type. In the steady run of an archive none is, and nothing is asked.
 */
import { compareIds } from "@attune/transport";
import { idParts } from "../../id-parts.ts";
import type { ArchiveRow } from "../../sink.ts";
import { literal, literals } from "./literal.ts";

export type Select = <Row>(query: string) => Promise<Row[]>;

/** Larger than every sequence number. */
const anySequence = "18446744073709551615";

export class KeptRows {
  readonly #select: Select;
  readonly #events: string;
  /** The largest id of each type; of unknown types it has to be asked. */
  readonly #largest = new Map<string, string>();

  constructor(select: Select, events: string) {
    this.#select = select;
    this.#events = events;
  }

  /** Those that are not there. Of a row that is in the batch twice, the first. */
  async missing(rows: readonly ArchiveRow[]): Promise<ArchiveRow[]> {
    await this.#learn(new Set(rows.map(({ eventType }) => eventType)));
    const largest = new Map(this.#largest);
    const questionable = rows.filter(({ eventType, eventId }) => {
      if (compareIds(eventId, largest.get(eventType)!) <= 0) return true;
      largest.set(eventType, eventId);
      return false;
    });
    if (questionable.length === 0) return [...rows];
    const seen = new Set<string>();
    for (const { event_type, event_id } of await this.#near(questionable))
      seen.add(`${event_id} ${event_type}`);
    return rows.filter(({ eventType, eventId }) => {
      const key = `${eventId} ${eventType}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  /** They are there now. */
  add(rows: readonly ArchiveRow[]): void {
    for (const { eventType, eventId } of rows) {
      const largest = this.#largest.get(eventType);
      if (largest === undefined || compareIds(eventId, largest) > 0) this.#largest.set(eventType, eventId);
    }
  }

  /** A write failed: what is there is not known any more. */
  forget(): void {
    this.#largest.clear();
  }

  async #learn(types: Set<string>): Promise<void> {
    const unknown = [...types].filter((eventType) => !this.#largest.has(eventType));
    if (unknown.length === 0) return;
    const found = await this.#select<{ event_type: string; ms: string }>(
      `SELECT event_type, toString(max(id_ms)) AS ms FROM ${this.#events}
       WHERE event_type IN (${literals(unknown)}) GROUP BY event_type`,
    );
    for (const { event_type, ms } of found) this.#largest.set(event_type, `${ms}-${anySequence}`);
    for (const eventType of unknown) if (!this.#largest.has(eventType)) this.#largest.set(eventType, "0-0");
  }

  /** What is there of the same types between the smallest and the largest of the ids: by the order of the table. */
  #near(rows: readonly ArchiveRow[]): Promise<{ event_type: string; event_id: string }[]> {
    const ranges = [...Map.groupBy(rows, ({ eventType }) => eventType)].map(([eventType, ofType]) => {
      const times = ofType
        .map(({ eventId }) => idParts(eventId).ms)
        .sort((one, other) => (one < other ? -1 : 1));
      const [from, to] = [times[0], times.at(-1)];
      return `(event_type = ${literal(eventType)} AND id_ms >= ${from} AND id_ms <= ${to})`;
    });
    return this.#select(`SELECT event_type, event_id FROM ${this.#events} WHERE ${ranges.join(" OR ")}`);
  }
}
