/** Rows and batches for tests. */
import type { Cursor } from "@attune/streams";
import { expect } from "vitest";
import type { ArchiveRow, Sink, SinkBatch, WriteOutcome } from "../sink.ts";

export const startMs = Date.UTC(2026, 4, 6, 7, 8, 9, 10);

export function row(n: number, changes: Partial<ArchiveRow> = {}): ArchiveRow {
  return {
    eventType: "step",
    eventId: `${startMs + n}-0`,
    timestamp: new Date(startMs + n),
    source: "tester",
    data: JSON.stringify({ n }),
    ...changes,
  };
}

/** From `first` to `last`, both inclusive. */
export function rows(first: number, last: number, changes: Partial<ArchiveRow> = {}): ArchiveRow[] {
  return Array.from({ length: last - first + 1 }, (_, index) => row(first + index, changes));
}

export function cursorAt(n: number): Cursor {
  return { version: 1, positions: [{ eventType: "step", id: `${startMs + n}-0`, ordinal: n }] };
}

export function batch(given: readonly ArchiveRow[], changes: Partial<SinkBatch> = {}): SinkBatch {
  return { archive: "archive", rows: given, cursor: cursorAt(0), afterVersion: 0, ...changes };
}

/** Writes after the version that is stored. */
export async function write(
  sink: Sink,
  given: readonly ArchiveRow[],
  archive = "archive",
): Promise<WriteOutcome> {
  const { version } = await sink.position(archive);
  return sink.write(batch(given, { archive, afterVersion: version, cursor: cursorAt(version + 1) }));
}

/** The same, which has to succeed. */
export async function written(sink: Sink, given: readonly ArchiveRow[], archive = "archive"): Promise<void> {
  expect(await write(sink, given, archive)).toEqual({ outcome: "written" });
}

export function idsOf(given: readonly ArchiveRow[]): string[] {
  return given.map(({ eventId }) => eventId);
}
