/** `GET /api/health`: whether the dashboard and its store work. 503 while the store does not answer. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { LiveFleet } from "../../live/live-fleet.ts";

const healthSchema = z.object({
  status: z.enum(["ok", "store_unavailable"]),
  version: z.string(),
  store: z.object({
    status: z.enum(["available", "unavailable"]),
    location: z.string(),
    since: z.string(),
    reason: z.string().nullable(),
  }),
  agents: z.number(),
});

export function addHealthRoute(
  server: FastifyInstance,
  { fleet, version }: { readonly fleet: LiveFleet; readonly version: string },
): void {
  server
    .withTypeProvider<ZodTypeProvider>()
    .get(
      "/api/health",
      { schema: { response: { 200: healthSchema, 503: healthSchema } } },
      async (_request, reply) => {
        const store = fleet.store.state;
        const up = store.status === "available";
        return reply.status(up ? 200 : 503).send({
          status: up ? "ok" : "store_unavailable",
          version,
          store,
          agents: fleet.agents.all.size,
        });
      },
    );
}
