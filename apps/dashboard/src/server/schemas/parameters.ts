/** Parameters that many routes take. */
import { z } from "zod";

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
