/** `/ws`: a snapshot, then what changes. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recentEvents } from "../../live/live-events.ts";
import type { LiveFleet } from "../../live/live-fleet.ts";
import { closeCodes } from "../../protocol/messages.ts";
import { PageConnection } from "./page-connection.ts";

export interface SocketRouteOptions {
  readonly fleet: LiveFleet;
  /** Another one after each start. */
  readonly serverId: string;
  readonly version: string;
  readonly readOnly: boolean;
  readonly responder: string;
  readonly maxClients: number;
}

const helloSchema = z.strictObject({
  kind: z.literal("hello"),
  resume: z
    .strictObject({
      server: z.string().max(64),
      positions: z
        .array(
          z.strictObject({
            eventType: z.string().min(1).max(256),
            id: z.string().max(64),
            ordinal: z.number().int().min(0).nullable(),
          }),
        )
        .max(10_000),
    })
    .optional(),
});

export function addSocketRoute(server: FastifyInstance, options: SocketRouteOptions): void {
  const { maxClients } = options;
  const pages = new Set<PageConnection>();
  server.get("/ws", { websocket: true, schema: { hide: true } }, (socket) => {
    const page = new PageConnection(socket, () => {});
    if (pages.size >= maxClients) return page.end(closeCodes.full, "as many pages as may be are connected");
    pages.add(page);
    let stop: (() => void) | undefined;
    socket.on("error", () => socket.terminate());
    socket.once("close", () => {
      pages.delete(page);
      stop?.();
    });
    socket.once("message", (data, isBinary) => {
      const hello = isBinary ? undefined : helloOf(String(data));
      if (!hello) return page.end(closeCodes.notUnderstood, "the first message has to be a hello");
      stop = begin(page, hello, options);
    });
  });
  server.addHook("preClose", async () => {
    for (const page of pages) page.end(1001, "the dashboard ends");
  });
}

type Hello = z.infer<typeof helloSchema>;

function helloOf(text: string): Hello | undefined {
  try {
    return helloSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What it has missed and what is said from now on: nothing lies between the two, since nothing waits here. */
function begin(page: PageConnection, { resume }: Hello, options: SocketRouteOptions): () => void {
  const { fleet, serverId, version, readOnly, responder } = options;
  const snapshot = fleet.snapshot();
  const positions = new Map(resume?.positions.map(({ eventType, id }) => [eventType, id]));
  const since = resume ? fleet.events.since(positions) : null;
  const events = since ?? fleet.events.newest(recentEvents);
  const head = JSON.stringify({
    kind: "snapshot",
    server: serverId,
    version,
    read_only: readOnly,
    responder,
    resumed: since !== null,
    missed: since === null && resume ? null : 0,
    ...snapshot,
  });
  page.send(`${head.slice(0, -1)},"events":[${events.join(",")}]}`);
  return fleet.feed.read((frame) => page.delta(frame));
}
