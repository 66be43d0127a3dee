/** What a transport does above any adapter: deadlines, status, closing. */

import { describe, expect, it } from "vitest";
import { manualClock } from "../../transport-conformance/src/manual-clock.ts";
import { failure, scriptedTransport } from "./scripted-transport.ts";

describe("a transport", () => {
  it("settles a call that nobody answers at its deadline, and tells the adapter", async () => {
    const clock = manualClock();
    const { transport, hang, timedOut } = await scriptedTransport({ clock, operationTimeoutMs: 500 });
    await clock.advance(1000);
    hang();
    const call = transport.streams.list({ thorough: false });
    const outcome = call.catch((error: unknown) => error);
    await clock.advance(499);
    expect(timedOut).toEqual([]);
    await clock.advance(1);
    expect(await outcome).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    expect(String(await outcome)).toContain("500 ms (list)");
    expect(timedOut).toEqual([1500]);
  });

  it("gives a read that waits its own time on top", async () => {
    const clock = manualClock();
    const { transport, hang } = await scriptedTransport({ clock, operationTimeoutMs: 500 });
    hang();
    let settled = false;
    const read = transport.streams
      .read(new Map([["a", "0-0"]]), { count: 1, blockMs: 3000 })
      .catch((error: unknown) => error)
      .finally(() => (settled = true));
    await clock.advance(3499);
    expect(settled).toBe(false);
    await clock.advance(1);
    expect(await read).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    expect(clock.pendingTimers).toBe(0);
  });

  it("rejects at once while the store is known to be away, and keeps the cause", async () => {
    const clock = manualClock();
    const { transport, host, hang } = await scriptedTransport({ clock });
    hang();
    const cause = new Error("ECONNREFUSED");
    host.setAvailable(false, cause);
    await expect(transport.streams.list({ thorough: false })).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
      cause,
    });
    host.setAvailable(true);
    expect(transport.status).toBe("available");
  });

  it.each([
    ["an operation", 0],
    ["a read that waits", 60_000],
  ])("settles %s that is pending when it is closed", async (_, blockMs) => {
    const clock = manualClock();
    const { transport, hang } = await scriptedTransport({ clock });
    hang();
    const read = transport.streams.read(new Map([["a", "0-0"]]), { count: 1, blockMs });
    let outcome: unknown;
    read.catch((error: unknown) => {
      outcome = error;
    });
    void transport.close();
    await clock.advance(1000);
    expect(outcome).toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
    expect(clock.pendingTimers).toBe(0);
  });

  it("hands on what the store says of itself, asked anew each time", async () => {
    const { transport, failWith } = await scriptedTransport();
    expect(await transport.info()).toEqual({ product: "Scripted", version: "1.2.3", bytes: 4 });
    const refusal = failure("ATTUNE_STORE_REFUSED");
    failWith(refusal);
    await expect(transport.info()).rejects.toBe(refusal);
  });

  it("does not wait for ever for what the store says of itself", async () => {
    const clock = manualClock();
    const { transport, host, hang, timedOut } = await scriptedTransport({ clock, operationTimeoutMs: 500 });
    hang();
    const outcome = transport.info().catch((error: unknown) => error);
    await clock.advance(500);
    expect(await outcome).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    expect(String(await outcome)).toContain("500 ms (info)");
    expect(timedOut).toEqual([500]);
    host.setAvailable(false);
    await expect(transport.info()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    await transport.close();
    await expect(transport.info()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
  });

  it("tells each change of the status once, and nothing after closing", async () => {
    const { transport, host } = await scriptedTransport();
    const heard: string[] = [];
    transport.onStatus((status) => heard.push(status));
    host.setAvailable(true);
    host.setAvailable(false);
    host.setAvailable(false);
    host.setAvailable(true);
    await transport.close();
    host.setAvailable(false);
    expect(heard).toEqual(["unavailable", "available", "closed"]);
  });

  it.each([
    { operationTimeoutMs: 5 },
    { maxPayloadBytes: 0 },
    { maxPayloadDepth: 1001 },
    { prefix: "x".repeat(257) },
    { onUnavailable: "ignore" as "throw" },
  ])("refuses options out of their bounds: %o", async (options) => {
    await expect(scriptedTransport(options)).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
  });
});
