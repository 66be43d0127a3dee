/** `GET /api/agents`, `GET /api/agents/:id`: as they were seen last, without asking the store again for all of them. */
import { agentJson } from "@attune-tools/record-json";
import { z } from "zod";
import { pushedAgent } from "../../live/agent-patch.ts";
import type { AgentJson } from "../../protocol/records.ts";
import { cursorParameter, fromCursor, nextCursor, toCursor } from "../cursor.ts";
import { DashboardError } from "../dashboard-error.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { agentSchema, agentStatuses, livenesses } from "../schemas/agent.ts";
import { limitParameter, listed, nameParameter } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";

const tags = ["agents"];

/** By which agents are sorted: what most needs looking at has the least rank of liveness. */
const sortKeys = {
  agent_id: () => "",
  last_beat: ({ last_beat }: AgentJson) => last_beat ?? "",
  progress: ({ progress }: AgentJson) => progress,
  liveness: ({ liveness }: AgentJson) => livenessRanks[liveness],
} as const;
const livenessRanks = { lost: 0, stalled: 1, stale: 2, unknown: 3, alive: 4, finished: 5 } as const;

const placeSchema = z.tuple([z.union([z.string(), z.number()]), z.string()]);
type Place = z.infer<typeof placeSchema>;

export function addAgentRoutes(server: TypedServer, { fleet, access }: RouteContext): void {
  server.get(
    "/api/agents",
    {
      schema: {
        tags,
        summary: "The agents, as they were seen last",
        querystring: z.strictObject({
          liveness: listed(livenesses),
          status: listed(agentStatuses),
          workflow: nameParameter.optional().describe("What their metadata says under `workflow`."),
          search: z
            .string()
            .max(256)
            .optional()
            .describe("A text in the id, the display name or the task, whatever the case of its letters."),
          sort: z
            .enum(["agent_id", "last_beat", "progress", "liveness"])
            .default("agent_id")
            .describe("`liveness`: lost ones first, then stalled, stale, unknown, alive and finished."),
          order: z.enum(["asc", "desc"]).default("asc"),
          limit: limitParameter(100, 1000),
          cursor: cursorParameter,
        }),
        response: {
          200: z.object({
            agents: z.array(agentSchema),
            total: z.number().describe("Of all pages."),
            next_cursor: nextCursor,
          }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ query: { limit, cursor, ...question } }) => {
      const after = fromCursor(cursor, question, placeSchema);
      const compare =
        question.order === "asc" ? comparePlaces : (one: Place, other: Place) => comparePlaces(other, one);
      const keyOf = sortKeys[question.sort];
      const wanted = filterOf(question);
      const placed = [...fleet.agents.all.values()]
        .filter(wanted)
        .map((agent) => ({ agent, place: [keyOf(agent), agent.agent_id] as Place }));
      const rest = after ? placed.filter(({ place }) => compare(place, after) > 0) : placed;
      const page = rest.sort((one, other) => compare(one.place, other.place)).slice(0, limit);
      const next = rest.length > limit ? toCursor(question, page.at(-1)!.place) : null;
      return { agents: page.map(({ agent }) => pushedAgent(agent)), total: placed.length, next_cursor: next };
    },
  );
  server.get(
    "/api/agents/:id",
    {
      schema: {
        tags,
        summary: "One agent, with all its metadata",
        params: z.object({ id: nameParameter }),
        response: { 200: agentSchema, ...refusedWith("NOT_FOUND") },
      },
    },
    async ({ params: { id } }) => {
      const [agent] = await access.heartbeat.getAgents([id]);
      if (!agent) throw new DashboardError("NOT_FOUND", "There is no such agent.");
      return agentJson(agent);
    },
  );
}

interface Filter {
  readonly liveness?: readonly string[] | undefined;
  readonly status?: readonly string[] | undefined;
  readonly workflow?: string | undefined;
  readonly search?: string | undefined;
}

function filterOf({ liveness, status, workflow, search }: Filter): (agent: AgentJson) => boolean {
  const text = search?.toLowerCase();
  return (agent) =>
    (liveness === undefined || liveness.includes(agent.liveness)) &&
    (status === undefined || status.includes(agent.status)) &&
    (workflow === undefined || agent.metadata.workflow === workflow) &&
    (text === undefined ||
      [agent.agent_id, agent.display_name, agent.current_task].some((one) =>
        one?.toLowerCase().includes(text),
      ));
}

/** No two agents have the same place. */
function comparePlaces([one, oneId]: Place, [other, otherId]: Place): number {
  if (one !== other) return one < other ? -1 : 1;
  return oneId === otherId ? 0 : oneId < otherId ? -1 : 1;
}
