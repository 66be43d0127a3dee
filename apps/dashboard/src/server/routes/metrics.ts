/** `GET /metrics`: the fleet in figures, as Prometheus reads them. */
import { z } from "zod";
import { Metrics } from "../metrics/metrics.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { refusedWith } from "../schemas/refused-with.ts";

export function addMetricsRoute(server: TypedServer, { fleet }: RouteContext): void {
  const metrics = new Metrics(fleet);
  server.addHook("onClose", async () => metrics.close());
  server.get(
    "/metrics",
    {
      schema: {
        tags: ["health"],
        summary: "The fleet in figures, in Prometheus' text format",
        response: {
          200: { description: "Text.", content: { [metrics.contentType]: { schema: z.string() } } },
          ...refusedWith(),
        },
      },
    },
    async (_request, reply) => {
      const text = await metrics.text();
      return reply.type(metrics.contentType).send(Buffer.from(text) as never);
    },
  );
}
