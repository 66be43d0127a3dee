/** Stands before every route, pages and `/ws` included. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DashboardError } from "../dashboard-error.ts";
import type { Access } from "./access.ts";

export interface GuardOptions {
  readonly access: Access;
  readonly readOnly: boolean;
}

const reading = new Set(["GET", "HEAD"]);

export function addGuard(server: FastifyInstance, { access, readOnly }: GuardOptions): void {
  server.addHook("onRequest", async (request, reply) => {
    access.checkAddress(request.headers);
    if (await entered(access, request, reply)) return reply;
    const credential = access.credentialOf(request.headers, request.cookies);
    if (!credential) {
      throw new DashboardError(
        401,
        "TOKEN_MISSING",
        "This needs the token of this start: open the link that the dashboard printed, or send it as Authorization: Bearer.",
      );
    }
    const isSocket = request.headers.upgrade !== undefined;
    // A browser sends the cookie whoever's page asks; it also says whose that is, and a program that has the cookie can too.
    if ((isSocket || !reading.has(request.method)) && credential === "cookie" && !request.headers.origin) {
      throw new DashboardError(403, "ORIGIN_MISSING", "With the cookie alone this needs an Origin header.");
    }
    if (reading.has(request.method)) return;
    if (readOnly) throw new DashboardError(403, "READ_ONLY", "This dashboard was started with --read-only.");
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") {
      throw new DashboardError(415, "JSON_ONLY", "Send what is to be written as application/json.");
    }
  });
}

/** The link with the token leaves a cookie, and goes on to the same page without it. */
async function entered(access: Access, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  const url = new URL(request.url, "http://localhost");
  const token = url.searchParams.get("token");
  if (token === null || request.method !== "GET" || request.headers.upgrade !== undefined) return false;
  if (!access.isToken(token)) return false;
  url.searchParams.delete("token");
  const path = `${url.pathname}${url.search}`;
  reply.setCookie(access.cookieName, token, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: request.protocol === "https",
  });
  // Not a redirect: the strict cookie would not go with one that began on another site (a link in a mail, say).
  await reply
    .header("cache-control", "no-store")
    .header("refresh", `0;url=${path}`)
    .type("text/html; charset=utf-8")
    .send('<!doctype html><html lang="en"><title>attune</title><p>Opening the dashboard …</p></html>');
  return true;
}
