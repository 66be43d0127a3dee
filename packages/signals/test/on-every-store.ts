/** Runs the same tests on memory and on a real Redis. */
import { randomUUID } from "node:crypto";
import { CoordinationSignals, type CoordinationSignalsOptions } from "@attune/signals";
import { type Logger, openTransport, type Transport, type TransportOptions } from "@attune/transport";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, inject, onTestFinished } from "vitest";

export interface Store {
  /** Opens a transport; all of a store see the same mailboxes. Closed when the test ends. */
  open(options?: TransportOptions): Promise<Transport>;
  /** An agent's signals, on one transport that all agents share, or on the one given. */
  agent(agentId: string, options?: Partial<CoordinationSignalsOptions>): Promise<CoordinationSignals>;
  /** What was logged as a warning. */
  readonly warnings: readonly string[];
}

/** What a test asks for is answered, also on a machine that stands still for seconds in between. */
const operationTimeoutMs = 20_000;

export function onEveryStore(name: string, tests: (store: () => Store) => void): void {
  describe(`${name}, on memory`, () => tests(() => storeAt(`memory:${randomUUID()}`)));
  const redisUrl = inject("redisUrl");
  describe.skipIf(redisUrl === "")(`${name}, on Redis`, () => tests(() => storeAt(redisUrl)));
}

function storeAt(url: string): Store {
  const prefix = `signals-test-${randomUUID()}:`;
  const warnings: string[] = [];
  const logger = loggerInto(warnings);
  const open = async (options: TransportOptions = {}) => {
    const transport = await openTransport(url, { prefix, logger, operationTimeoutMs, ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
  let shared: Promise<Transport> | undefined;
  return {
    warnings,
    open,
    async agent(agentId, options = {}) {
      shared ??= open();
      return new CoordinationSignals({ agentId, transport: await shared, ...options });
    },
  };
}

/** Keeps warnings and errors. */
export function loggerInto(warnings: string[]): Logger {
  const keep = (message: string) => {
    warnings.push(message);
  };
  return { debug: () => {}, info: () => {}, warn: keep, error: keep };
}

/** Waits for a condition; says which when it does not come. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 5000,
): Promise<void> {
  const endsAt = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
