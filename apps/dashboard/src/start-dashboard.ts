/** `startDashboard()`: opens the store, listens, and says under which link. */
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { openTransport, randomToken, transportWith } from "@attune/transport";
import manifest from "../package.json" with { type: "json" };
import { type CheckedOptions, checkOptions, type DashboardOptions, isLoopback } from "./dashboard-options.ts";
import { ListenersOf } from "./listeners-of.ts";
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
export function startDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  return startAtPace(options, 1);
}

/** The same, so many times as often as usual reading again what is read again and again: tests need not wait for it. */
export async function startAtPace(options: DashboardOptions, pace: number): Promise<Dashboard> {
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
  const listeners = new ListenersOf(opened);
  const transport = transportWith(opened, {
    // Whatever a given one says: what cannot be read must not look as if there were nothing.
    onUnavailable: "throw",
    onStatus: listeners.onStatus,
    ...(logger ? { logger } : {}),
  });
  const fleet = new LiveFleet(transport, { ...checked, version: manifest.version, pace });
  const closeFleet = async () => {
    await fleet.close();
    listeners.end();
    if (!options.transport) await transport.close();
  };
  const access = new Access(token);
  const server = await buildServer({
    ...checked,
    fleet,
    access,
    serverId: randomToken(),
    version: manifest.version,
    webRoot: options.webRoot ?? builtWebApp(),
  }).catch(async (error: unknown) => {
    await closeFleet();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= server.close().then(closeFleet);
    return closing;
  };
  try {
    await server.listen({ host, port: checked.port });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.server.address() as AddressInfo;
  const origins = originsOf(checked, port);
  access.open(port, origins);
  const url = origins[0]!;
  const link = `${checked.publicUrls[0] ?? url}/?token=${token}`;
  const { location } = transport;
  return { url, link, token, location, close, [Symbol.asyncDispose]: close };
}

/** Every name under which browsers know the address, and those that were given. First the one that programs of this machine take. */
function originsOf({ host, publicUrls }: CheckedOptions, port: number): string[] {
  const own = namesOf(host).map((name) => new URL(`http://${name}:${port}`).origin);
  return [...new Set([...own, ...publicUrls])];
}

function namesOf(host: string): string[] {
  const name = host.includes(":") ? `[${host}]` : host;
  const local = ["127.0.0.1", "localhost", "[::1]"];
  if (isEveryAddress(host)) return [...local, ...ownAddresses()];
  return isLoopback(host) ? [name, ...local] : [name];
}

/** What other machines may know this one by, where it listens on all of them; names of theirs are given as public URLs. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.map(({ address, family }) => (family === "IPv6" ? `[${address.split("%")[0]}]` : address));
}

function isEveryAddress(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}
