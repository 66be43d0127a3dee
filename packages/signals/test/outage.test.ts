import { CoordinationSignals, type CoordinationSignalsOptions, coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { Transport, TransportOptions } from "@attune/transport";
import { type ManualClock, manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { loggerInto } from "./on-every-store.ts";

interface Setup {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly transport: Transport;
  readonly signals: CoordinationSignals;
  readonly warnings: string[];
}

async function setUp(options: Partial<CoordinationSignalsOptions> & TransportOptions = {}): Promise<Setup> {
  const { onUnavailable, ...signalsOptions } = options;
  const clock = manualClock();
  const store = new MemoryStore({ clock });
  const warnings: string[] = [];
  const logger = loggerInto(warnings);
  const transport = await createMemoryTransport({ store, clock, onUnavailable, logger });
  onTestFinished(() => transport.close());
  const signals = new CoordinationSignals({ agentId: "agent", transport, ...signalsOptions });
  return { clock, store, transport, signals, warnings };
}

it("with the store away everything gives its neutral value, with one warning, and one when it is over", async () => {
  const { clock, store, signals, warnings } = await setUp();
  await signals.signal({ signalType: "kept", targetAgent: "agent" });
  for (let outage = 1; outage <= 2; outage++) {
    const end = store.simulateOutage();
    expect(await signals.signal({ signalType: "x", targetAgent: "agent" })).toBe("");
    expect(await signals.broadcast({ signalType: "x" })).toBe("");
    expect(await signals.waitForSignal({ timeoutMs: 0 })).toBeNull();
    const waiting = signals.waitForSignal({ timeoutMs: 20 });
    await clock.advance(20);
    expect(await waiting).toBeNull();
    expect(await signals.waitForAny([{}], { timeoutMs: 0 })).toBeNull();
    expect(await signals.waitForAll({ count: 1, timeoutMs: 0 })).toBeNull();
    expect(await signals.checkSignal()).toBeNull();
    expect(await signals.checkSignal({ consume: false })).toBeNull();
    expect(await signals.getPendingSignals()).toEqual([]);
    expect(await signals.clearSignals()).toBe(0);
    expect(warnings).toHaveLength(2 * outage - 1);
    expect(warnings.at(-1)).toContain("CoordinationSignals");
    end();
    expect(warnings).toHaveLength(2 * outage);
    expect(warnings.at(-1)).toContain("is back");
  }
  expect(await signals.getPendingSignals()).toMatchObject([{ signalType: "kept" }]);
});

it("bad input is an error with the store away, too", async () => {
  const { store, signals } = await setUp();
  store.simulateOutage();
  const code = "ATTUNE_ARGUMENT_INVALID";
  await expect(signals.signal({ signalType: "" })).rejects.toMatchObject({ code });
  await expect(signals.waitForSignal({ timeoutMs: -1 })).rejects.toMatchObject({ code });
});

it("waiting goes on over an outage, and gets what was pending and what comes after it", async () => {
  const { clock, store, signals, warnings } = await setUp();
  await signals.signal({ signalType: "before", targetAgent: "agent" });
  const earlier = signals.waitForSignal({ signalType: "after", timeoutMs: 30_000 });
  await clock.advance(500);
  const end = store.simulateOutage();
  const waiting = signals.waitForSignal({ signalType: "before", timeoutMs: 30_000 });
  const barrier = signals.waitForAll({ signalType: "both", count: 2, timeoutMs: 30_000 });
  await clock.advance(10_000);
  end();
  await clock.advance(1000);
  expect(await waiting).toMatchObject({ signalType: "before" });
  await signals.broadcast({ signalType: "after" });
  for (let n = 0; n < 2; n++) await signals.signal({ signalType: "both", targetAgent: "agent" });
  expect(await earlier).toMatchObject({ signalType: "after" });
  expect(await barrier).toHaveLength(2);
  expect(warnings).toHaveLength(2);
});

it("an abort and close() end a wait while the store is away", async () => {
  const { store, signals } = await setUp();
  store.simulateOutage();
  const controller = new AbortController();
  const aborted = signals.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY, signal: controller.signal });
  const closed = signals.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY });
  controller.abort();
  expect(await aborted).toBeNull();
  await signals.close();
  expect(await closed).toBeNull();
});

it('with onUnavailable "throw" every call rejects while the store is away, and works after', async () => {
  const { clock, store, signals, warnings } = await setUp({ onUnavailable: "throw" });
  const waiting = signals.waitForSignal({ timeoutMs: 30_000 });
  waiting.catch(() => {}); // looked at below
  await clock.advance(500);
  const end = store.simulateOutage();
  await clock.advance(1000);
  for (const call of [
    signals.signal({ signalType: "x" }),
    signals.broadcast({ signalType: "x" }),
    signals.waitForSignal(),
    signals.waitForAny([{}]),
    signals.waitForAll({ count: 1 }),
    signals.checkSignal(),
    signals.checkSignal({ consume: false }),
    signals.getPendingSignals(),
    signals.clearSignals(),
    waiting,
  ]) {
    await expect(call).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
  }
  end();
  expect(warnings).toEqual([]);
  expect(await signals.signal({ signalType: "x", targetAgent: "agent" })).not.toBe("");
  expect(await signals.checkSignal()).toMatchObject({ signalType: "x" });
});

it('a full mailbox is a warning and "" also with onUnavailable "throw"', async () => {
  const { signals, warnings } = await setUp({ onUnavailable: "throw", maxPending: 1 });
  expect(await signals.signal({ signalType: "x", targetAgent: "b" })).not.toBe("");
  expect(await signals.signal({ signalType: "x", targetAgent: "b" })).toBe("");
  expect(warnings).toHaveLength(1);
});

it("a signal that was not sent is not published", async () => {
  const { store, transport, signals } = await setUp({ enableStreaming: true });
  const end = store.simulateOutage();
  await signals.signal({ signalType: "x", targetAgent: "b" });
  end();
  await signals.close();
  const streamer = new EventStreamer({ transport });
  expect(await streamer.getRecentEvents(coordinationSignal)).toEqual([]);
});
