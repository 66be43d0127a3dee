import type { Message } from "@attune/transport";
import { afterEach, expect, it, vi } from "vitest";
import { decodeSignal, encodeSignal } from "../src/coordination-signal.ts";
import { onEveryStore } from "./on-every-store.ts";

const signal = {
  signalId: "id-1",
  signalType: "done",
  sourceAgent: "a",
  targetAgent: "b",
  timestamp: new Date("2026-01-27T12:00:00.250Z"),
  ttlMs: 1500,
};
const readAt = new Date("2026-02-01T00:00:00.000Z");

function message(body: string, target: string | null = "b"): Message {
  return { id: "id-1", type: "done", source: "a", target, body };
}

it("a signal is JSON with the wire's names, its times as ISO 8601 UTC and seconds", () => {
  expect(JSON.parse(encodeSignal(signal, '{"n":1}'))).toEqual({
    signal_id: "id-1",
    signal_type: "done",
    source_agent: "a",
    target_agent: "b",
    payload: { n: 1 },
    timestamp: "2026-01-27T12:00:00.250Z",
    ttl_seconds: 1.5,
  });
});

it("a signal is read back as it was written, whatever its time to live", () => {
  for (const ttlMs of [1, 7, 1001, 60_000, 1_999_999_999, 366 * 24 * 3_600_000]) {
    const written = { ...signal, ttlMs };
    expect(decodeSignal(message(encodeSignal(written, "null")), readAt)).toEqual({
      ...written,
      payload: null,
    });
  }
  const broadcast = { ...signal, targetAgent: null };
  expect(decodeSignal(message(encodeSignal(broadcast, "[]"), null), readAt)).toEqual({
    ...broadcast,
    payload: [],
  });
});

afterEach(() => vi.unstubAllEnvs());

it("a record as a Python program writes it is read: no zone means UTC, unknown fields do not matter", () => {
  vi.stubEnv("TZ", "America/New_York");
  expect(new Date("2026-01-27T12:00:00").getUTCHours()).toBe(17);
  const record = {
    signal_id: "id-1",
    signal_type: "done",
    source_agent: "a",
    target_agent: "b",
    payload: { ok: true },
    timestamp: "2026-01-27T12:00:00.250731",
    ttl_seconds: 60,
    extra: 1,
  };
  expect(decodeSignal(message(JSON.stringify(record)), readAt)).toEqual({
    ...signal,
    payload: { ok: true },
    ttlMs: 60_000,
  });
});

const { timestamp: _, ...noTimestamp } = JSON.parse(encodeSignal(signal, "1")) as Record<string, unknown>;
const whole = { ...noTimestamp, timestamp: "2026-01-27T12:00:00.250Z" };
for (const [what, body, payload, reason] of [
  ["no JSON", "hello {", "hello {", "it is not JSON"],
  ["nothing at all", "", "", "it is not JSON"],
  ["a number", "7", 7, "it is no object"],
  ["null", "null", null, "it is no object"],
  ["an array", "[1]", [1], "it is no object"],
  ["somebody else's object", '{"kind":"mail"}', { kind: "mail" }, "its signal_id is not"],
  ["another signal's record", { ...whole, signal_id: "id-2" }, undefined, "its signal_id is not"],
  ["another type's record", { ...whole, signal_type: "abort" }, undefined, "its signal_type is not"],
  ["a record of somebody else", { ...whole, source_agent: "boss" }, undefined, "its source_agent is not"],
  ["a record to somebody else", { ...whole, target_agent: null }, undefined, "its target_agent is not"],
  ["a record without a payload", { ...whole, payload: undefined }, undefined, "it has no payload"],
  ["a record without a time", noTimestamp, 1, "its timestamp is no ISO 8601 time"],
  ["a record with a strange time", { ...whole, timestamp: "yesterday" }, 1, "its timestamp is no"],
  [
    "a record with an impossible time",
    { ...whole, timestamp: "2026-13-45T12:00:00Z" },
    1,
    "its timestamp is no",
  ],
  ["a record without a time to live", { ...whole, ttl_seconds: undefined }, 1, "its ttl_seconds is no"],
  ["a record with a time to live of 0", { ...whole, ttl_seconds: 0 }, 1, "its ttl_seconds is no"],
  ["a record with a text as time to live", { ...whole, ttl_seconds: "60" }, 1, "its ttl_seconds is no"],
] as const) {
  it(`${what} is delivered with what is in it, and the reason why it is no proper signal`, () => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const decoded = decodeSignal(message(text), readAt);
    expect(decoded).toMatchObject({
      signalId: "id-1",
      signalType: "done",
      sourceAgent: "a",
      targetAgent: "b",
    });
    expect(decoded.payload).toEqual(payload === undefined ? JSON.parse(text) : payload);
    expect(decoded.invalidReason).toContain(reason);
    expect(decoded.timestamp).toEqual(
      reason.includes("ttl_seconds") ? new Date("2026-01-27T12:00:00.250Z") : readAt,
    );
    expect(decoded.ttlMs).toBe(reason.includes("timestamp") ? 1500 : 0);
  });
}

onEveryStore("a message of another program", (store) => {
  it("is delivered by every call, with one warning for all of its kind", async () => {
    const one = store();
    const transport = await one.open();
    const receiver = await one.agent("r");
    const post = (id: string, type: string, body: string) =>
      transport.mailboxes.post({
        id,
        target: "r",
        type,
        source: "py:thon",
        body,
        ttlMs: 60_000,
        maxPending: 100,
      });
    for (const id of ["m1", "m2", "m3", "m4"]) await post(id, "mail", `text of ${id}`);
    expect(await receiver.getPendingSignals()).toHaveLength(4);
    const taken = [
      await receiver.checkSignal({ consume: false }),
      await receiver.checkSignal(),
      await receiver.waitForSignal(),
      ...(await receiver.waitForAll({ count: 2 }))!,
    ];
    expect(taken.map((mail) => mail?.payload)).toEqual(
      ["m1", "m1", "m2", "m3", "m4"].map((id) => `text of ${id}`),
    );
    expect(taken[0]).toMatchObject({
      signalId: "m1",
      signalType: "mail",
      sourceAgent: "py:thon",
      targetAgent: "r",
    });
    expect(one.warnings).toHaveLength(1);
    expect(one.warnings[0]).toContain('a message of type "mail" from "py:thon" is not a proper signal');
    await post("m5", "other", "{}");
    expect(await receiver.checkSignal()).toMatchObject({ payload: {}, invalidReason: expect.any(String) });
    expect(one.warnings).toHaveLength(2);
  });
});
