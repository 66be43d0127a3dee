/** Stands before every route, pages and `/ws` included, and before what is no route. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DashboardError } from "../dashboard-error.ts";
import { socketPath } from "../socket/socket-route.ts";
import type { Access } from "./access.ts";
import { isAppPage, isNavigation, sendAgain, sendClosedDoor } from "./entrance.ts";
import { addRequestLimit } from "./request-limit.ts";

export interface GuardOptions {
  readonly access: Access;
  readonly readOnly: boolean;
}

const reading = new Set(["GET", "HEAD"]);
const understood = new Set(["GET", "HEAD", "POST"]);

export async function addGuard(server: FastifyInstance, { access, readOnly }: GuardOptions): Promise<void> {
  server.addHook("onRequest", endRefusedUpgrade);
  await addRequestLimit(server, (request) => isWelcome(access, request));
  server.addHook("onRequest", async (request, reply) => {
    // Files of the web app say otherwise for themselves.
    reply.header("cache-control", "no-store");
    access.checkAddress(request.raw);
    if (!understood.has(request.method)) {
      reply.header("allow", "GET, HEAD, POST");
      throw new DashboardError("METHOD_NOT_ALLOWED", "Only GET, HEAD and POST are understood.");
    }
    const token = tokenInLink(request);
    if (token !== undefined && access.isToken(token)) return enter(access, request, reply, token);
    const credential = access.credentialOf(request.headers, request.cookies);
    if (!credential) {
      if (isNavigation(request)) return turnAway(request, reply);
      throw new DashboardError(
        "TOKEN_MISSING",
        "This needs the token of this start: open the link that the dashboard printed, or send it as Authorization: Bearer.",
      );
    }
    checkSender(request, credential === "cookie");
    // Node hands every connection over that wants to become something else: elsewhere nobody would end it.
    if (request.headers.upgrade !== undefined && request.routeOptions.url !== socketPath) {
      throw new DashboardError("UPGRADE_ELSEWHERE", `Only ${socketPath} becomes a WebSocket.`);
    }
    if (reading.has(request.method)) return;
    if (readOnly) throw new DashboardError("READ_ONLY", "This dashboard was started with --read-only.");
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") {
      throw new DashboardError("JSON_ONLY", "Send what is to be written as application/json.");
    }
  });
}

/** Throws nothing: what is wrong is told later. */
function isWelcome(access: Access, request: FastifyRequest): boolean {
  const token = tokenInLink(request);
  if (token !== undefined) return access.isToken(token);
  const credential = access.credentialOf(request.headers, request.cookies);
  if (!credential) return false;
  try {
    access.checkAddress(request.raw);
    checkSender(request, credential === "cookie");
    return true;
  } catch {
    return false;
  }
}

/** Its connection is none of the HTTP server's any more, which neither ends it nor uses it again. What is accepted never gets so far. */
async function endRefusedUpgrade({ headers, raw }: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (headers.upgrade !== undefined) reply.raw.once("finish", () => raw.socket.destroySoon());
}

/**
 * A browser sends the cookie whoever's page asks, also those of other ports of this host (to a cookie they are one site); it
 * also says whose page that is. A program that has the cookie can say so too.
 */
function checkSender({ method, headers, url }: FastifyRequest, byCookie: boolean): void {
  const site = headers["sec-fetch-site"];
  const foreign = site === "cross-site" || site === "same-site";
  // A link to a page of the web app is all that others may have.
  if (foreign && !(headers["sec-fetch-mode"] === "navigate" && reading.has(method) && isAppPage(url))) {
    throw new DashboardError("CROSS_SITE", "Pages of another origin may not use this server.");
  }
  const writes = !reading.has(method) || headers.upgrade !== undefined;
  if (writes && byCookie && !headers.origin) {
    throw new DashboardError("ORIGIN_MISSING", "With the cookie alone this needs an Origin header.");
  }
}

/** Only where a browser is to show a page: elsewhere a token has no place in an address, which is kept and passed on. */
function tokenInLink(request: FastifyRequest): string | undefined {
  if (request.method !== "GET" || request.headers.upgrade !== undefined) return undefined;
  if (!isAppPage(request.url)) return undefined;
  return addressOf(request).searchParams.get("token") ?? undefined;
}

/** The link with the token leaves a cookie, and goes on to the same page without it. */
function enter(access: Access, request: FastifyRequest, reply: FastifyReply, token: string): FastifyReply {
  reply.setCookie(access.cookieName, token, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: access.isSecure(request.headers.host),
  });
  return sendAgain(reply, pathWithoutToken(request));
}

function turnAway(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // The strict cookie does not come with a link on another site's page, but does with the next step, which is from here.
  if (request.headers["sec-fetch-site"] === "cross-site") return sendAgain(reply, pathWithoutToken(request));
  return sendClosedDoor(reply);
}

function addressOf({ url }: FastifyRequest): URL {
  return new URL(`http://localhost${url}`);
}

/** Begins with exactly one slash: with two it would be another host. */
function pathWithoutToken(request: FastifyRequest): string {
  const { pathname, searchParams } = addressOf(request);
  searchParams.delete("token");
  const query = searchParams.toString();
  return `${pathname.replace(/^\/+/, "/")}${query === "" ? "" : `?${query}`}`;
}
