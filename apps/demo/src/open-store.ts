/** Opens the store of a demonstration, or says in plain words why it cannot be used. */
import { AttuneError, type Logger, openTransport, type Transport } from "@attune/transport";
import { DemonstrationError } from "./demonstration.ts";
import { Notices } from "./terminal/notices.ts";

export interface StoreOptions {
  /** Default: to stderr, each thing once. */
  readonly logger?: Logger;
}

export async function openStore(
  url: string,
  { logger = noticesOnStderr() }: StoreOptions = {},
): Promise<Transport> {
  const transport = await open(url, logger);
  if (transport.status === "available") return transport;
  const { location } = transport;
  await transport.close();
  throw new DemonstrationError(`The store at ${location} cannot be reached. Does it run? See --url.`, 1);
}

function noticesOnStderr(): Logger {
  const notices = new Notices();
  notices.showWith((message) => console.error(message));
  return notices;
}

async function open(url: string, logger: Logger): Promise<Transport> {
  try {
    return await openTransport(url, { logger });
  } catch (error) {
    // Everything that opening rejects with is about the URL or what is installed for it.
    if (error instanceof AttuneError)
      throw new DemonstrationError(`--url: ${error.message}`, 2, { cause: error });
    throw error;
  }
}
