/** `/docs`: what the routes take and answer, as OpenAPI, made of their schemas. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform } from "fastify-type-provider-zod";

const description = `The fleet over HTTP. Every request needs the token of this start: \`Authorization: Bearer …\`, or the cookie that the link leaves.

Lists have a \`limit\` and, where there may be more, a \`next_cursor\`. Refusals come as \`{ "error": { "code", "message" } }\`. While the store is away answers are 503 \`STORE_UNAVAILABLE\`. Nothing but the two POST routes changes anything.

Names may hold anything: encode them in paths (\`/\` as \`%2F\`). Those that paths cannot carry (\`.\` and \`..\`) are reached by queries: \`/api/events?type=..&from=ID&to=ID&full=true\`.`;

/** Before the routes. */
export async function addDocs(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "attune dashboard", version, description },
      servers: [],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "The token of this start." },
        },
      },
      security: [{ token: [] }],
      tags: [
        { name: "health", description: "Whether everything works, alerts and metrics." },
        { name: "agents", description: "Who is there, and what happened with them." },
        { name: "signals", description: "What agents say to each other." },
        { name: "events", description: "What was published." },
        { name: "approvals", description: "What waits for a decision, and deciding it." },
        { name: "feedback", description: "How good the stages of workflows are." },
        { name: "streams", description: "Consumer groups and dead letters." },
      ],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: "any" } }),
    // Files and pages.
    hideUntagged: true,
  });
  await server.register(swaggerUi, {
    routePrefix: "/docs",
    theme: { title: "attune dashboard: the API" },
    // No badge from elsewhere.
    uiConfig: { validatorUrl: null, docExpansion: "list", deepLinking: true },
    // As the web app's own, but for styles that the page makes itself, and the icons within them.
    staticCSP:
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
}
