import { CoordinationSignals } from "@attune/signals";
import { AttuneError } from "@attune/transport";
import { expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";

const argument = "ATTUNE_ARGUMENT_INVALID";
const badNames = ["", "x".repeat(257), "€".repeat(86), 7, null, {}, [], "\ud800"];
const badTtls = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "60", null, 367 * 24 * 3_600_000];

it("an agent's signals are refused with bad options", () => {
  for (const options of [
    ...badNames.map((agentId) => ({ agentId })),
    {},
    undefined,
    null,
    "agent",
    ...badTtls.slice(0, -2).map((defaultTtlMs) => ({ agentId: "a", defaultTtlMs })),
    ...[0, -1, 1.5, Number.NaN, 100_001, "9"].map((maxPending) => ({ agentId: "a", maxPending })),
    ...["yes", 1].map((enableStreaming) => ({ agentId: "a", enableStreaming })),
  ]) {
    expect(() => new CoordinationSignals(options as never), JSON.stringify(options)).toThrow(
      expect.objectContaining({ code: argument }),
    );
  }
  expect(new CoordinationSignals({ agentId: "x".repeat(256) }).agentId).toHaveLength(256);
});

onEveryStore("bad input", (store) => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: unknown = 1;
  for (let i = 0; i < 101; i++) deep = [deep];

  it("of signal and broadcast is refused with a code before anything is sent", async () => {
    const one = store();
    const sender = await one.agent("sender", { enableStreaming: true });
    const both: [unknown, string][] = [
      ...[undefined, null, "done", 7].map((request): [unknown, string] => [request, argument]),
      ...badNames.map((signalType): [unknown, string] => [{ signalType }, argument]),
      ...badTtls.map((ttlMs): [unknown, string] => [{ signalType: "x", ttlMs }, argument]),
      ...[1n, Number.NaN, { at: new Date() }, { a: undefined }, () => 1, cycle].map(
        (payload): [unknown, string] => [{ signalType: "x", payload }, "ATTUNE_PAYLOAD_NOT_JSON"],
      ),
      [{ signalType: "x", payload: "x".repeat(1_048_575) }, "ATTUNE_PAYLOAD_TOO_LARGE"],
      [{ signalType: "x", payload: deep }, "ATTUNE_PAYLOAD_TOO_DEEP"],
    ];
    for (const [request, code] of both) {
      await expectCode(sender.broadcast(request as never), code);
      await expectCode(sender.signal(request as never), code);
    }
    for (const targetAgent of badNames.filter((name) => name !== null)) {
      await expectCode(sender.signal({ signalType: "x", targetAgent } as never), argument);
    }
    const receiver = await one.agent("r");
    expect(await receiver.getPendingSignals()).toEqual([]);
    expect(one.warnings).toEqual([]);
  });

  it("of waiting, checking, listing and clearing is refused, and takes nothing", async () => {
    const one = store();
    const receiver = await one.agent("r");
    await receiver.signal({ signalType: "x", targetAgent: "r" });
    for (const selector of [
      ...badNames.flatMap((name) => [{ signalType: name }, { sourceAgent: name }]),
      null,
      "x",
      7,
    ] as never[]) {
      await expectCode(receiver.waitForSignal(selector), argument);
      await expectCode(receiver.waitForAny([{ signalType: "x" }, selector]), argument);
      await expectCode(receiver.checkSignal(selector), argument);
      await expectCode(receiver.getPendingSignals(selector), argument);
      await expectCode(receiver.clearSignals(selector), argument);
    }
    for (const options of [
      ...[-1, Number.NaN, 2 ** 31, Number.NEGATIVE_INFINITY, "5", null].map((timeoutMs) => ({ timeoutMs })),
      ...["done", {}, null, 7].map((signal) => ({ signal })),
    ] as never[]) {
      await expectCode(receiver.waitForSignal(options), argument);
      await expectCode(receiver.waitForAny([{ signalType: "x" }], options), argument);
      await expectCode(receiver.waitForAll({ count: 1, ...(options as object) }), argument);
    }
    for (const selectors of [[], undefined, null, {}, "x", Array.from({ length: 1001 }, () => ({}))]) {
      await expectCode(receiver.waitForAny(selectors as never), argument);
    }
    await expectCode(receiver.waitForAny([{}], null as never), argument);
    for (const barrier of [
      {},
      undefined,
      null,
      "x",
      { signalType: "x" },
      { count: 1, sourceAgents: ["r"] },
      ...[0, -1, 1.5, 1001, Number.NaN, "1", null].map((count) => ({ count })),
      ...[[], "r", {}, ["r", "r"], ["r", ""], ["r", 7], null].map((sourceAgents) => ({ sourceAgents })),
      { sourceAgents: Array.from({ length: 1001 }, (_, n) => `agent-${n}`) },
      { signalType: "", count: 1 },
    ]) {
      await expectCode(receiver.waitForAll(barrier as never), argument);
    }
    for (const consume of ["no", 0, {}]) {
      await expectCode(receiver.checkSignal({ consume: consume as never }), argument);
    }
    for (const limit of [0, -1, 1.5, 100_001, Number.NaN, "5"]) {
      await expectCode(receiver.getPendingSignals({ limit: limit as never }), argument);
    }
    expect(await receiver.getPendingSignals()).toHaveLength(1);
  });
});

async function expectCode(call: Promise<unknown>, code: string): Promise<void> {
  const error: unknown = await call.then(
    (result) => result,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AttuneError);
  expect(error).toMatchObject({ code });
}
