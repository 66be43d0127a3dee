/** Sends something that must not be sent again, and tells failures in our terms. */
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import { cork } from "./cork.ts";
import { toAttuneError } from "./redis-errors.ts";

/** On the command connection, together with everything else of this tick. */
export async function sendOnce<T>(connections: Connections, send: (client: Redis) => Promise<T>): Promise<T> {
  const client = connections.commands.readyClient;
  cork(client);
  try {
    return await send(client);
  } catch (error) {
    throw toAttuneError(error, connections.location);
  }
}
