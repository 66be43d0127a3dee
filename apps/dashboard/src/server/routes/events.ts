/** `GET /api/events`: what was published, of one, several or all types; and one event as it is. */
import { isEntryId } from "@attune/transport";
import { z } from "zod";
import { eventSearch } from "../../protocol/event-search.ts";
import { cursorParameter, nextCursor } from "../cursor.ts";
import { DashboardError } from "../dashboard-error.ts";
import { firstIdOf, lastIdOf, momentParameter } from "../history/moment.ts";
import { searchBounds, searchHistory } from "../history/search-history.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { eventSchema, eventText } from "../schemas/event.ts";
import { flagParameter, limitParameter, nameParameter, repeatable } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import { sendJsonText } from "../send-json-text.ts";

const tags = ["events"];

export function addEventRoutes(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/events",
    {
      schema: {
        tags,
        summary: "Published events",
        description: `What the streams hold, several types merged by id. All pages of a cursor together hold what was there when the first one was asked for, each event once; what is published meanwhile is told by \`/ws\`. With \`search\` one request looks through at most ${searchBounds.events} events: \`complete\` is false where it ended for that, and \`next_cursor\` goes on.`,
        querystring: z.strictObject({
          type: repeatable(nameParameter, 100).describe("Left out: all types. May be given several times."),
          from: momentParameter.describe("Not before: ISO 8601 time (of the store), or an event id."),
          to: momentParameter.describe("Not after: ISO 8601 time (of the store), or an event id."),
          order: z.enum(["asc", "desc"]).default("desc").describe("`desc`: newest first."),
          search: z
            .string()
            .min(1)
            .max(256)
            .optional()
            .describe("A text in the type, the source or the data, whatever the case of its letters."),
          full: flagParameter.describe("With all data, also such that takes more than 4096 bytes."),
          limit: limitParameter(100, 1000),
          cursor: cursorParameter,
        }),
        response: {
          200: z.object({
            events: z.array(eventSchema),
            next_cursor: nextCursor,
            complete: z
              .boolean()
              .describe("False: looking was ended before the page was full; go on with the cursor."),
          }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ query }, reply) => {
      const { type, from, to, order, search, full, limit, cursor } = query;
      const wanted = type && [...new Set(type)].sort();
      const matches = search === undefined ? () => true : eventSearch(search);
      const page = await searchHistory(access, {
        types: wanted ?? (await access.eventTypes.list()),
        newestFirst: order === "desc",
        from: from === undefined ? undefined : firstIdOf(from),
        to: to === undefined ? undefined : lastIdOf(to),
        limit,
        cursor,
        question: ["events", wanted, from, to, order, search],
        find: (event) => (matches(event) ? eventText(event, full) : undefined),
      });
      const { found, ...rest } = page;
      return sendJsonText(reply, `{"events":[${found.join(",")}],${JSON.stringify(rest).slice(1)}`);
    },
  );
  server.get(
    "/api/events/:type/:id",
    {
      schema: {
        tags,
        summary: "One event, with all its data",
        params: z.object({ type: nameParameter, id: z.string().max(64) }),
        response: { 200: eventSchema, ...refusedWith("NOT_FOUND") },
      },
    },
    async ({ params: { type, id } }, reply) => {
      const [event] = isEntryId(id)
        ? await access.streamer.getRecentEvents(type, { from: id, to: id, count: 1 })
        : [];
      if (!event) throw new DashboardError("NOT_FOUND", "There is no such event (any more).");
      return sendJsonText(reply, eventText(event, true));
    },
  );
}
