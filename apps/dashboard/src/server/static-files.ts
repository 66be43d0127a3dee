/** The web app: its files, and its one page for every path that is a view of it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { DashboardError } from "./dashboard-error.ts";

/** Where the build puts the web app: beside the built server, or from source in the same place. */
export function builtWebApp(): string {
  const beside = fileURLToPath(new URL("./web/", import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL("../../dist/web/", import.meta.url));
}

export async function addStaticFiles(server: FastifyInstance, root: string): Promise<void> {
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
    if (wantsPage && !/^\/(api|ws|assets|metrics|docs)(\/|$|\?)/.test(request.url)) {
      return reply.header("cache-control", "no-cache").sendFile("index.html");
    }
    throw new DashboardError(404, "NOT_FOUND", "There is nothing here.");
  });
}
