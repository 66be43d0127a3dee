/** Agents on one memory whose time a test moves: leases run out without waiting. */
import { HeartbeatCoordinator, type HeartbeatCoordinatorOptions } from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import { type ManualClock, manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore, type MemoryTransportOptions } from "@attune/transport-memory";
import { onTestFinished } from "vitest";
import { collectWarnings } from "./on-every-store.ts";

export interface MemoryFleet {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly warnings: readonly string[];
  open(options?: MemoryTransportOptions): Promise<Transport>;
  /** On a transport of its own, both closed when the test ends. */
  coordinator(
    options?: Omit<HeartbeatCoordinatorOptions, "transport"> & MemoryTransportOptions,
  ): Promise<HeartbeatCoordinator>;
}

export function memoryFleet(): MemoryFleet {
  const clock = manualClock();
  const store = new MemoryStore({ clock });
  const { warnings, logger } = collectWarnings();
  const open = async (options: MemoryTransportOptions = {}) => {
    const transport = await createMemoryTransport({ store, clock, logger, ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
  return {
    clock,
    store,
    warnings,
    open,
    async coordinator({ onUnavailable, ...options } = {}) {
      const transport = await open({ onUnavailable });
      const coordinator = new HeartbeatCoordinator({ logger, ...options, transport });
      onTestFinished(() => coordinator.close());
      return coordinator;
    },
  };
}
