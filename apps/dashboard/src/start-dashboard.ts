/** `startDashboard()`: opens the store, listens, and says under which link. */
import type { AddressInfo } from "node:net";
import { openTransport, randomToken, transportWith } from "@attune/transport";
import manifest from "../package.json" with { type: "json" };
import { type CheckedOptions, checkOptions, type DashboardOptions, isLoopback } from "./dashboard-options.ts";
import { LiveFleet } from "./live/live-fleet.ts";
import { buildServer } from "./server/build-server.ts";
import { Access } from "./server/security/access.ts";
import { builtWebApp } from "./server/static-files.ts";

export interface Dashboard extends AsyncDisposable {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  /** The same with the token: whoever opens it is let in. */
  readonly link: string;
  readonly token: string;
  /** Which store, without passwords. */
  readonly location: string;
  /** Ends it, and leaves nothing behind. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Rejects with `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds, with what `openTransport` rejects with, and with the
 * system's error where it cannot listen (`EADDRINUSE`). A store that is away is waited for, and shown to be away.
 */
export async function startDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  const checked = checkOptions(options);
  const { host, token } = checked;
  const { logger, prefix } = options;
  const opened =
    options.transport ??
    (await openTransport(options.url, {
      onUnavailable: "throw",
      ...(logger ? { logger } : {}),
      ...(prefix === undefined ? {} : { prefix }),
    }));
  // Whatever a given one says: what cannot be read must not look as if there were nothing.
  const transport = transportWith(opened, { onUnavailable: "throw" });
  const fleet = new LiveFleet(transport, { ...checked, version: manifest.version });
  const closeFleet = async () => {
    await fleet.close();
    if (!options.transport) await transport.close();
  };
  const access = new Access(token);
  try {
    const server = await buildServer({
      ...checked,
      fleet,
      access,
      serverId: randomToken(),
      version: manifest.version,
      webRoot: options.webRoot ?? builtWebApp(),
    });
    await server.listen({ host, port: checked.port });
    const { port } = server.server.address() as AddressInfo;
    access.open(port, originsOf(checked, port));
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    let closing: Promise<void> | undefined;
    const close = () => {
      closing ??= server.close().then(closeFleet);
      return closing;
    };
    const { location } = transport;
    return { url, link: `${url}/?token=${token}`, token, location, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await closeFleet();
    throw error;
  }
}

/** Every name under which this machine's browsers know the address, and those that were given. */
function originsOf({ host, publicUrls }: CheckedOptions, port: number): string[] {
  const names = isLoopback(host) ? ["127.0.0.1", "localhost", "[::1]", host] : [host];
  const own = names.map(
    (name) =>
      new URL(`http://${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}:${port}`).origin,
  );
  return [...new Set([...own, ...publicUrls])];
}
