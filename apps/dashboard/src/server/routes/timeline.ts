/** `GET /api/agents/:id/timeline`: what happened with an agent, newest first, whatever kind of event tells of it. */
import { idBefore, isEntryId } from "@attune/transport";
import { z } from "zod";
import { timelineKindOf, timelineKinds, timelineTypes } from "../../protocol/timeline-kind.ts";
import { cursorParameter, nextCursor } from "../cursor.ts";
import { lastIdOf, momentParameter } from "../history/moment.ts";
import { searchBounds, searchHistory } from "../history/search-history.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { eventSchema, eventText } from "../schemas/event.ts";
import { limitParameter, nameParameter } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import { sendJsonText } from "../send-json-text.ts";

export function addTimelineRoute(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/agents/:id/timeline",
    {
      schema: {
        tags: ["agents"],
        summary: "What happened with an agent, newest first",
        description: `Its beats, stages of workflows, signals, errors and approvals, as far as they were published as events. One request looks through at most ${searchBounds.events} events of the whole fleet.`,
        params: z.object({ id: nameParameter }),
        querystring: z.strictObject({
          before: momentParameter.describe(
            "Only what came before: ISO 8601 time (of the store), or an event id.",
          ),
          limit: limitParameter(100, 1000),
          cursor: cursorParameter,
        }),
        response: {
          200: z.object({
            items: z.array(
              eventSchema.extend({
                kind: z
                  .enum(timelineKinds)
                  .describe("`broadcast`: to all agents, by this one or another (`data.source_agent`)."),
              }),
            ),
            next_cursor: nextCursor,
            complete: z
              .boolean()
              .describe("False: looking was ended before the page was full; go on with the cursor."),
          }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ params: { id }, query: { before, limit, cursor } }, reply) => {
      const page = await searchHistory(access, {
        types: timelineTypes,
        newestFirst: true,
        to: before === undefined ? undefined : lastIdBefore(before),
        limit,
        cursor,
        question: ["timeline", id, before],
        find: (event) => {
          const kind = timelineKindOf(event.eventType, event.data, id);
          return kind && `{"kind":"${kind}",${eventText(event, false).slice(1)}`;
        },
      });
      const { found, ...rest } = page;
      return sendJsonText(reply, `{"items":[${found.join(",")}],${JSON.stringify(rest).slice(1)}`);
    },
  );
}

function lastIdBefore(moment: string): string {
  if (isEntryId(moment)) return idBefore(moment);
  // The whole millisecond is "then", not "before".
  return idBefore(`${lastIdOf(moment).split("-")[0]}-0`);
}
