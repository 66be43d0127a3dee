/** `GET /api/signals`: signals as they were told by events, newest first; or what is pending in a mailbox, which stays there. */
import { CoordinationSignals, coordinationSignal } from "@attune/signals";
import type { EventsOf } from "@attune/streams";
import { signalJson, signalOfEvent, signalOfMailbox } from "@attune-tools/record-json";
import { z } from "zod";
import { cursorParameter, nextCursor } from "../cursor.ts";
import { DashboardError } from "../dashboard-error.ts";
import { searchBounds, searchHistory } from "../history/search-history.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { flagParameter, limitParameter, nameParameter } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import { signalSchema } from "../schemas/signal.ts";
import type { StoreAccess } from "../store-access.ts";

/** What is told of a mailbox takes no more than about this. */
const mostBytes = 8 * 1024 * 1024;

const querySchema = z.strictObject({
  agent: nameParameter.optional().describe("Who sent or got it; with `pending`: whose mailbox."),
  type: nameParameter.optional(),
  source: nameParameter.optional().describe("Who sent it."),
  pending: flagParameter.describe(
    "What waits in the mailbox of `agent`, oldest first: looked at, not taken.",
  ),
  limit: limitParameter(100, 1000),
  cursor: cursorParameter,
});
type Query = z.output<typeof querySchema>;

export function addSignalRoute(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/signals",
    {
      schema: {
        tags: ["signals"],
        summary: "Signals between agents",
        description: `Those that were published as events (\`enableStreaming\`), newest first; one request looks through at most ${searchBounds.events} events. With \`pending=true\`: what is in one agent's mailbox.`,
        querystring: querySchema,
        response: {
          200: z.object({
            signals: z.array(signalSchema),
            next_cursor: nextCursor,
            complete: z
              .boolean()
              .describe("False: there may be more; where there is a cursor, go on with it."),
          }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ query }) => (query.pending ? pendingSignals(access, query) : publishedSignals(access, query)),
  );
}

type SignalEvent = EventsOf<readonly [typeof coordinationSignal]>;

async function publishedSignals(access: StoreAccess, { agent, type, source, limit, cursor }: Query) {
  const { found, ...rest } = await searchHistory(access, {
    types: [coordinationSignal],
    newestFirst: true,
    limit,
    cursor,
    question: ["signals", agent, type, source],
    find: (one) => {
      const event = one as SignalEvent;
      if (!event.valid) return undefined;
      const signal = signalOfEvent(event.data, event.timestamp);
      const { sourceAgent, targetAgent, signalType } = signal;
      if (type !== undefined && signalType !== type) return undefined;
      if (source !== undefined && sourceAgent !== source) return undefined;
      if (agent !== undefined && sourceAgent !== agent && targetAgent !== agent) return undefined;
      return { event_id: event.eventId, ...signalJson(signal) };
    },
  });
  return { signals: [...found], ...rest };
}

async function pendingSignals({ transport }: StoreAccess, { agent, type, source, limit, cursor }: Query) {
  if (agent === undefined || cursor !== undefined) {
    throw new DashboardError(
      "REQUEST_INVALID",
      "With pending=true say whose mailbox: agent=…; it has no cursor.",
    );
  }
  await using mailbox = new CoordinationSignals({ agentId: agent, transport });
  const found = await mailbox.getPendingSignals({
    ...(type === undefined ? {} : { signalType: type }),
    ...(source === undefined ? {} : { sourceAgent: source }),
    limit,
  });
  const signals: ReturnType<typeof signalJson>[] = [];
  let bytes = 0;
  for (const signal of found) {
    if (bytes > mostBytes) break;
    const one = signalJson(signalOfMailbox(signal));
    bytes += JSON.stringify(one.payload).length;
    signals.push(one);
  }
  return { signals, next_cursor: null, complete: found.length < limit && signals.length === found.length };
}
