/** The web app: its files, and its one page for every path that is a view of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { DashboardError } from "./dashboard-error.ts";
import { isAppPage } from "./security/entrance.ts";

/** Where the build puts the web app: beside the built server, or from source in the same place. */
export function builtWebApp(): string {
  const beside = fileURLToPath(new URL("./web/", import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL("../../dist/web/", import.meta.url));
}

export async function addStaticFiles(server: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(join(root, "index.html"))) return addNothing(server);
  await server.register(fastifyStatic, {
    root,
    wildcard: false,
    index: ["index.html"],
    setHeaders: (reply, path) => {
      // Names of assets carry a hash of what they are.
      const lasting = path.includes("/assets/");
      reply.header("cache-control", lasting ? "private, max-age=31536000, immutable" : "no-cache");
    },
  });
  server.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === "GET" && request.headers.accept?.includes("text/html");
    if (wantsPage && isAppPage(request.url)) {
      return reply.header("cache-control", "no-cache").sendFile("index.html");
    }
    throw new DashboardError("NOT_FOUND", "There is nothing here.");
  });
}

/** Of a checkout that was not built: everything else works. */
function addNothing(server: FastifyInstance): void {
  server.setNotFoundHandler((request) => {
    if (request.url !== "/") throw new DashboardError("NOT_FOUND", "There is nothing here.");
    throw new DashboardError("WEB_APP_MISSING", "The web app is not built: npm run build:web does it.");
  });
}
