/**
 * Sends something again after a lost answer, until the caller's time is over. Only for what the server carries out once
 * however often it is sent.
 */
import { type AdapterHost, sleep } from "@attune/transport";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import { toAttuneError } from "./redis-errors.ts";

/** The longest pause before it is sent again. */
const maxPauseMs = 200;
/** How long before the deadline it gives up. */
const lastWordMs = 20;

export async function repeatUntilAnswered<T>(
  host: AdapterHost,
  connections: Connections,
  send: (client: Redis) => Promise<T>,
): Promise<T> {
  const deadline = host.clock.monotonic() + host.operationTimeoutMs;
  let client = connections.commands.readyClient;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(client);
    } catch (error) {
      const failure = toAttuneError(error, connections.location);
      if (failure.code !== "ATTUNE_TRANSPORT_UNAVAILABLE") throw failure;
      // A server that answers "not now" does so at once: do not ask in a tight loop.
      const pause = Math.min(maxPauseMs, 10 * 2 ** attempt);
      // Its reason is worth more than a mere "did not answer in time".
      if (host.clock.monotonic() + pause + lastWordMs >= deadline) throw failure;
      await sleep(host.clock, pause);
      client = await connections.commands.whenReady(deadline);
    }
  }
}
