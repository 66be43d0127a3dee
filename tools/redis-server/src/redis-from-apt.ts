/** Fetches the distribution's Redis or Valkey into the repository's cache, without installing anything. */
import { join } from "node:path";
import { programFromApt, type UnpackedProgram } from "./program-from-apt.ts";
import { serverVersion } from "./server-version.ts";

const defaultCache = join(import.meta.dirname, "../../../node_modules/.cache/attune-redis");

/** In Debian the server is a link to the check program of the tools package, so both are needed. */
const redisPackages = ["redis-server", "redis-tools"];
const valkeyPackages = ["valkey-server", "valkey-tools"];

/** The server's path and the environment it needs; throws when the distribution has no apt or no network. */
export function redisFromApt(cache: string = defaultCache): Promise<UnpackedProgram> {
  return programFromApt({
    cache,
    attempts: [
      { lists: "system", packages: redisPackages },
      { lists: "fresh", packages: redisPackages },
      { lists: "fresh", packages: valkeyPackages },
    ],
    paths: ["usr/bin/redis-server", "usr/bin/valkey-server"],
    check: ({ command, env }) => serverVersion(command, env),
  });
}
