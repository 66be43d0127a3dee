/** The answers of a route that is refused. */
import { z } from "zod";
import { type RefusalCode, refusals } from "../refusals.ts";

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .describe("Why not. The code is one of the table of refusals, or of the library's errors.");

/** The responses of a route that is refused so. What the guard refuses, and 503, may befall every route. */
export function refusedWith<const Codes extends readonly RefusalCode[]>(
  ...codes: Codes
): Record<(typeof refusals)[Codes[number] | EveryRoute]["status"], typeof errorSchema> {
  const all: RefusalCode[] = [...everyRoute, ...codes];
  const entries = all.map((code) => [refusals[code].status, errorSchema]);
  return Object.fromEntries(entries) as Record<
    (typeof refusals)[Codes[number] | EveryRoute]["status"],
    typeof errorSchema
  >;
}

const everyRoute = [
  "REQUEST_INVALID",
  "TOKEN_MISSING",
  "ORIGIN_NOT_ALLOWED",
  "TOO_MANY_REQUESTS",
  "STORE_UNAVAILABLE",
] as const;
type EveryRoute = (typeof everyRoute)[number];
