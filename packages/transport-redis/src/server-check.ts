/** A look at the server after the first connection: warns of settings under which promises cannot be kept. */
import type { AdapterHost } from "@attune/transport";
import type { Connections } from "./connections.ts";
import { countsEntries, evicts, readServerInfo } from "./server-info.ts";

export class ServerCheck {
  #done = false;

  constructor(host: AdapterHost, connections: Connections) {
    connections.onCommandsReady(() => {
      if (this.#done) return;
      this.#done = true;
      this.#check(host, connections).catch((error: unknown) => {
        // Without the right to INFO everything else still works.
        host.logger.debug(`attune: the server's settings could not be read: ${String(error)}`);
      });
    });
  }

  async #check({ logger }: AdapterHost, { commands, location }: Connections): Promise<void> {
    const info = await readServerInfo(commands.client);
    const { maxMemory, maxMemoryPolicy } = info;
    if (maxMemory && evicts(info)) {
      logger.warn(
        `attune: the Redis at ${location} evicts keys when it is full (maxmemory-policy ${maxMemoryPolicy}): events may vanish. Set it to noeviction.`,
      );
    }
    if (!countsEntries(info)) {
      logger.warn(
        `attune: the Redis at ${location} is older than 7: events that were trimmed away unread are reported without their number.`,
      );
    }
  }
}
