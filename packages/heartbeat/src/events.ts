/** The events of this package, as they lie on the wire. Both are open: unknown fields pass. */
import { defineEvent, lazySchema } from "@attune/streams";

/** An agent said that it lives, and what it is doing. */
export const agentHeartbeat = defineEvent(
  "agent_heartbeat",
  lazySchema(async () => (await import("./event-schemas.ts")).agentHeartbeatSchema),
);

/** Something went wrong with an agent. `error_type` is `agent_lost` for one whose lease ran out. */
export const agentError = defineEvent(
  "agent_error",
  lazySchema(async () => (await import("./event-schemas.ts")).agentErrorSchema),
);
