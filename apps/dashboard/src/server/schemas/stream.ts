/** A stream as JSON: what is held of a type of events. */
import { z } from "zod";

export const streamSchema = z.object({
  event_type: z.string(),
  length: z.number().describe("Events held now."),
  added: z.number().nullable().describe("Events ever published; `null`: the store does not count."),
  bytes: z.number().nullable().describe("What they take in the store; `null`: unknown."),
  oldest_id: z.string().nullable(),
  newest_id: z.string().describe("Of the newest event ever published."),
  oldest_at: z.string().nullable().describe("When the store took it; ISO 8601."),
  newest_at: z.string().nullable(),
});
