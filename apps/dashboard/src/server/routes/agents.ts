/** `GET /api/agents`, `GET /api/agents/:id`: as they were seen last, without asking the store again. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { LiveFleet } from "../../live/live-fleet.ts";
import { DashboardError } from "../dashboard-error.ts";

export const livenesses = ["alive", "stalled", "stale", "lost", "finished", "unknown"] as const;

export const agentSchema = z.object({
  agent_id: z.string(),
  display_name: z.string().nullable(),
  liveness: z.enum(livenesses),
  status: z.enum(["starting", "running", "idle", "completed", "failed", "cancelled"]),
  progress: z.number(),
  current_task: z.string(),
  last_beat: z.string().nullable(),
  last_progress: z.string().nullable(),
  incarnation: z.number(),
  progress_timeout_ms: z.number().nullable(),
  blocked_for_ms: z.number(),
  metadata: z.record(z.string(), z.unknown()),
});

export function addAgentRoutes(server: FastifyInstance, { fleet }: { readonly fleet: LiveFleet }): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    "/api/agents",
    {
      schema: {
        querystring: z.object({
          liveness: z.enum(livenesses).optional(),
          search: z.string().max(256).optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
          cursor: z.string().max(256).optional().describe("The id of the last agent of the page before."),
        }),
        response: {
          200: z.object({
            agents: z.array(agentSchema),
            total: z.number(),
            next_cursor: z.string().nullable(),
          }),
        },
      },
    },
    async ({ query: { liveness, search, limit, cursor } }) => {
      const text = search?.toLowerCase();
      const wanted = [...fleet.agents.all.values()]
        .filter((agent) => liveness === undefined || agent.liveness === liveness)
        .filter(({ agent_id }) => text === undefined || agent_id.toLowerCase().includes(text))
        .sort((one, other) => (one.agent_id < other.agent_id ? -1 : 1));
      const from = cursor === undefined ? 0 : wanted.findIndex(({ agent_id }) => agent_id > cursor);
      const agents = from < 0 ? [] : wanted.slice(from, from + limit);
      const more = from >= 0 && from + limit < wanted.length;
      return { agents, total: wanted.length, next_cursor: more ? agents.at(-1)!.agent_id : null };
    },
  );
  routes.get(
    "/api/agents/:id",
    { schema: { params: z.object({ id: z.string().min(1).max(1024) }), response: { 200: agentSchema } } },
    async ({ params: { id } }) => {
      const agent = fleet.agents.all.get(id);
      if (!agent) throw new DashboardError(404, "NOT_FOUND", "There is no such agent.");
      return agent;
    },
  );
}
