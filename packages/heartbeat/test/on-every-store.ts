/** Runs the same tests on memory and on a real Redis. */
import { randomUUID } from "node:crypto";
import { HeartbeatCoordinator, type HeartbeatCoordinatorOptions } from "@attune/heartbeat";
import { type Logger, openTransport, type Transport, type TransportOptions } from "@attune/transport";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, inject, onTestFinished } from "vitest";

export interface Store {
  readonly url: string;
  readonly prefix: string;
  readonly warnings: readonly string[];
  /** Opens a transport; the same store sees the same agents. Closed when the test ends. */
  open(options?: TransportOptions): Promise<Transport>;
  /** A coordinator on a transport of its own, closed when the test ends. */
  coordinator(options?: HeartbeatCoordinatorOptions & TransportOptions): Promise<HeartbeatCoordinator>;
}

/** What a test asks for is answered, also on a machine that stands still for seconds in between. */
const operationTimeoutMs = 20_000;

export function onEveryStore(name: string, tests: (store: () => Store) => void): void {
  describe(`${name}, on memory`, () => tests(() => storeAt(`memory:${randomUUID()}`)));
  const redisUrl = inject("redisUrl");
  describe.skipIf(redisUrl === "")(`${name}, on Redis`, () => tests(() => storeAt(redisUrl)));
}

export function storeAt(url: string): Store {
  const prefix = `heartbeat-test-${randomUUID()}:`;
  const { warnings, logger } = collectWarnings();
  const open = async (options: TransportOptions = {}) => {
    const transport = await openTransport(url, { prefix, logger, operationTimeoutMs, ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
  return {
    url,
    prefix,
    warnings,
    open,
    async coordinator({ ttlMs, intervalMs, stalledAfterMs, staleAfterMs, ...options } = {}) {
      const { enableStreaming, beatFrom, onFenced, ...transportOptions } = options;
      const transport = options.transport ?? (await open(transportOptions));
      const coordinator = new HeartbeatCoordinator({
        transport,
        logger,
        ttlMs,
        intervalMs,
        stalledAfterMs,
        staleAfterMs,
        enableStreaming,
        beatFrom,
        onFenced,
      });
      onTestFinished(() => coordinator.close());
      return coordinator;
    },
  };
}

export function collectWarnings(): { readonly warnings: string[]; readonly logger: Logger } {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  return { warnings, logger: { debug: () => {}, info: () => {}, warn, error: warn } };
}
