import { CoordinationSignals } from "@attune/signals";
import { type Clock, systemClock } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { onEveryStore } from "./on-every-store.ts";

/** An abort signal that tells how many listen to it. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening.delete(args[1]);
    remove(...args);
  };
  return { signal, listeners: () => listening.size, abort: () => controller.abort() };
}

/** Timers never go off: whoever is woken was woken by the bell. */
const stoppedClock: Clock = { ...systemClock, setTimer: () => ({ clear: () => {} }) };

it("a wait leaves no timer and no listener behind, however it ends", async () => {
  const clock = manualClock();
  const transport = await createMemoryTransport({ clock });
  onTestFinished(() => transport.close());
  const signals = new CoordinationSignals({ agentId: "a", transport });
  const { signal, listeners, abort } = countedSignal();
  const waits = [
    signals.waitForSignal({ signalType: "x", signal }),
    signals.waitForSignal({ signalType: "y", timeoutMs: 10, signal }),
    signals.waitForSignal({ signalType: "z", timeoutMs: 0, signal }),
  ];
  await signals.signal({ signalType: "x", targetAgent: "a" });
  // Beyond the deadlines of what is done, which are looked after when they would have been over.
  await clock.advance(10_000);
  expect(await Promise.all(waits)).toMatchObject([{ signalType: "x" }, null, null]);
  expect({ timers: clock.pendingTimers, listeners: listeners() }).toEqual({ timers: 0, listeners: 0 });
  const last = [signals.waitForSignal({ signal }), signals.waitForAll({ count: 2 })];
  await clock.advance(0);
  expect(clock.pendingTimers).toBeGreaterThanOrEqual(2);
  abort();
  await signals.close();
  expect(await Promise.all(last)).toEqual([null, null]);
  await clock.advance(10_000);
  expect({ timers: clock.pendingTimers, listeners: listeners() }).toEqual({ timers: 0, listeners: 0 });
});

onEveryStore("a waiter", (store) => {
  it("is woken by the bell, not by looking again and again", async () => {
    const one = store();
    const receiver = await one.agent("r", { transport: await one.open({ clock: stoppedClock }) });
    const sender = await one.agent("s");
    for (const targetAgent of ["r", null]) {
      const waiting = receiver.waitForSignal({ timeoutMs: 60_000 });
      // Asleep by now, or about to be.
      expect(await receiver.checkSignal()).toBeNull();
      await sender.signal({ signalType: "x", targetAgent });
      expect(await waiting).toMatchObject({ signalType: "x" });
    }
  });
});
