/** An event as JSON; with a limit to its data, as pages are shown it, or whole. */
import type { StreamEvent } from "@attune/streams";
import { eventJsonText } from "@attune-tools/record-json";
import { z } from "zod";
import { pushedEvent } from "../../live/pushed-event.ts";
import { anyJson } from "./any-json.ts";

export const eventSchema = z.object({
  event_id: z.string().describe("`<milliseconds>-<sequence>`, growing within a type."),
  event_type: z.string(),
  timestamp: z.string().nullable().describe("When its publisher made it; ISO 8601."),
  source: z.string(),
  data: anyJson
    .optional()
    .describe("As it was published. Left out of lists where it takes more than 4096 bytes."),
  data_bytes: z.number().optional().describe("Of data that was left out: `/api/events/{type}/{id}` has it."),
  invalid_reason: z.string().optional().describe("What is wrong with an entry of another program's making."),
  raw_data: z.string().optional().describe("With `invalid_reason`: the text that was stored."),
});

/** As JSON text. */
export function eventText(event: StreamEvent, whole: boolean): string {
  return whole ? eventJsonText(event) : pushedEvent(event);
}
