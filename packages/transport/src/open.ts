/** `openTransport(url)`: from a URL to a transport, loading the adapter's package on demand. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DiagnoseOptions, Finding } from "./diagnose.ts";
import { AttuneError } from "./errors.ts";
import type { Transport, TransportOptions } from "./transport.ts";
import { rememberOrigin } from "./transport-origin.ts";

/** What an adapter's package exports for `openTransport` and `diagnose`. */
export interface AdapterPackage {
  openTransport(url: string, options?: TransportOptions): Promise<Transport>;
  /** Rejects for a URL that cannot be understood; anything else that is wrong with the store is a finding. */
  diagnose?(url: string, options: DiagnoseOptions): Promise<Finding[]>;
}

/** Which package speaks which schemes. */
const packageOfScheme: Readonly<Record<string, string>> = {
  memory: "@attune/transport-memory",
  sqlite: "@attune/transport-sqlite",
  redis: "@attune/transport-redis",
  rediss: "@attune/transport-redis",
};

export const defaultUrl = "sqlite:.attune/attune.db";

/**
 * Opens a transport. `url` defaults to the environment's ATTUNE_URL, else `sqlite:.attune/attune.db`.
 *
 * Resolves also when the store is away: see `status`. Rejects with `ATTUNE_URL_INVALID`, `ATTUNE_ADAPTER_MISSING`, or
 * `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds.
 */
export async function openTransport(
  url: string = process.env.ATTUNE_URL || defaultUrl,
  options: TransportOptions = {},
): Promise<Transport> {
  const adapter = await adapterOf(url);
  const transport = await adapter.openTransport(url, options);
  const { operationTimeoutMs } = transport;
  rememberOrigin(transport, { url, prefix: options.prefix ?? "empathy:", operationTimeoutMs });
  return transport;
}

/** The package that speaks a URL's scheme. Throws `ATTUNE_URL_INVALID` or `ATTUNE_ADAPTER_MISSING`. */
export async function adapterOf(url: string): Promise<AdapterPackage> {
  const scheme = typeof url === "string" ? /^([a-z][a-z0-9+]*):/i.exec(url)?.[1]?.toLowerCase() : undefined;
  const packageName =
    scheme !== undefined && Object.hasOwn(packageOfScheme, scheme) ? packageOfScheme[scheme] : undefined;
  if (packageName === undefined) {
    const known = Object.keys(packageOfScheme).map((name) => `${name}:`);
    // The rest of a URL may hold a password: only the scheme is repeated.
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      `A transport URL must start with ${known.join(", ")}; ${scheme ? `"${scheme}:" is none of them` : "this one has no scheme"}.`,
      { details: { scheme } },
    );
  }
  return loadAdapter(packageName);
}

/** Looks beside this package first, then in the application's folder (package managers that isolate dependencies). */
async function loadAdapter(packageName: string): Promise<AdapterPackage> {
  try {
    return (await import(packageName)) as AdapterPackage;
  } catch (cause) {
    if (!isMissing(cause, packageName)) throw cause;
  }
  try {
    const path = createRequire(join(process.cwd(), "package.json")).resolve(packageName);
    return (await import(pathToFileURL(path).href)) as AdapterPackage;
  } catch (cause) {
    if (!isMissing(cause, packageName)) throw cause;
    throw new AttuneError(
      "ATTUNE_ADAPTER_MISSING",
      `This store needs the package ${packageName}: npm install ${packageName}`,
      { cause, details: { package: packageName } },
    );
  }
}

/** Whether the package itself is missing, as opposed to something that it needs. */
function isMissing(error: unknown, packageName: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (
    (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && message.includes(`'${packageName}'`)
  );
}
