/** `GET /api/health`: whether the dashboard and its store work, asked now. 503 while the store does not answer. */
import { isStoreFailure, type StoreInfo } from "@attune/transport";
import { z } from "zod";
import type { RouteContext, TypedServer } from "../routes.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import type { StoreAccess } from "../store-access.ts";

const healthSchema = z.object({
  status: z.enum(["ok", "store_unavailable"]),
  version: z.string().describe("Of the dashboard."),
  read_only: z.boolean(),
  store: z.object({
    status: z.enum(["available", "unavailable"]),
    location: z.string().describe("Which store, without passwords."),
    since: z.string().describe("When it was last seen to become so; ISO 8601."),
    reason: z.string().nullable().describe("Why it is unavailable."),
    product: z.string().nullable(),
    version: z.string().nullable(),
    bytes: z.number().nullable().describe("What the whole store takes; `null`: unknown."),
    latency_ms: z.number().nullable().describe("How long it took to answer just now."),
  }),
  agents: z.number(),
  approvals_pending: z.number(),
  clients: z.object({ connected: z.number(), dropped: z.number() }).describe("Pages that are connected."),
  alerts: z.object({ firing: z.number(), warning: z.number(), critical: z.number() }),
});

export function addHealthRoute(
  server: TypedServer,
  { fleet, access, version, readOnly }: RouteContext,
): void {
  const { 503: _unavailable, ...refused } = refusedWith();
  server.get(
    "/api/health",
    {
      schema: {
        tags: ["health"],
        summary: "Whether the dashboard and its store work",
        description: "The store is asked now. 503, with the same answer, while it does not answer.",
        response: { 200: healthSchema, 503: healthSchema, ...refused },
      },
    },
    async (_request, reply) => {
      const asked = await ask(access);
      const { firing } = fleet.alerts;
      const critical = firing.filter(({ severity }) => severity === "critical").length;
      const known = fleet.health.current?.store;
      const { location, since, status } = fleet.store.state;
      return reply.status(asked.reason === null ? 200 : 503).send({
        status: asked.reason === null ? "ok" : "store_unavailable",
        version,
        read_only: readOnly,
        store: {
          status: asked.reason === null ? "available" : "unavailable",
          location,
          // What was found just now is not known to the transport yet, where the two differ.
          since: (status === "available") === (asked.reason === null) ? since : new Date().toISOString(),
          reason: asked.reason,
          product: asked.info?.product ?? known?.product ?? null,
          version: asked.info?.version ?? known?.version ?? null,
          bytes: asked.info?.bytes ?? known?.bytes ?? null,
          latency_ms: asked.latencyMs,
        },
        agents: fleet.agents.all.size,
        approvals_pending: fleet.approvals.pending.length,
        clients: { connected: fleet.clients.connected, dropped: fleet.clients.dropped },
        alerts: { firing: firing.length, warning: firing.length - critical, critical },
      });
    },
  );
}

interface Asked {
  readonly info: StoreInfo | null;
  /** `null`: it is well. */
  readonly reason: string | null;
  readonly latencyMs: number | null;
}

async function ask({ transport }: StoreAccess): Promise<Asked> {
  const startedAt = performance.now();
  try {
    const info = await transport.info();
    return { info, reason: null, latencyMs: Math.round((performance.now() - startedAt) * 100) / 100 };
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { info: null, reason: error.message, latencyMs: null };
  }
}
