/** Opens a store, stores an event, closes, and prints what became of it. */
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { AttuneError, openTransport, silentLogger } from "@attune/transport";

export interface OpenOnceArgument {
  /** Left out: the default. */
  readonly url?: string;
  readonly umask?: number;
}

export type OpenOnceResult =
  | {
      readonly location: string;
      readonly status: string;
      /** Of the event that was stored. */
      readonly id: string | undefined;
      /** The rights of the folder (".") and of what lies in it while the file is in use. */
      readonly modes: Readonly<Record<string, string>>;
    }
  | { readonly code: string; readonly message: string; readonly details: unknown };

const { url, umask } = JSON.parse(process.argv[2]!) as OpenOnceArgument;
if (umask !== undefined) process.umask(umask);
console.log(JSON.stringify(await outcome()));

async function outcome(): Promise<OpenOnceResult> {
  try {
    await using transport = await openTransport(url, { logger: silentLogger, onUnavailable: "throw" });
    const event = { eventType: "t", timestamp: "", data: "1", source: "s", maxLength: 10 };
    const [id] = await transport.streams.append([event]);
    const { location, status } = transport;
    return { location, status, id, modes: modesBeside(location.slice("sqlite:".length)) };
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    const { code, message, details } = error;
    return { code, message, details };
  }
}

function modesBeside(path: string): Record<string, string> {
  const folder = dirname(path);
  const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
  return Object.fromEntries([".", ...readdirSync(folder).sort()].map((name) => [name, mode(name)]));
}
