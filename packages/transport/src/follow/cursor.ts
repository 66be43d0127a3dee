/** Cursors: where a consumer stands in each of its streams, as plain JSON that can be stored and given back. */
import { checkEventType } from "../arguments.ts";
import { AttuneError } from "../errors.ts";
import { isEntryId } from "../ids.ts";
import type { Position } from "./position.ts";

export interface CursorPosition {
  readonly eventType: string;
  /** The id of the last entry passed. */
  readonly id: string;
  /** Its ordinal, or `null` where the store does not count. */
  readonly ordinal: number | null;
}

/** Plain JSON. Its content is ours to change between versions: store it whole and give it back unchanged. */
export interface Cursor {
  readonly version: 1;
  readonly positions: readonly CursorPosition[];
}

export function toCursor(positions: ReadonlyMap<string, Position>): Cursor {
  return {
    version: 1,
    positions: [...positions].map(([eventType, { id, ordinal }]) => ({ eventType, id, ordinal })),
  };
}

/** Reads a cursor that came from outside. Throws `ATTUNE_CURSOR_INVALID`. */
export function parseCursor(value: unknown): Map<string, Position> {
  if (typeof value !== "object" || value === null) throw invalid("it is not an object");
  const { version, positions } = value as { version?: unknown; positions?: unknown };
  if (version !== 1) throw invalid(`its version is ${JSON.stringify(version)}, this package understands 1`);
  if (!Array.isArray(positions)) throw invalid("its positions are not a list");
  const parsed = new Map<string, Position>();
  for (const position of positions as unknown[]) {
    if (typeof position !== "object" || position === null) throw invalid("a position is not an object");
    const { eventType, id, ordinal } = position as Record<string, unknown>;
    try {
      checkEventType(eventType);
    } catch (cause) {
      throw invalid("a position has no valid event type", cause);
    }
    if (!isEntryId(id)) throw invalid(`the id of ${JSON.stringify(eventType)} is malformed`);
    if (ordinal !== null && !(Number.isSafeInteger(ordinal) && (ordinal as number) >= 0)) {
      throw invalid(`the ordinal of ${JSON.stringify(eventType)} is malformed`);
    }
    if (parsed.has(eventType as string)) throw invalid(`${JSON.stringify(eventType)} occurs twice`);
    parsed.set(eventType as string, { id, ordinal: ordinal as number | null });
  }
  return parsed;
}

function invalid(reason: string, cause?: unknown): AttuneError {
  return new AttuneError(
    "ATTUNE_CURSOR_INVALID",
    `This is not a cursor that a consumer gave out: ${reason}.`,
    { cause },
  );
}
