/** Runs the same tests on memory and on a real Redis. */
import { randomUUID } from "node:crypto";
import { EventStreamer, type EventStreamerOptions } from "@attune/streams";
import { type Logger, openTransport, type Transport, type TransportOptions } from "@attune/transport";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, inject, onTestFinished } from "vitest";

export interface Store {
  /** Opens a transport; the same `prefix` sees the same events. Closed when the test ends. */
  open(options?: TransportOptions): Promise<Transport>;
  /** A streamer on a transport of its own. */
  streamer(options?: EventStreamerOptions & TransportOptions): Promise<EventStreamer>;
  readonly prefix: string;
  readonly warnings: readonly string[];
}

/** What a test asks for is answered, also on a machine that stands still for seconds in between. */
const operationTimeoutMs = 20_000;

export function onEveryStore(name: string, tests: (store: () => Store) => void): void {
  describe(`${name}, on memory`, () => tests(() => storeAt(`memory:${randomUUID()}`)));
  const redisUrl = inject("redisUrl");
  describe.skipIf(redisUrl === "")(`${name}, on Redis`, () => tests(() => storeAt(redisUrl)));
}

export function storeAt(url: string): Store {
  const prefix = `streams-test-${randomUUID()}:`;
  const warnings: string[] = [];
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message) => warnings.push(message),
    error: (message) => warnings.push(message),
  };
  const open = async (options: TransportOptions = {}) => {
    const transport = await openTransport(url, { prefix, logger, operationTimeoutMs, ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
  return {
    prefix,
    warnings,
    open,
    async streamer({ source, maxLength, ...options } = {}) {
      return new EventStreamer({ transport: await open(options), source, maxLength });
    },
  };
}

/** The next `count` events, or fewer if it ends. */
export async function take<T>(events: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  if (count === 0) return taken;
  const iterator = events[Symbol.asyncIterator]();
  while (taken.length < count) {
    const result = await iterator.next();
    if (result.done) break;
    taken.push(result.value);
  }
  return taken;
}
