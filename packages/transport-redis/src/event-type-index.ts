/**
 * Which event types there are, without looking through all keys: a set that every publisher keeps up. Streams of other
 * programs are not in it; a scan finds those.
 */
import type { AdapterHost } from "@attune/transport";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import type { Keys } from "./keys.ts";
import { runScript } from "./scripts.ts";

/** Registered again after so long, in case another process deleted the stream, and with it the entry, meanwhile. */
const registrationMs = 10_000;
const maxRemembered = 10_000;
const scanCount = 1000;

export class EventTypeIndex {
  readonly #host: AdapterHost;
  readonly #keys: Keys;
  /** When each type was last registered, on the current connection. */
  readonly #registered = new Map<string, number>();

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#keys = keys;
    // The server may have come back empty.
    connections.onCommandsReady(() => this.#registered.clear());
  }

  /** Goes out in front of the append that it belongs to, and is not waited for. */
  register(client: Redis, eventType: string): void {
    const now = this.#host.clock.monotonic();
    const last = this.#registered.get(eventType);
    if (last !== undefined && now - last < registrationMs) return;
    if (this.#registered.size >= maxRemembered) this.#registered.clear();
    this.#registered.set(eventType, now);
    const args = [eventType, this.#keys.bell("streams")];
    runScript(client, "register-event-type", [this.#keys.eventTypes], args).catch(() => {
      // The append beside it meets, and reports, the same failure; the next one registers again.
      this.#registered.delete(eventType);
    });
  }

  async forget(client: Redis, eventType: string): Promise<void> {
    this.#registered.delete(eventType);
    await client.srem(this.#keys.eventTypes, eventType);
  }

  /** What publishers registered; may name a stream that is gone. */
  members(client: Redis): Promise<string[]> {
    return client.smembers(this.#keys.eventTypes);
  }

  /** What really exists. */
  async scan(client: Redis): Promise<string[]> {
    const found = new Set<string>();
    let cursor = "0";
    do {
      const [next, keys] = await client.scan(
        cursor,
        "MATCH",
        this.#keys.streamPattern,
        "COUNT",
        scanCount,
        "TYPE",
        "stream",
      );
      for (const key of keys) found.add(this.#keys.eventTypeOf(key));
      cursor = next;
    } while (cursor !== "0");
    return [...found];
  }
}
