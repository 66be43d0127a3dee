import type { CoordinationSignal } from "@attune/signals";
import { expect, it } from "vitest";
import { onEveryStore, until } from "./on-every-store.ts";

/** Names that stores mistake for something else. Each has to stay apart from all others. */
const oddNames = [
  ...["*", "**", "a:b", "a", "b", ":", "[x]", "x", "{tag}", "tag", "{tag}x", " ", "  ", "a b", "\u0000"],
  ...["a\u0000b", "😀", "__proto__", "constructor", "%2A", "\n", "null", "é", "e\u0301", "x".repeat(256)],
];

onEveryStore("CoordinationSignals", (store) => {
  it("sends a signal that its target gets with everything in it", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("builder"), await one.agent("reviewer")];
    const before = Date.now();
    const signalId = await sender.signal({
      signalType: "build_done",
      targetAgent: "reviewer",
      payload: { commit: "9f3c" },
      ttlMs: 61_500,
    });
    expect(signalId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const signal = await receiver.checkSignal();
    const { timestamp, ...rest } = signal!;
    expect(rest).toEqual({
      signalId,
      signalType: "build_done",
      sourceAgent: "builder",
      targetAgent: "reviewer",
      payload: { commit: "9f3c" },
      ttlMs: 61_500,
    });
    expect(timestamp.getTime()).toBeGreaterThanOrEqual(before);
    expect(timestamp.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await receiver.checkSignal()).toBeNull();
  });

  it("has a payload of null, a time to live of 60 s and no target where nothing else is said", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("a"), await one.agent("b")];
    await sender.signal({ signalType: "go" });
    await sender.broadcast({ signalType: "go" });
    await sender.signal({ signalType: "go", targetAgent: null });
    const pending = await receiver.getPendingSignals();
    expect(pending).toMatchObject(
      Array.from({ length: 3 }, () => ({ payload: null, ttlMs: 60_000, targetAgent: null })),
    );
    const other = await one.agent("c", { defaultTtlMs: 5 * 60_000 });
    await other.signal({ signalType: "go", targetAgent: "b" });
    expect(await receiver.checkSignal({ sourceAgent: "c" })).toMatchObject({ ttlMs: 300_000 });
  });

  it("gives back payloads equal, whatever they hold", async () => {
    const one = store();
    const signals = await one.agent("self");
    const odd: unknown = JSON.parse(
      '{"__proto__":{"x":1},"u":"\\u0000😀","a":[],"e":{},"n":9007199254740991}',
    );
    for (const payload of [
      odd,
      null,
      "",
      0,
      false,
      [],
      {},
      [[[]]],
      "text",
      -1.5e300,
      "x".repeat(1_000_000),
    ]) {
      await signals.signal({ signalType: "equal", targetAgent: "self", payload });
      const signal = await signals.checkSignal();
      expect(signal).toMatchObject({ signalType: "equal" });
      expect(signal!.payload).toEqual(payload);
    }
    await signals.signal({ signalType: "own", targetAgent: "self", payload: odd });
    expect(Object.hasOwn((await signals.checkSignal())!.payload as object, "__proto__")).toBe(true);
  });

  it("delivers the signals of one sender and type in the order in which they were sent, awaited or not", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("sender"), await one.agent("receiver")];
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    await Promise.all(
      numbers.map((payload) => sender.signal({ signalType: "step", targetAgent: "receiver", payload })),
    );
    const pending = await receiver.getPendingSignals();
    expect(pending.map((signal) => signal.payload)).toEqual(numbers);
    for (const payload of numbers) expect(await receiver.checkSignal()).toMatchObject({ payload });
  });

  it("delivers targeted signals and broadcasts of one sender in one order when each was awaited", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("sender"), await one.agent("receiver")];
    for (let n = 0; n < 30; n++) {
      await sender.signal({ signalType: "step", targetAgent: n % 3 ? "receiver" : null, payload: n });
    }
    const payloads: unknown[] = [];
    for (let n = 0; n < 30; n++) payloads.push((await receiver.checkSignal())?.payload);
    expect(payloads).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it("selects by type, by sender, by both, or takes whatever is first", async () => {
    const one = store();
    const [a, b, receiver] = [await one.agent("a"), await one.agent("b"), await one.agent("r")];
    await a.signal({ signalType: "x", targetAgent: "r", payload: 1 });
    await b.signal({ signalType: "x", targetAgent: "r", payload: 2 });
    await a.signal({ signalType: "y", targetAgent: "r", payload: 3 });
    await b.signal({ signalType: "y", targetAgent: "r", payload: 4 });
    const payload = async (options: object) => (await receiver.checkSignal(options))?.payload;
    expect(await payload({ signalType: "y", sourceAgent: "b" })).toBe(4);
    expect(await payload({ sourceAgent: "b" })).toBe(2);
    expect(await payload({ signalType: "y" })).toBe(3);
    expect(await payload({ signalType: "none" })).toBeUndefined();
    expect(await payload({ sourceAgent: "r" })).toBeUndefined();
    expect(await payload({})).toBe(1);
    expect(await payload({})).toBeUndefined();
  });

  it("looks at a signal without taking it when asked not to consume", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("a"), await one.agent("b")];
    const first = await sender.signal({ signalType: "x", targetAgent: "b", payload: 1 });
    await sender.signal({ signalType: "x", targetAgent: "b", payload: 2 });
    for (let look = 0; look < 3; look++) {
      expect(await receiver.checkSignal({ consume: false })).toMatchObject({ signalId: first, payload: 1 });
    }
    expect(await receiver.checkSignal({ consume: false, sourceAgent: "nobody" })).toBeNull();
    expect(await receiver.checkSignal({ signalType: "x", consume: true })).toMatchObject({ signalId: first });
    expect(await receiver.checkSignal({ consume: false })).toMatchObject({ payload: 2 });
  });

  it("lists what is pending, oldest first, at most as many as asked for", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("a"), await one.agent("b")];
    for (let n = 0; n < 6; n++) {
      await sender.signal({ signalType: n % 2 ? "odd" : "even", targetAgent: "b", payload: n });
    }
    await sender.broadcast({ signalType: "odd", payload: 7 });
    const payloads = async (options: object) =>
      (await receiver.getPendingSignals(options)).map((signal) => signal.payload);
    expect(await payloads({ signalType: "odd" })).toEqual([1, 3, 5, 7]);
    expect(await payloads({ signalType: "odd", limit: 2 })).toEqual([1, 3]);
    expect(await payloads({ sourceAgent: "a", signalType: "even" })).toEqual([0, 2, 4]);
    expect(await payloads({ sourceAgent: "b" })).toEqual([]);
    expect(await payloads({})).toHaveLength(7);
  });

  it("clears one agent's mailbox and leaves the others'", async () => {
    const one = store();
    const [sender, a, b] = [await one.agent("s"), await one.agent("a"), await one.agent("b")];
    for (const targetAgent of ["a", "b"]) {
      await sender.signal({ signalType: "x", targetAgent });
      await sender.signal({ signalType: "y", targetAgent });
      await a.signal({ signalType: "y", targetAgent });
    }
    await sender.broadcast({ signalType: "all" });
    expect(await a.clearSignals({ signalType: "y", sourceAgent: "s" })).toBe(1);
    expect(await a.clearSignals({ signalType: "nothing" })).toBe(0);
    expect(await a.getPendingSignals()).toHaveLength(3);
    expect(await a.clearSignals()).toBe(3);
    expect(await a.clearSignals()).toBe(0);
    expect(await a.checkSignal()).toBeNull();
    expect(await b.getPendingSignals()).toHaveLength(4);
    expect(await sender.getPendingSignals()).toHaveLength(1);
  });

  it("delivers a broadcast once to each of 50 agents that look twice, also to one that starts late", async () => {
    const one = store();
    const sender = await one.agent("sender");
    const early = await Promise.all(Array.from({ length: 49 }, (_, n) => one.agent(`agent-${n}`)));
    const waiting = early.map((agent) => agent.waitForSignal({ signalType: "go", timeoutMs: 5000 }));
    const signalId = await sender.broadcast({ signalType: "go", payload: { round: 1 } });
    const first = await Promise.all(waiting);
    const second = await Promise.all(early.map((agent) => agent.checkSignal({ signalType: "go" })));
    const late = await one.agent("agent-late", { transport: await one.open() });
    const lateLooks = [await late.checkSignal(), await late.checkSignal()];
    const delivered = [...first, ...second, ...lateLooks].filter((signal) => signal !== null);
    expect(delivered).toHaveLength(50);
    expect(new Set(delivered.map((signal) => signal.signalId))).toEqual(new Set([signalId]));
    expect(second).toEqual(Array.from({ length: 49 }, () => null));
    expect(lateLooks).toMatchObject([{ signalId, targetAgent: null, sourceAgent: "sender" }, null]);
  });

  it("never delivers a signal after its time, and delivers those that have time left", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("a"), await one.agent("b")];
    const short = performance.now();
    await sender.signal({ signalType: "short", targetAgent: "b", ttlMs: 60 });
    await sender.broadcast({ signalType: "short", ttlMs: 60 });
    await sender.signal({ signalType: "long", targetAgent: "b", ttlMs: 30_000 });
    await until("the short ones are over", async () => {
      const pending = await receiver.getPendingSignals();
      return pending.every((signal) => signal.signalType === "long");
    });
    expect(performance.now() - short).toBeGreaterThan(50);
    expect(await receiver.checkSignal({ signalType: "short" })).toBeNull();
    expect(await receiver.clearSignals({ signalType: "short" })).toBe(0);
    expect(await receiver.checkSignal()).toMatchObject({ signalType: "long" });
  });

  it("keeps mail of agents with odd ids apart", async () => {
    const one = store();
    const sender = await one.agent("*");
    const agents = await Promise.all(oddNames.map((name) => one.agent(name)));
    for (const name of oddNames)
      await sender.signal({ signalType: "mail", targetAgent: name, payload: name });
    for (const [n, agent] of agents.entries()) {
      const pending = await agent.getPendingSignals();
      expect(pending.map((signal) => signal.payload)).toEqual([oddNames[n]]);
      expect(pending[0]!.targetAgent).toBe(oddNames[n]);
    }
    // Whoever empties his mailbox empties nobody else's.
    for (const agent of agents) {
      expect(await agent.clearSignals()).toBe(1);
      expect(await agent.checkSignal()).toBeNull();
    }
  });

  it("keeps odd types and odd senders apart", async () => {
    const one = store();
    const receiver = await one.agent("receiver");
    for (const name of oddNames) {
      const sender = await one.agent(name);
      await sender.signal({ signalType: name, targetAgent: "receiver", payload: name });
      await sender.broadcast({ signalType: name, payload: name });
    }
    for (const name of oddNames) {
      const bySender = await receiver.getPendingSignals({ sourceAgent: name });
      const byType = await receiver.getPendingSignals({ signalType: name });
      expect(bySender.map((signal) => signal.payload)).toEqual([name, name]);
      expect(byType).toEqual(bySender);
      expect(
        await receiver.waitForSignal({ signalType: name, sourceAgent: name, timeoutMs: 0 }),
      ).toMatchObject({
        signalType: name,
        sourceAgent: name,
      });
      expect(await receiver.clearSignals({ signalType: name })).toBe(1);
    }
    expect(await receiver.getPendingSignals()).toEqual([]);
  });

  it("refuses signals to a full mailbox with one warning that names the agent, and drops none", async () => {
    const one = store();
    const sender = await one.agent("sender", { maxPending: 3 });
    const receiver = await one.agent("receiver");
    const send = (payload: number) => sender.signal({ signalType: "n", targetAgent: "receiver", payload });
    for (let n = 0; n < 3; n++) expect(await send(n)).not.toBe("");
    expect([await send(3), await send(4)]).toEqual(["", ""]);
    expect(one.warnings).toHaveLength(1);
    expect(one.warnings[0]).toContain('the mailbox of "receiver" is full: 3 signals');
    // Another mailbox has room, and its own warning.
    for (let n = 0; n < 3; n++) {
      expect(await sender.signal({ signalType: "n", targetAgent: "other" })).not.toBe("");
    }
    expect(await sender.signal({ signalType: "n", targetAgent: "other" })).toBe("");
    expect(one.warnings).toHaveLength(2);
    expect((await receiver.checkSignal())?.payload).toBe(0);
    expect(await send(5)).not.toBe("");
    const payloads = (await receiver.getPendingSignals()).map((signal) => signal.payload);
    expect(payloads).toEqual([1, 2, 5]);
  });

  it("refuses broadcasts once as many as may be are pending, with one warning", async () => {
    const one = store();
    const [sender, receiver] = [await one.agent("sender", { maxPending: 2 }), await one.agent("receiver")];
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push(await sender.broadcast({ signalType: "n", payload: n }));
    expect(ids.map((id) => id !== "")).toEqual([true, true, false, false]);
    expect(one.warnings).toHaveLength(1);
    expect(one.warnings[0]).toContain("as many broadcasts as may be (2) are pending");
    expect(await sender.signal({ signalType: "n", targetAgent: "receiver" })).not.toBe("");
    expect(await receiver.getPendingSignals()).toHaveLength(3);
  });

  it("gives no more than one taker a signal when 16 take 200 at once", async () => {
    const one = store();
    const sender = await one.agent("sender");
    const ids = await Promise.all(
      Array.from({ length: 200 }, () => sender.signal({ signalType: "job", targetAgent: "pool" })),
    );
    const takers = await Promise.all(Array.from({ length: 16 }, () => one.agent("pool")));
    const taken: CoordinationSignal[] = [];
    await Promise.all(
      takers.map(async (taker) => {
        for (;;) {
          const signal = await taker.checkSignal();
          if (!signal) return;
          taken.push(signal);
        }
      }),
    );
    expect(taken.map((signal) => signal.signalId).sort()).toEqual(ids.sort());
  });
});
