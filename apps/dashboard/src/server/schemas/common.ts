/** What many routes take and answer. */
import { z } from "zod";
import { type RefusalCode, refusals } from "../refusals.ts";

/** Names of agents, types, workflows, groups: any text. */
export const nameParameter = z.string().min(1).max(1024);

export function limitParameter(standard: number, most: number) {
  return z.coerce.number().int().min(1).max(most).default(standard);
}

/** `a=1&a=2`. */
export function repeatable<Schema extends z.ZodType<unknown, string>>(schema: Schema, most: number) {
  return z
    .union([schema.transform((one) => [one]), z.array(schema).max(most)])
    .optional()
    .describe("May be given several times.");
}

/** `a=x,y`. */
export function listed<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z
    .string()
    .max(256)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(values)))
    .optional()
    .describe(`One or several, separated by commas: ${values.join(", ")}.`);
}

/** `true` and `false`; what is left out is false. */
export const flagParameter = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

/** Any JSON value. */
export const anyJson = z.unknown();

/** Any JSON object. */
export const anyObject = z.unknown().meta({ type: "object", additionalProperties: true });

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
