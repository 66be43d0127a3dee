/** How many requests one address may send, those that are refused included. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { DashboardError } from "../dashboard-error.ts";

const windowMs = 10_000;
const mostRequests = 1000;
/** Pages that come back after an outage come all at once, and each is cheap. */
const mostUpgrades = 2000;

export async function addRequestLimit(server: FastifyInstance): Promise<void> {
  await server.register(rateLimit, { global: false });
  const requests = server.createRateLimit({ max: mostRequests, timeWindow: windowMs });
  const upgrades = server.createRateLimit({ max: mostUpgrades, timeWindow: windowMs });
  server.addHook("onRequest", async (request, reply) => {
    const limit = await (request.headers.upgrade === undefined ? requests : upgrades)(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    reply.header("retry-after", String(limit.ttlInSeconds)).header("cache-control", "no-store");
    throw new DashboardError("TOO_MANY_REQUESTS", "Too many requests; Retry-After tells when to go on.");
  });
}
