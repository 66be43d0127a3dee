/** Runs the same tests on memory, on a file and on a real Redis. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTransport, type Transport, type TransportOptions } from "@attune/transport";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, inject, onTestFinished } from "vitest";
import { loggerInto } from "./logger-into.ts";

export interface Store {
  /** All transports of a store see the same. Closed when the test ends. */
  open(options?: TransportOptions): Promise<Transport>;
  /** What was logged as a warning or an error. */
  readonly warnings: readonly string[];
}

/** What a test asks for is answered, also on a machine that stands still for seconds in between. */
const operationTimeoutMs = 20_000;

export function onEveryStore(name: string, tests: (store: () => Store) => void): void {
  describe(`${name}, on memory`, () => tests(() => storeAt(() => `memory:${randomUUID()}`)));
  describe(`${name}, on a file`, () => tests(() => storeAt(fileUrl)));
  const redisUrl = inject("redisUrl");
  describe.skipIf(redisUrl === "")(`${name}, on Redis`, () => tests(() => storeAt(() => redisUrl)));
}

function storeAt(makeUrl: () => string | Promise<string>): Store {
  const prefix = `attune-test-${randomUUID()}:`;
  const warnings: string[] = [];
  const logger = loggerInto(warnings);
  let url: string | Promise<string> | undefined;
  return {
    warnings,
    async open(options = {}) {
      url ??= makeUrl();
      const transport = await openTransport(await url, { prefix, logger, operationTimeoutMs, ...options });
      onTestFinished(() => transport.close());
      return transport;
    },
  };
}

async function fileUrl(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "attune-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, "attune.db")}`;
}
