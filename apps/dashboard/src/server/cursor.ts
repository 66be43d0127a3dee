/** Cursors are opaque to clients: where a page ended, and of which question, so that it goes on with that one only. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { DashboardError } from "./dashboard-error.ts";

/** As a query's parameter. */
export const cursorParameter = z
  .string()
  .min(1)
  .max(8192)
  .optional()
  .describe("`next_cursor` of the page before; the other parameters, but for `limit`, stay as they were.");

export const nextCursor = z.string().nullable().describe("`null`: there is no more.");

/** `question`: what all pages have in common. */
export function toCursor(question: unknown, place: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(question), place])).toString("base64url");
}

/** Where to go on; `undefined` without a cursor. Throws `CURSOR_INVALID`. */
export function fromCursor<Place>(
  cursor: string | undefined,
  question: unknown,
  schema: z.ZodType<Place>,
): Place | undefined {
  if (cursor === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw invalid();
  }
  if (!Array.isArray(value) || value[0] !== fingerprint(question)) throw invalid();
  const place = schema.safeParse(value[1]);
  if (!place.success) throw invalid();
  return place.data;
}

function fingerprint(question: unknown): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("base64url").slice(0, 10);
}

function invalid(): DashboardError {
  return new DashboardError(
    "CURSOR_INVALID",
    "The cursor is none of this question's: pass next_cursor back unchanged, with the other parameters as they were.",
  );
}
