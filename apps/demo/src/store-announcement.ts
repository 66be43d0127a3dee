/** What a demonstration says first: where it happens, and how another terminal sees it. */
import { join } from "node:path";
import { isStoreFailure, type StoreInfo, type Transport } from "@attune/transport";
import { inBytes } from "./agents/wording.ts";

/** Where `npm run` runs everything. */
export const repository = join(import.meta.dirname, "../../..");

export async function announceStore(transport: Transport, print: (line: string) => void): Promise<void> {
  const { location, capabilities } = transport;
  print(`Store: ${location}${await described(transport)}, ${sharedBy[capabilities.sharedBy]}`);
  if (capabilities.sharedBy !== "process") {
    print(`From another terminal: ${attuneCommand("events --follow", location)}`);
    print(`                   or: ${attuneCommand("top", location)}`);
  }
  print("");
}

const sharedBy = {
  process: "seen by this process only: everything runs in it",
  machine: "shared by the processes of this machine",
  network: "shared by everybody who can reach it",
} as const;

/** What looks at the same store: from any folder of the repository that belongs to no package. */
export function attuneCommand(command: string, location: string): string {
  const isDefault = location === `sqlite:${join(repository, ".attune/attune.db")}`;
  return `npm run --silent attune -- ${command}${isDefault ? "" : ` --url ${quoted(location)}`}`;
}

/** For a shell, where it would otherwise be taken apart. */
function quoted(text: string): string {
  return /^[\w:/@.,+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function described(transport: Transport): Promise<string> {
  const info = await infoOf(transport);
  if (!info || info.product === "memory") return "";
  const bytes = info.bytes === null ? "" : `, ${inBytes(info.bytes)}`;
  return ` (${[info.product, info.version ?? ""].join(" ").trim()}${bytes})`;
}

/** `undefined`: the store does not say, or not now. */
async function infoOf(transport: Transport): Promise<StoreInfo | undefined> {
  try {
    return await transport.info();
  } catch (error) {
    if (isStoreFailure(error)) return undefined;
    throw error;
  }
}
