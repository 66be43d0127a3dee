/** `/ws`: a snapshot, then what changes. */
import type { FastifyInstance } from "fastify";
import { closeCodes } from "../../protocol/messages.ts";
import { DashboardError } from "../dashboard-error.ts";
import { PageConnection } from "./page-connection.ts";
import { pageMessageOf } from "./page-message.ts";
import { PageSession, type PageSessionOptions } from "./page-session.ts";

export interface SocketRouteOptions extends PageSessionOptions {
  readonly maxClients: number;
}

export const socketPath = "/ws";

export function addSocketRoute(server: FastifyInstance, options: SocketRouteOptions): void {
  const { maxClients, fleet } = options;
  const { clients } = fleet;
  const pages = new Set<PageConnection>();
  const preValidation = async () => {
    if (clients.connected >= maxClients)
      throw new DashboardError("TOO_MANY_PAGES", "As many pages as may be are connected.");
  };
  server.get(socketPath, { websocket: true, schema: { hide: true }, preValidation }, (socket) => {
    let session: PageSession | undefined;
    const gone = clients.add();
    const page = new PageConnection({
      socket,
      onMessage: (text) => {
        const message = pageMessageOf(text);
        if (message?.kind === "hello" && !session) session = new PageSession(options, page, message);
        else if (message?.kind === "ping" && session) page.pong();
        else page.end(closeCodes.notUnderstood, "a page says hello first, and once");
      },
      onDropped: () => clients.drop(),
      onClose: () => {
        session?.close();
        pages.delete(page);
        gone();
      },
    });
    pages.add(page);
    // Others may have come while this one was let in.
    if (clients.connected > maxClients) page.end(closeCodes.full, "as many pages as may be are connected");
  });
  server.addHook("preClose", async () => {
    for (const page of pages) page.end(1001, "the dashboard ends");
  });
}
