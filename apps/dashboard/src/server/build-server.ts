/** The HTTP server: what guards it, its routes, and the web app. */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { addDocs } from "./docs.ts";
import { addErrorHandler, sendMalformed } from "./error-handler.ts";
import { addAgentRoutes } from "./routes/agents.ts";
import { addAlertRoute } from "./routes/alerts.ts";
import { addApprovalRoutes } from "./routes/approvals.ts";
import { addDecisionRoutes } from "./routes/decisions.ts";
import { addEventTypeRoute } from "./routes/event-types.ts";
import { addEventRoutes } from "./routes/events.ts";
import { addFeedbackRoutes } from "./routes/feedback.ts";
import { addGroupRoutes } from "./routes/groups.ts";
import { addHealthRoute } from "./routes/health.ts";
import { addMetricsRoute } from "./routes/metrics.ts";
import { addSignalRoute } from "./routes/signals.ts";
import { addTimelineRoute } from "./routes/timeline.ts";
import type { RouteContext } from "./routes.ts";
import type { Access } from "./security/access.ts";
import { addGuard } from "./security/guard.ts";
import { addUpgrades } from "./socket/add-upgrades.ts";
import { addSocketRoute, type SocketRouteOptions } from "./socket/socket-route.ts";
import { addStaticFiles } from "./static-files.ts";
import { StoreAccess } from "./store-access.ts";

export interface ServerOptions extends SocketRouteOptions {
  readonly access: Access;
  /** The folder of the web app. */
  readonly webRoot: string;
}

/** Larger bodies are refused. */
const maxBodyBytes = 1024 * 1024;
/** Whoever has not sent a whole request by then is not waited for. */
const requestTimeoutMs = 30_000;
/** A connection on which nothing happens is ended; those of pages are not, they are asked whether they are there. */
const silentMs = 60_000;
/** Beside those of pages: enough to tell a thousand that come at once that there is no room. */
const mostConnectionsBeside = 1000;

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { access, fleet, maxClients, readOnly, responder, version, webRoot } = options;
  const server = fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: silentMs,
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: (_error, _request, reply) => sendMalformed(reply as FastifyReply),
  });
  server.server.maxConnections = maxClients + mostConnectionsBeside;
  server.setValidatorCompiler(validatorCompiler);
  // The schemas say what answers are, and types hold the routes to that. A record that another program wrote oddly is still told.
  server.setSerializerCompiler(() => JSON.stringify);
  addErrorHandler(server, fleet.transport.logger);
  const store = new StoreAccess(fleet.transport);
  server.addHook("onClose", () => store.close());
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
  // Before the guard: an upgrade that is refused is hung up on only if this knows of it.
  await addUpgrades(server);
  await addGuard(server, { access, readOnly });
  await addDocs(server, version);
  addRoutes(server, { access: store, fleet, readOnly, responder, version });
  await server.register(async (scope) => addSocketRoute(scope, options));
  await addStaticFiles(server, webRoot);
  return server;
}

function addRoutes(server: FastifyInstance, context: RouteContext): void {
  const typed = server.withTypeProvider<ZodTypeProvider>();
  addHealthRoute(typed, context);
  addAlertRoute(typed, context);
  addMetricsRoute(typed, context);
  addAgentRoutes(typed, context);
  addTimelineRoute(typed, context);
  addSignalRoute(typed, context);
  addEventRoutes(typed, context);
  addEventTypeRoute(typed, context);
  addApprovalRoutes(typed, context);
  addDecisionRoutes(typed, context);
  addFeedbackRoutes(typed, context);
  addGroupRoutes(typed, context);
}
