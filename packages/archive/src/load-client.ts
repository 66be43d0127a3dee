/** Loads a store's client when its sink is opened: nobody installs the clients of stores that he does not use. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AttuneError } from "@attune/transport";

/**
 * Looks beside this package first, then in the application's folder (package managers that isolate dependencies).
 * Rejects with `ATTUNE_ADAPTER_MISSING`.
 */
export async function loadClient<Client>(packageName: string): Promise<Client> {
  try {
    return (await import(packageName)) as Client;
  } catch (cause) {
    if (!isMissing(cause, packageName)) throw cause;
  }
  try {
    const path = createRequire(join(process.cwd(), "package.json")).resolve(packageName);
    return (await import(pathToFileURL(path).href)) as Client;
  } catch (cause) {
    if (!isMissing(cause, packageName)) throw cause;
    throw new AttuneError(
      "ATTUNE_ADAPTER_MISSING",
      `This sink needs the package ${packageName}: npm install ${packageName}`,
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
