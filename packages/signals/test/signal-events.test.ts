import { coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { StreamStore, Transport } from "@attune/transport";
import { expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";

/** The same transport with another append. */
function withAppend(transport: Transport, append: StreamStore["append"]): Transport {
  return new Proxy(transport, {
    get(target, name) {
      if (name === "streams") return { ...target.streams, append };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

onEveryStore("signals on the streams", (store) => {
  it("are published as coordination_signal, in the wire's names, by their sender", async () => {
    const one = store();
    const transport = await one.open();
    const sender = await one.agent("builder", { transport, enableStreaming: true });
    const target = await sender.signal({
      signalType: "build_done",
      targetAgent: "reviewer",
      payload: { commit: "9f3c" },
      ttlMs: 1500,
    });
    const all = await sender.broadcast({ signalType: "go" });
    await sender.close();
    const events = await new EventStreamer({ transport }).getRecentEvents(coordinationSignal);
    const records = events.map((event) => {
      expect(event).toMatchObject({ valid: true, source: "builder" });
      return event.data;
    });
    expect(records).toEqual([
      {
        signal_id: all,
        signal_type: "go",
        source_agent: "builder",
        target_agent: null,
        payload: null,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        ttl_seconds: 60,
      },
      expect.objectContaining({
        signal_id: target,
        target_agent: "reviewer",
        payload: { commit: "9f3c" },
        ttl_seconds: 1.5,
      }),
    ]);
  });

  it("are not published unless asked for, and not when they were refused", async () => {
    const one = store();
    const transport = await one.open();
    await (await one.agent("quiet", { transport })).signal({ signalType: "x", targetAgent: "b" });
    const loud = await one.agent("loud", { transport, enableStreaming: true, maxPending: 1 });
    expect(await loud.signal({ signalType: "x", targetAgent: "b" })).toBe("");
    await loud.close();
    expect(await new EventStreamer({ transport }).listEventTypes()).toEqual([]);
  });

  it("neither delay nor fail a signal when publishing hangs or fails; close() waits for it", async () => {
    const one = store();
    const transport = await one.open();
    let fail: (error: Error) => void = () => {};
    const hanging = withAppend(transport, () => new Promise((_, reject) => (fail = reject)));
    const sender = await one.agent("sender", { transport: hanging, enableStreaming: true });
    expect(await sender.signal({ signalType: "x", targetAgent: "b" })).not.toBe("");
    let closed = false;
    const closing = sender.close().then(() => {
      closed = true;
    });
    expect(await (await one.agent("b")).checkSignal()).toMatchObject({ signalType: "x" });
    expect(closed).toBe(false);
    fail(new Error("no room"));
    await closing;
    expect(one.warnings).toEqual([
      "attune: CoordinationSignals: a signal was sent, but not published: no room",
    ]);
  });

  it("show a payload as it was when it was sent", async () => {
    const one = store();
    const transport = await one.open();
    const sender = await one.agent("sender", { transport, enableStreaming: true });
    const payload = { step: 1 };
    const sending = sender.signal({ signalType: "x", targetAgent: "b", payload });
    payload.step = 2;
    await sending;
    await sender.close();
    const [event] = await new EventStreamer({ transport }).getRecentEvents("coordination_signal");
    expect(event?.data).toMatchObject({ payload: { step: 1 } });
  });
});
