/** A signal as JSON. */
import { z } from "zod";
import { anyJson } from "./any-json.ts";

export const signalSchema = z.object({
  event_id: z.string().optional().describe("Of the event that tells of it; a signal in a mailbox has none."),
  signal_id: z.string(),
  signal_type: z.string(),
  source_agent: z.string(),
  target_agent: z.string().nullable().describe("`null`: to all."),
  timestamp: z.string().nullable().describe("ISO 8601."),
  ttl_seconds: z.number().nullable(),
  payload: anyJson,
  invalid_reason: z.string().optional(),
});
