/** Who may talk to the server: under which names it answers, from which pages, with which token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { DashboardError } from "../dashboard-error.ts";

/** How somebody has shown the token. */
export type Credential = "bearer" | "cookie";

export class Access {
  readonly #token: Buffer;
  #hosts: ReadonlySet<string> = new Set();
  #origins: ReadonlySet<string> = new Set();
  #port = 0;

  constructor(token: string) {
    this.#token = digest(token);
  }

  /** From now on somebody may talk to it. `origins`: what a browser may have in its address line, `http://127.0.0.1:8000`. */
  open(port: number, origins: readonly string[]): void {
    this.#port = port;
    this.#origins = new Set(origins);
    this.#hosts = new Set(origins.map((origin) => new URL(origin).host));
  }

  /** Cookies are of a host, whatever its port: each dashboard has its own. */
  get cookieName(): string {
    return `attune_${this.#port}`;
  }

  /**
   * Throws unless the request was meant for this server: a page whose name was made to point here (DNS rebinding) names another
   * host, and a page of somebody else's another origin.
   */
  checkAddress({ headers, rawHeaders, url = "" }: IncomingMessage): void {
    const { host, origin } = headers;
    // Whoever stands in front may have looked at another of them.
    if (rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length > 1) {
      throw new DashboardError("TARGET_INVALID", "There are several Host headers.");
    }
    if (host === undefined || !this.#hosts.has(host.toLowerCase())) {
      throw new DashboardError("HOST_NOT_ALLOWED", "This server does not answer under that host name.");
    }
    if (origin !== undefined && !this.#origins.has(origin)) {
      throw new DashboardError("ORIGIN_NOT_ALLOWED", "Pages of another origin may not use this server.");
    }
    if (!url.startsWith("/")) throw new DashboardError("TARGET_INVALID", "The request names no path.");
  }

  /** Whether browsers reach it under that host with https only: behind a proxy. */
  isSecure(host: string | undefined): boolean {
    return this.#origins.has(`https://${host}`) && !this.#origins.has(`http://${host}`);
  }

  isToken(text: string | undefined): boolean {
    return text !== undefined && timingSafeEqual(digest(text), this.#token);
  }

  /** `undefined`: without the token. */
  credentialOf(
    { authorization }: IncomingHttpHeaders,
    cookies: Readonly<Record<string, string | undefined>>,
  ): Credential | undefined {
    const bearer = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (this.isToken(bearer)) return "bearer";
    return this.isToken(cookies[this.cookieName]) ? "cookie" : undefined;
  }
}

/** Of one length, so that comparing tells nothing. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
