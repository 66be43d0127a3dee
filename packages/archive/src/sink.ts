/**
 * What a place that keeps events for long must do to be a sink. Write a `Sink`, run `@attune/archive/conformance` on it:
 * that is all there is to a new one.
 *
 * Glossary
 * - row: an event as it is kept.
 * - archive: a name, and the position up to which its events are in the sink. One sink may hold several archives.
 * - position: where an archive stands in each of its streams. It is stored together with the rows that lead to it: both or
 *   neither. That, and nothing else, is what makes each event be there exactly once.
 * - version: how often an archive's position was written. A write that was made for another version than the stored one is
 *   refused: somebody else archives under the same name.
 * - refusal: a row that this store cannot hold at all, however often it is tried.
 *
 * A sink throws `ATTUNE_SINK_UNAVAILABLE` when trying again later may help (away, too slow, disk full) and
 * `ATTUNE_SINK_REFUSED` when it will not (no permission, a table of other columns). Nothing else.
 */
import type { Cursor } from "@attune/streams";

/** An event as it is kept. */
export interface ArchiveRow {
  readonly eventType: string;
  /** `<milliseconds>-<sequence>`, unique within its type. */
  readonly eventId: string;
  /** When the publisher made it. */
  readonly timestamp: Date;
  readonly source: string;
  /** The event's data as JSON text, exactly as it was stored. Of a damaged event it may be no JSON. */
  readonly data: string;
}

export interface ArchivePosition {
  /** 0: nothing was written yet. */
  readonly version: number;
  /** `null`: nothing was written yet. */
  readonly cursor: Cursor | null;
}

export interface SinkBatch {
  readonly archive: string;
  /** Events in the order in which they are to be kept; may be empty, when only the position moves. */
  readonly rows: readonly ArchiveRow[];
  /** The position once these rows are kept. */
  readonly cursor: Cursor;
  /** The version of the position that these rows follow. */
  readonly afterVersion: number;
}

export interface Refusal {
  /** In `rows`. */
  readonly index: number;
  /** In the store's own words, as far as there are any. */
  readonly reason: string;
}

/**
 * `"written"`: rows and position are kept. `"refused"`: nothing was written, since these rows cannot be: write the others.
 * `"conflict"`: the stored position has another version, and stays as it is. No row was written; where rows are idempotent, some
 * of these may have been: who wrote that version has the same events.
 */
export type WriteOutcome =
  | { readonly outcome: "written" }
  | { readonly outcome: "refused"; readonly refusals: readonly Refusal[] }
  | { readonly outcome: "conflict" };

/** One condition on an event's data or its `source`. All conditions of a query have to hold. */
export interface Condition {
  /** `"source"`, or where in the data: `"data"`, `"data.status"`, `"data.files.0.name"`. Keys that hold a dot: as a list. */
  readonly field: string | readonly string[];
  /** Default `"="`. Comparisons hold between numbers, and between texts; never between one of each. */
  readonly is?: "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "contains" | "exists";
  /** For `"in"` a list; for `"contains"` a text to be found in a text; none for `"exists"`. */
  readonly value?: string | number | boolean | null | readonly (string | number)[];
}

export interface ArchiveQuery {
  /** Left out: all types. */
  readonly types?: readonly string[];
  /** By `timestamp`, inclusive. */
  readonly from?: Date;
  /** By `timestamp`, exclusive. */
  readonly to?: Date;
  readonly where?: readonly Condition[];
  /** Default `"oldest first"`, by timestamp, then event id. */
  readonly order?: "oldest first" | "newest first";
  /** Default: all. From 1. */
  readonly limit?: number;
}

export interface Sink extends AsyncDisposable {
  /** Short name of the kind: "jsonl", "postgres". */
  readonly kind: string;
  /** Which one, for people: no passwords. */
  readonly location: string;
  /** How positions and rows are kept together. `"idempotent"`: a row that is written again, by its type and id, is there once. */
  readonly atomicity: "transaction" | "idempotent";
  /** Makes what is needed (tables, folders) where it is missing. Safe to repeat, and from several processes at once. */
  open(): Promise<void>;
  position(archive: string): Promise<ArchivePosition>;
  /** One at a time. Rejecting, it may have been written: ask for the position before the next one. */
  write(batch: SinkBatch): Promise<WriteOutcome>;
  /** Where the store can be asked. The rows come as they are read; ending the iteration ends the query. */
  query?(query: ArchiveQuery): AsyncIterable<ArchiveRow>;
  /** Releases connections and files. Safe to call twice. */
  close(): Promise<void>;
}
