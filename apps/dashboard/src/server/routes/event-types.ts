/** `GET /api/event-types`: the types of events that there are, and how much is held of each. */

import { z } from "zod";
import { streamStateJson } from "../../live/stream-state-json.ts";
import { cursorParameter, fromCursor, nextCursor, toCursor } from "../cursor.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { limitParameter } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import { streamSchema } from "../schemas/stream.ts";

export function addEventTypeRoute(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/event-types",
    {
      schema: {
        tags: ["events"],
        summary: "The types of events, and how much is held of each",
        querystring: z.strictObject({ limit: limitParameter(1000, 1000), cursor: cursorParameter }),
        response: {
          200: z.object({ event_types: z.array(streamSchema), total: z.number(), next_cursor: nextCursor }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const question = "event-types";
      const after = fromCursor(cursor, question, z.string());
      const all = await access.eventTypes.list();
      const rest = after === undefined ? all : all.filter((type) => type > after);
      const types = rest.slice(0, limit);
      const states = await access.transport.streams.states(types);
      const next = rest.length > limit ? toCursor(question, types.at(-1)) : null;
      return { event_types: states.flatMap(streamStateJson), total: all.length, next_cursor: next };
    },
  );
}
