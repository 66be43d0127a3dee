/** How many requests one address may send, those that are refused included; those with the token are counted apart from others. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { DashboardError } from "../dashboard-error.ts";

const windowMs = 10_000;
const mostRequests = 1000;
/** Pages that come back after an outage come all at once, and each is cheap. */
const mostUpgrades = 2000;

/** `isWelcome`: it shows the token, and is no page of others'. Whoever is not cannot use up what those may send who are. */
export async function addRequestLimit(
  server: FastifyInstance,
  isWelcome: (request: FastifyRequest) => boolean,
): Promise<void> {
  await server.register(rateLimit, { global: false });
  const limit = (max: number) => server.createRateLimit({ max, timeWindow: windowMs });
  const welcome = { requests: limit(mostRequests), upgrades: limit(mostUpgrades) };
  const strange = { requests: limit(mostRequests), upgrades: limit(mostUpgrades) };
  server.addHook("onRequest", async (request, reply) => {
    // Nobody hears the answer, and the address that would be counted is not known any more.
    if (request.raw.socket.destroyed) return reply.hijack();
    const limits = isWelcome(request) ? welcome : strange;
    const limit = await (request.headers.upgrade === undefined ? limits.requests : limits.upgrades)(request);
    if (limit.isAllowed || !limit.isExceeded) return undefined;
    reply.header("retry-after", String(limit.ttlInSeconds)).header("cache-control", "no-store");
    throw new DashboardError("TOO_MANY_REQUESTS", "Too many requests; Retry-After tells when to go on.");
  });
}
