/** What a page may say. */
import { isEntryId } from "@attune/transport";
import { z } from "zod";
import { helloBounds, type PageMessage } from "../../protocol/messages.ts";

const helloSchema = z.strictObject({
  kind: z.literal("hello"),
  resume: z
    .strictObject({
      server: z.string().max(64),
      positions: z
        .array(
          z.strictObject({
            eventType: z.string().min(1).max(256),
            id: z.string().max(64).refine(isEntryId),
            ordinal: z.number().int().min(0).nullable(),
          }),
        )
        .max(helloBounds.positions)
        .refine(
          (positions) => new Set(positions.map(({ eventType }) => eventType)).size === positions.length,
        ),
    })
    .optional(),
});

const pingSchema = z.strictObject({ kind: z.literal("ping") });

const messageSchema = z.discriminatedUnion("kind", [helloSchema, pingSchema]);

/** `undefined`: it is no message of a page. */
export function pageMessageOf(text: string): PageMessage | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data as PageMessage | undefined;
  } catch {
    return undefined;
  }
}
