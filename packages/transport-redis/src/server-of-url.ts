/** From a URL to the server that it names, or to an error that never repeats a password. */
import { AttuneError } from "@attune/transport";
import { Redis } from "ioredis";
import type { MakeClient } from "./connection.ts";

export interface Server {
  /** For people: no password. */
  readonly location: string;
  readonly makeClient: MakeClient;
}

export function serverOfUrl(url: string): Server {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // No cause: its message would repeat the URL, and with it the password.
    throw new AttuneError("ATTUNE_URL_INVALID", "The Redis URL is malformed; use redis://host:port.");
  }
  const { protocol, hostname, port, pathname } = parsed;
  if ((protocol !== "redis:" && protocol !== "rediss:") || hostname === "" || !/^(\/\d*)?$/.test(pathname)) {
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      "A Redis URL looks like redis://host:port or redis://host:port/db.",
    );
  }
  // ioredis takes any option of its own from a URL, those included on which our promises stand. The option is not named
  // in the message: what looks like one may be the rest of a password that should have been percent-encoded.
  if ([...parsed.searchParams.keys()].some((name) => name !== "family") || parsed.hash !== "") {
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      "A Redis URL can carry no options but family, and no #. Percent-encode such characters in a password; for other options pass an ioredis client.",
    );
  }
  try {
    decodeURIComponent(`${parsed.username}${parsed.password}`);
  } catch {
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      "The user or password of the Redis URL is not percent-encoded.",
    );
  }
  const db = pathname.length > 1 ? pathname : "";
  // In parts: ioredis would parse the URL in its own way, and print it in warnings.
  const family = parsed.searchParams.get("family");
  const server = {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || 6379),
    username: parsed.username === "" ? undefined : decodeURIComponent(parsed.username),
    password: parsed.password === "" ? undefined : decodeURIComponent(parsed.password),
    db: Number(pathname.slice(1)),
    tls: protocol === "rediss:" ? {} : undefined,
    ...(family === null ? {} : { family: Number(family) }),
  };
  return {
    location: `${protocol}//${hostname}:${port || 6379}${db}`,
    makeClient: (options) => new Redis({ ...server, ...options }),
  };
}
