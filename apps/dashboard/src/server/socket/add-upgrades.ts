/** Lets connections become WebSockets. To be added before whatever may refuse a request: what is refused is then hung up on too. */
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";

/** Larger messages end the connection with 1009. */
const maxMessageBytes = 1024 * 1024;

export async function addUpgrades(server: FastifyInstance): Promise<void> {
  await server.register(websocket, {
    options: { maxPayload: maxMessageBytes, perMessageDeflate: false },
    // The default ends a connection before the page has heard why: see PageConnection.
    errorHandler: () => {},
    // The default says goodbye to pages without a reason: see addSocketRoute.
    preClose(done) {
      server.websocketServer.close();
      done();
    },
  });
}
