/** Checks what somebody wants to follow, before anything is sent. */
import { checkChoice, checkEventType, checkInteger } from "../arguments.ts";
import { AttuneError } from "../errors.ts";
import { parseCursor } from "./cursor.ts";
import type { FollowRequest } from "./follower.ts";

/**
 * Throws `ATTUNE_EVENT_TYPE_INVALID`, `ATTUNE_CURSOR_INVALID` or `ATTUNE_ARGUMENT_INVALID`. `transport.follow` does this
 * by itself; a feature that has to open its transport first does it right away.
 */
export function checkFollowRequest({
  eventTypes,
  from,
  count,
  blockMs,
}: Omit<FollowRequest<unknown>, "decode">): void {
  if (eventTypes !== "all") {
    if (!Array.isArray(eventTypes) || eventTypes.length === 0) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "eventTypes must name at least one type.", {
        details: { argument: "eventTypes" },
      });
    }
    for (const eventType of eventTypes) checkEventType(eventType);
  }
  if (typeof from === "string") checkChoice("from", from, ["now", "beginning"]);
  else parseCursor(from);
  if (count !== undefined) checkInteger("count", count, 1, 10_000);
  if (blockMs !== undefined) checkInteger("blockMs", blockMs, 10, 60_000);
}
