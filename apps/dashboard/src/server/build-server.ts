/** The HTTP server: what guards it, its routes, and the web app. */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { addErrorHandler } from "./error-handler.ts";
import { addAgentRoutes } from "./routes/agents.ts";
import { addHealthRoute } from "./routes/health.ts";
import type { Access } from "./security/access.ts";
import { addGuard } from "./security/guard.ts";
import { addSocketRoute, type SocketRouteOptions } from "./socket/socket-route.ts";
import { addStaticFiles } from "./static-files.ts";

export interface ServerOptions extends SocketRouteOptions {
  readonly access: Access;
  /** The folder of the web app. */
  readonly webRoot: string;
}

/** Larger messages and bodies are refused. */
const maxBytes = 1024 * 1024;

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { access, readOnly, webRoot } = options;
  const server = fastify({
    bodyLimit: maxBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096 },
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  addErrorHandler(server);
  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: false,
    referrerPolicy: { policy: "no-referrer" },
  });
  await server.register(rateLimit, { max: 1000, timeWindow: "10 seconds" });
  addGuard(server, { access, readOnly });
  await server.register(websocket, { options: { maxPayload: maxBytes, perMessageDeflate: false } });
  addHealthRoute(server, options);
  addAgentRoutes(server, options);
  await server.register(async (scope) => addSocketRoute(scope, options));
  await addStaticFiles(server, webRoot);
  return server;
}
