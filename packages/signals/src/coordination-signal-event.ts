/** The event that tells of a signal, as it lies on the wire (snake_case, so that programs in other languages read it). */
import { defineEvent, lazySchema } from "@attune/streams";

/** One agent told another (or all: `target_agent` null) something. Open: unknown fields pass. */
export const coordinationSignal = defineEvent(
  "coordination_signal",
  lazySchema(async () => (await import("./coordination-signal-schema.ts")).coordinationSignalSchema),
);
