/** Lets connections become WebSockets. To be added before whatever may refuse a request: what is refused is then hung up on too. */
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import { helloBounds } from "../../protocol/messages.ts";

export async function addUpgrades(server: FastifyInstance): Promise<void> {
  await server.register(websocket, {
    // Larger messages end the connection with 1009.
    options: { maxPayload: helloBounds.bytes, perMessageDeflate: false },
    // The default ends a connection before the page has heard why: see PageConnection.
    errorHandler: () => {},
    // The default says goodbye to pages without a reason: see addSocketRoute.
    preClose(done) {
      server.websocketServer.close();
      done();
    },
  });
}
