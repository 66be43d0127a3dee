/** Compile-time tests: checked by `npm run check:types`. */
import { type CoordinationSignal, CoordinationSignals, coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { JsonValue } from "@attune/transport";
import { expectTypeOf } from "vitest";

const signals = new CoordinationSignals({ agentId: "a" });
// @ts-expect-error: somebody has to be the sender
new CoordinationSignals({});

// What may be sent.
interface Finding {
  file: string;
  line?: number;
}
declare const finding: Finding;
declare const anything: unknown;
expectTypeOf(signals.signal({ signalType: "x" })).resolves.toEqualTypeOf<string>();
signals.signal({
  signalType: "x",
  targetAgent: "b",
  payload: { a: [1, "two", null, { b: true }] },
  ttlMs: 1,
});
signals.signal({ signalType: "x", targetAgent: null, payload: finding });
signals.broadcast({ signalType: "x", payload: [finding] });
signals.broadcast({ signalType: "x", payload: anything });
// @ts-expect-error: a Date is not JSON
signals.signal({ signalType: "x", payload: { at: new Date() } });
// @ts-expect-error: a BigInt is not JSON
signals.signal({ signalType: "x", payload: 1n });
// @ts-expect-error: a function is not JSON
signals.broadcast({ signalType: "x", payload: { f: () => 1 } });
// @ts-expect-error: a signal has a type
signals.signal({ targetAgent: "b" });
// @ts-expect-error: a broadcast has no target
signals.broadcast({ signalType: "x", targetAgent: "b" });

// What comes out, which may be sent on.
const signal = await signals.waitForSignal({ signalType: "x", sourceAgent: "b", timeoutMs: 1 });
expectTypeOf(signal).toEqualTypeOf<CoordinationSignal | null>();
if (signal) {
  expectTypeOf(signal.payload).toEqualTypeOf<JsonValue>();
  expectTypeOf(signal.targetAgent).toEqualTypeOf<string | null>();
  expectTypeOf(signal.timestamp).toEqualTypeOf<Date>();
  signals.signal({ signalType: "x", targetAgent: signal.sourceAgent, payload: signal.payload });
}
expectTypeOf(
  signals.waitForAny([{ signalType: "a" }, {}]),
).resolves.toEqualTypeOf<CoordinationSignal | null>();
expectTypeOf(signals.checkSignal({ consume: false })).resolves.toEqualTypeOf<CoordinationSignal | null>();
expectTypeOf(signals.getPendingSignals()).resolves.toEqualTypeOf<CoordinationSignal[]>();
expectTypeOf(signals.clearSignals()).resolves.toEqualTypeOf<number>();

// A barrier by a count or by names: one of both.
expectTypeOf(signals.waitForAll({ count: 2 })).resolves.toEqualTypeOf<CoordinationSignal[] | null>();
signals.waitForAll({ signalType: "x", sourceAgents: ["a", "b"], timeoutMs: 5 });
// @ts-expect-error: neither
signals.waitForAll({ signalType: "x" });
// @ts-expect-error: both
signals.waitForAll({ count: 2, sourceAgents: ["a", "b"] });

// The event of a signal.
const [event] = await new EventStreamer().getRecentEvents(coordinationSignal);
if (event?.valid) {
  expectTypeOf(event.eventType).toEqualTypeOf<"coordination_signal">();
  expectTypeOf(event.data.signal_id).toEqualTypeOf<string>();
  expectTypeOf(event.data.target_agent).toEqualTypeOf<string | null>();
}
