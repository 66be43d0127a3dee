/** Rows as Elasticsearch's documents, and those that cannot be any. */
import { createHash } from "node:crypto";
import type { ArchiveRow } from "../../sink.ts";
import { whyMalformed } from "../why-malformed.ts";
import { whyOver64Bits } from "../why-over-64-bits.ts";
import type { StoredRow } from "./elasticsearch-client.ts";
import { maxDepth } from "./indices.ts";

const maxIdBytes = 512;

/** What makes a row be there once. */
export function documentId({ eventType, eventId }: ArchiveRow): string {
  return `${eventType}:${eventId}`;
}

/** It stands in a path, where names like `a/b` and `..` do not always arrive as they are. */
export function positionId(archive: string): string {
  return createHash("sha256").update(archive).digest("base64url");
}

export function toDocument(row: ArchiveRow): object {
  const { eventType, eventId, timestamp, source, data } = row;
  const [ms, seq] = eventId.split("-") as [string, string];
  const object = searchable(data);
  return {
    event_type: eventType,
    event_id: eventId,
    id_ms: ms,
    id_seq: seq,
    id_order: `${ms.padStart(20, "0")}-${seq.padStart(20, "0")}`,
    timestamp: timestamp.toISOString(),
    source,
    data,
    ...(object === undefined ? {} : { object }),
    archived_at: new Date().toISOString(),
  };
}

export function toRow({ event_type, event_id, timestamp, source, data }: StoredRow): ArchiveRow {
  return { eventType: event_type, eventId: event_id, timestamp: new Date(timestamp), source, data };
}

export function whyRefused(row: ArchiveRow): string | undefined {
  return whyMalformed(row) ?? whyOver64Bits(row.eventId) ?? whyLong(documentId(row));
}

function whyLong(id: string): string | undefined {
  const bytes = Buffer.byteLength(id);
  return bytes > maxIdBytes
    ? `its type and id have ${bytes} bytes; an _id has at most ${maxIdBytes}`
    : undefined;
}

/** The data where it is an object that a `flattened` field takes; anything else is kept, but not searched. */
function searchable(data: string): object | undefined {
  if (!data.trimStart().startsWith("{")) return undefined;
  try {
    const value = JSON.parse(data) as object;
    return isFlat(value, 1) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Not deeper than it may be, and with keys that can be part of a term. */
function isFlat(value: unknown, depth: number): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (depth > maxDepth) return false;
  return Object.entries(value).every(
    ([key, inner]) =>
      !key.includes("\0") && key.isWellFormed() && key.length < 1024 && isFlat(inner, depth + 1),
  );
}
