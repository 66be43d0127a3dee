/** What each fault test needs: a real Redis of its own, the proxy in front of it, and transports that are closed after. */

import { EventStreamer, type EventStreamerOptions } from "@attune/streams";
import { type Logger, openTransport, type Transport, type TransportOptions } from "@attune/transport";
import { type FaultyProxy, startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, type StartRedisOptions, startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { inject, onTestFinished, test } from "vitest";

/** A test that starts servers of its own; left out, with the rest of Redis, by ATTUNE_TEST_REDIS=skip. */
export const faultTest = test.skipIf(inject("redisUrl") === "");

/** What a machine that does other things beside may add to a time. */
export const busyMs = 1000;

export interface Fleet {
  readonly server: RedisServer;
  readonly proxy: FaultyProxy;
}

export interface Member {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  /** What was logged as a warning. */
  readonly warnings: string[];
}

export async function startFleet(options: StartRedisOptions = {}): Promise<Fleet> {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  const proxy = await startProxy({ target: server });
  onTestFinished(() => proxy.close());
  return { server, proxy };
}

export async function join(
  url: string,
  options: TransportOptions & Pick<EventStreamerOptions, "maxLength"> = {},
): Promise<Member> {
  const { maxLength, ...transportOptions } = options;
  const warnings: string[] = [];
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message) => warnings.push(message),
    error: (message) => warnings.push(message),
  };
  const transport = await openTransport(url, { logger, ...transportOptions });
  onTestFinished(() => transport.close());
  return { transport, streamer: new EventStreamer({ transport, maxLength }), warnings };
}

/** Waits for a condition; says which when it does not come. */
export async function until(what: string, condition: () => boolean, ms = 15_000): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}

/** How long something took, with its result. */
export async function timed<T>(work: Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const start = performance.now();
  const result = await work;
  return { ms: performance.now() - start, result };
}
