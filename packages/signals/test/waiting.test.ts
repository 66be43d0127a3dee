import type { CoordinationSignals } from "@attune/signals";
import { expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";

onEveryStore("waiting", (store) => {
  const pair = async (): Promise<[CoordinationSignals, CoordinationSignals]> => {
    const one = store();
    return [await one.agent("sender"), await one.agent("receiver")];
  };

  it("gets what was sent before the waiting began, also with a timeout of 0", async () => {
    const [sender, receiver] = await pair();
    await sender.signal({ signalType: "x", targetAgent: "receiver", payload: 1 });
    await sender.broadcast({ signalType: "x", payload: 2 });
    expect(await receiver.waitForSignal({ signalType: "x", timeoutMs: 0 })).toMatchObject({ payload: 1 });
    expect(await receiver.waitForSignal({ signalType: "x" })).toMatchObject({ payload: 2 });
    expect(await receiver.waitForSignal({ signalType: "x", timeoutMs: 0 })).toBeNull();
  });

  it("is woken by a signal and by a broadcast that come later", async () => {
    const [sender, receiver] = await pair();
    for (const targetAgent of ["receiver", null]) {
      const waiting = receiver.waitForSignal({ signalType: "x", timeoutMs: Number.POSITIVE_INFINITY });
      await sender.signal({ signalType: "other", targetAgent });
      const signalId = await sender.signal({ signalType: "x", targetAgent });
      expect(await waiting).toMatchObject({ signalId, targetAgent });
    }
  });

  it("resolves with null when the time is over, and not before", async () => {
    const [sender, receiver] = await pair();
    await sender.signal({ signalType: "other", targetAgent: "receiver" });
    const startedAt = performance.now();
    expect(await receiver.waitForSignal({ signalType: "x", timeoutMs: 80 })).toBeNull();
    expect(performance.now() - startedAt).toBeGreaterThan(75);
    expect(await receiver.getPendingSignals()).toHaveLength(1);
  });

  it("resolves with null on an abort, at once", async () => {
    const [sender, receiver] = await pair();
    const controller = new AbortController();
    const waiting = receiver.waitForSignal({ signalType: "x", timeoutMs: 60_000, signal: controller.signal });
    controller.abort();
    expect(await waiting).toBeNull();
    await sender.signal({ signalType: "x", targetAgent: "receiver" });
    expect(await receiver.waitForSignal({ signalType: "x", signal: controller.signal })).toBeNull();
    expect(await receiver.getPendingSignals()).toHaveLength(1);
  });

  it("gives a targeted signal to one of 20 waiters and null to 19", async () => {
    const one = store();
    const sender = await one.agent("sender");
    const waiters = await Promise.all(Array.from({ length: 20 }, () => one.agent("pool")));
    const over = new AbortController();
    const waiting = waiters.map((waiter) =>
      waiter.waitForSignal({ signalType: "job", timeoutMs: 60_000, signal: over.signal }),
    );
    const signalId = await sender.signal({ signalType: "job", targetAgent: "pool" });
    await Promise.race(waiting);
    // One who got it as well would have it by then.
    await new Promise((resolve) => setTimeout(resolve, 300));
    over.abort();
    const results = await Promise.all(waiting);
    expect(results.filter((signal) => signal !== null)).toMatchObject([{ signalId }]);
    expect(results.filter((signal) => signal === null)).toHaveLength(19);
    expect(await waiters[0]!.checkSignal()).toBeNull();
  });

  it("gives each of 20 waiters its own signal when 20 come", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("sender"), await one.agent("pool")];
    const waiting = Array.from({ length: 20 }, () => receiver.waitForSignal({ timeoutMs: 10_000 }));
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => sender.signal({ signalType: "job", targetAgent: "pool" })),
    );
    const results = await Promise.all(waiting);
    expect(results.map((signal) => signal?.signalId).sort()).toEqual(ids.sort());
  });

  it("gives the first of any of several, and leaves the others pending", async () => {
    const [sender, receiver] = await pair();
    const selectors = [{ signalType: "abort" }, { signalType: "done", sourceAgent: "sender" }];
    const waiting = receiver.waitForAny(selectors, { timeoutMs: 10_000 });
    await sender.signal({ signalType: "noise", targetAgent: "receiver" });
    await receiver.signal({ signalType: "done", targetAgent: "receiver" });
    const done = await sender.signal({ signalType: "done", targetAgent: "receiver" });
    expect(await waiting).toMatchObject({ signalId: done });
    await sender.signal({ signalType: "done", targetAgent: "receiver" });
    await sender.broadcast({ signalType: "abort" });
    expect(await receiver.waitForAny(selectors)).toMatchObject({ signalType: "done", sourceAgent: "sender" });
    expect(await receiver.waitForAny(selectors)).toMatchObject({ signalType: "abort" });
    expect(await receiver.waitForAny(selectors, { timeoutMs: 0 })).toBeNull();
    const left = (await receiver.getPendingSignals()).map(({ signalType, sourceAgent }) => [
      signalType,
      sourceAgent,
    ]);
    expect(left).toEqual([
      ["noise", "sender"],
      ["done", "receiver"],
    ]);
  });

  it("meets at a barrier of a count: all of them, in the order of sending", async () => {
    const one = store();
    const waiter = await one.agent("barrier");
    const waiting = waiter.waitForAll({ signalType: "ready", count: 3, timeoutMs: 10_000 });
    for (const agent of ["a", "b"]) {
      const sender = await one.agent(agent);
      await sender.signal({ signalType: "ready", targetAgent: "barrier" });
      await sender.signal({ signalType: "other", targetAgent: "barrier" });
    }
    await (await one.agent("a")).signal({ signalType: "ready", targetAgent: "barrier" });
    expect((await waiting)?.map((signal) => signal.sourceAgent)).toEqual(["a", "b", "a"]);
    expect(await waiter.getPendingSignals({ signalType: "ready" })).toEqual([]);
    expect(await waiter.getPendingSignals()).toHaveLength(2);
  });

  it("meets at a barrier of named agents: one of each, in the order named", async () => {
    const one = store();
    const waiter = await one.agent("barrier");
    const barrier = { signalType: "ready", sourceAgents: ["a", "b", "c"] } as const;
    const waiting = waiter.waitForAll({ ...barrier, timeoutMs: 10_000 });
    const second = await (await one.agent("c")).broadcast({ signalType: "ready" });
    const first = await (await one.agent("a")).signal({ signalType: "ready", targetAgent: "barrier" });
    await (await one.agent("a")).signal({ signalType: "ready", targetAgent: "barrier" });
    const third = await (await one.agent("b")).signal({ signalType: "ready", targetAgent: "barrier" });
    expect((await waiting)?.map((signal) => signal.signalId)).toEqual([first, third, second]);
    expect(await waiter.getPendingSignals()).toMatchObject([{ sourceAgent: "a" }]);
  });

  it("leaves pending what an incomplete barrier had, after a timeout and after an abort", async () => {
    const one = store();
    const waiter = await one.agent("barrier");
    for (const agent of ["a", "b"]) {
      await (await one.agent(agent)).signal({ signalType: "ready", targetAgent: "barrier" });
    }
    expect(await waiter.waitForAll({ signalType: "ready", count: 3, timeoutMs: 50 })).toBeNull();
    const controller = new AbortController();
    const waiting = waiter.waitForAll({
      signalType: "ready",
      sourceAgents: ["a", "b", "c"],
      signal: controller.signal,
    });
    controller.abort();
    expect(await waiting).toBeNull();
    const left = await waiter.getPendingSignals();
    expect(left.map((signal) => signal.sourceAgent)).toEqual(["a", "b"]);
    expect(await waiter.waitForAll({ count: 2, timeoutMs: 0 })).toHaveLength(2);
  });

  it("never gives two barriers parts of the same signals", async () => {
    const one = store();
    const [sender, waiter] = [await one.agent("sender"), await one.agent("barrier")];
    const over = new AbortController();
    let left = 3;
    const barriers = Array.from({ length: 4 }, async () => {
      const signals = await waiter.waitForAll({ count: 5, timeoutMs: 60_000, signal: over.signal });
      if (--left === 0) over.abort();
      return signals;
    });
    const ids = await Promise.all(
      Array.from({ length: 17 }, () => sender.signal({ signalType: "n", targetAgent: "barrier" })),
    );
    const met = (await Promise.all(barriers)).filter((signals) => signals !== null);
    expect(met.map((signals) => signals.length)).toEqual([5, 5, 5]);
    const pending = await waiter.getPendingSignals();
    const all = [...met.flat(), ...pending].map((signal) => signal.signalId);
    expect(all.sort()).toEqual(ids.sort());
  });

  it("ends what waits with null when it is closed, refuses calls after that, and closes twice", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("sender"), await one.agent("receiver")];
    const waiting = [
      receiver.waitForSignal({ timeoutMs: 60_000 }),
      receiver.waitForAny([{}], { timeoutMs: Number.POSITIVE_INFINITY }),
      receiver.waitForAll({ count: 2 }),
    ];
    await Promise.all([receiver.close(), receiver.close()]);
    await receiver[Symbol.asyncDispose]();
    expect(await Promise.all(waiting)).toEqual([null, null, null]);
    for (const call of [
      receiver.signal({ signalType: "x" }),
      receiver.broadcast({ signalType: "x" }),
      receiver.waitForSignal(),
      receiver.waitForAny([{}]),
      receiver.waitForAll({ count: 1 }),
      receiver.checkSignal(),
      receiver.getPendingSignals(),
      receiver.clearSignals(),
    ]) {
      await expect(call).rejects.toMatchObject({
        code: "ATTUNE_TRANSPORT_CLOSED",
        message: expect.stringContaining('"receiver"'),
      });
    }
    // The transport, and whoever else is on it, goes on.
    expect(await sender.signal({ signalType: "x", targetAgent: "receiver" })).not.toBe("");
  });

  it("has carried out what was under way once it is closed", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("sender"), await one.agent("receiver")];
    let settled = 0;
    const sending = Array.from({ length: 50 }, async () => {
      const signalId = await sender.signal({ signalType: "x", targetAgent: "receiver" });
      settled++;
      return signalId;
    });
    await sender.close();
    expect(settled).toBe(50);
    expect(await Promise.all(sending)).not.toContain("");
    expect(await receiver.getPendingSignals()).toHaveLength(50);
  });

  it("ends what waits with null when the transport is closed", async () => {
    const one = store();
    const transport = await one.open();
    const receiver = await one.agent("receiver", { transport });
    const waiting = receiver.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY });
    await transport.close();
    expect(await waiting).toBeNull();
    await expect(receiver.waitForSignal()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
  });
});
