/** `GET /api/alerts`: what is amiss now, and what was within the last hour. */
import { z } from "zod";
import type { RouteContext, TypedServer } from "../routes.ts";
import { refusedWith } from "../schemas/refused-with.ts";

const alertSchema = z.object({
  alert_id: z.string(),
  rule: z.string(),
  severity: z.enum(["warning", "critical"]),
  summary: z.string().describe("For people."),
  subjects: z
    .array(z.string())
    .describe("The agents, approvals, groups or types concerned: at most 20 of them."),
  since: z.string().describe("ISO 8601."),
  resolved_at: z.string().nullable().describe("`null`: it goes on."),
});

const ruleSchema = z.object({
  enabled: z.boolean(),
  threshold: z.number(),
  severity: z.enum(["warning", "critical"]),
  for_ms: z.number(),
});

export function addAlertRoute(server: TypedServer, { fleet }: RouteContext): void {
  server.get(
    "/api/alerts",
    {
      schema: {
        tags: ["health"],
        summary: "Alerts that fire, and those resolved within the last hour (at most 200)",
        querystring: z.strictObject({ state: z.enum(["firing", "resolved"]).optional() }),
        response: {
          200: z.object({
            alerts: z.array(alertSchema),
            rules: z.record(z.string(), ruleSchema).describe("Those in force, by name."),
          }),
          ...refusedWith(),
        },
      },
    },
    async ({ query: { state } }) => {
      const alerts = fleet.alerts.all.filter(
        ({ resolved_at }) => state === undefined || (resolved_at === null) === (state === "firing"),
      );
      return {
        alerts: alerts.map((alert) => ({ ...alert, subjects: [...alert.subjects] })),
        rules: fleet.alerts.rules,
      };
    },
  );
}
