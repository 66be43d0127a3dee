/** The event that tells that a group gave one up, for whoever watches; the dead letter itself is kept as a record. */
import { defineEvent } from "../define-event.ts";
import { lazySchema } from "../lazy-schema.ts";

/** Open: unknown fields pass. */
export const deadLetterEvent = defineEvent(
  "dead_letter",
  lazySchema(async () => (await import("./dead-letter-schema.ts")).deadLetterSchema),
);
