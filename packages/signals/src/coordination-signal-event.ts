/** The event that tells of a signal, as it lies on the wire (snake_case, so that programs in other languages read it). */
import { defineEvent } from "@attune/streams";
import { z } from "zod";

/** One agent told another (or all: `target_agent` null) something. Open: unknown fields pass. */
export const coordinationSignal = defineEvent(
  "coordination_signal",
  z.looseObject({
    signal_id: z.string().min(1),
    signal_type: z.string().min(1),
    source_agent: z.string(),
    target_agent: z.string().nullable(),
    payload: z.json().optional(),
    timestamp: z.iso.datetime({ offset: true, local: true }).optional(),
    ttl_seconds: z.number().positive().optional(),
  }),
);
