/** What an agent says of itself, and what others read of it. */
import { AttuneError } from "@attune/transport";
import { expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";

onEveryStore("HeartbeatCoordinator", (store) => {
  it("starts an agent as starting, at 0, initializing, and others see it", async () => {
    const agent = await store().coordinator();
    const before = Date.now();
    expect(await agent.startHeartbeat("reviewer-1", { metadata: { run: 7 }, displayName: "Reviewer" })).toBe(
      "recorded",
    );
    const seen = await agent.getAgentStatus("reviewer-1");
    expect(seen).toEqual({
      agentId: "reviewer-1",
      displayName: "Reviewer",
      status: "starting",
      progress: 0,
      currentTask: "initializing",
      lastBeat: expect.any(Date),
      lastProgress: expect.any(Date),
      metadata: { run: 7 },
      incarnation: expect.any(Number),
      liveness: "alive",
      progressTimeoutMs: null,
      blockedForMs: 0,
    });
    expect(seen!.lastBeat!.getTime()).toBeGreaterThanOrEqual(before);
    expect(seen!.lastProgress!.getTime()).toBeGreaterThanOrEqual(before);
    expect(seen!.incarnation).toBeGreaterThan(0);
  });

  it("is seen by another process, as far as a transport of its own is one", async () => {
    const here = store();
    const [agent, observer] = [await here.coordinator(), await here.coordinator()];
    await agent.startHeartbeat("a");
    expect(await observer.getAgentStatus("a")).toMatchObject({ agentId: "a", liveness: "alive" });
    expect(await observer.isAgentAlive("a")).toBe(true);
    expect(await observer.countActiveAgents()).toBe(1);
    expect((await observer.getActiveAgents()).map(({ agentId }) => agentId)).toEqual(["a"]);
  });

  it("merges beats: what is left out stays, metadata name by name, and null is a value", async () => {
    const agent = await store().coordinator();
    const mine = () => agent.getAgentStatus("a");
    await agent.startHeartbeat("a", { metadata: { run: 1, stage: "x", tags: ["t"] }, displayName: "A" });
    expect(await agent.beat({ progress: 0.25, currentTask: "reading" })).toBe("recorded");
    expect(await mine()).toMatchObject({ status: "running", progress: 0.25, currentTask: "reading" });
    await agent.beat({ metadata: { stage: null, file: "a.ts" } });
    expect(await mine()).toMatchObject({
      displayName: "A",
      status: "running",
      progress: 0.25,
      currentTask: "reading",
      metadata: { run: 1, stage: null, tags: ["t"], file: "a.ts" },
    });
    await agent.beat({ status: "idle", currentTask: "" });
    expect(await mine()).toMatchObject({ status: "idle", progress: 0.25, currentTask: "" });
    // No status means running.
    await agent.beat();
    expect(await mine()).toMatchObject({ status: "running", metadata: { run: 1, file: "a.ts" } });
  });

  it("keeps its own copy of the metadata", async () => {
    const agent = await store().coordinator();
    const metadata = { list: [1], deep: { n: 1 } };
    await agent.startHeartbeat("a", { metadata });
    metadata.list.push(2);
    metadata.deep.n = 2;
    await agent.beat();
    expect(await agent.getAgentStatus("a")).toMatchObject({ metadata: { list: [1], deep: { n: 1 } } });
  });

  for (const [status, progress] of [
    ["completed", 1],
    ["failed", 0.4],
    ["cancelled", 0.4],
  ] as const) {
    it(`stops as ${status} at progress ${progress}, keeps name, task and metadata, and is not active any more`, async () => {
      const agent = await store().coordinator();
      await agent.startHeartbeat("a", { metadata: { run: 1 }, displayName: "A" });
      await agent.beat({ progress: 0.4, currentTask: "half way" });
      expect(await agent.stopHeartbeat(status)).toBe("recorded");
      expect(await agent.getAgentStatus("a")).toMatchObject({
        status,
        progress,
        currentTask: "half way",
        displayName: "A",
        metadata: { run: 1 },
        liveness: "finished",
      });
      expect(await agent.isAgentAlive("a")).toBe(false);
      expect(await agent.getActiveAgents()).toEqual([]);
      expect(await agent.getStaleAgents(0)).toEqual([]);
      expect(await agent.countActiveAgents()).toBe(0);
    });
  }

  it("stops as completed when not told otherwise", async () => {
    const agent = await store().coordinator();
    await agent.startHeartbeat("a");
    await agent.stopHeartbeat();
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "completed", progress: 1 });
  });

  it("knows nothing of an agent that never was", async () => {
    const agent = await store().coordinator();
    expect(await agent.getAgentStatus("nobody")).toBeNull();
    expect(await agent.isAgentAlive("nobody")).toBe(false);
    expect(await agent.getActiveAgents()).toEqual([]);
    expect(await agent.countActiveAgents()).toBe(0);
  });

  it("beats for one agent at a time: another start is an error, and the first goes on", async () => {
    const agent = await store().coordinator();
    const code = "ATTUNE_HEARTBEAT_STATE";
    await expect(agent.beat()).rejects.toMatchObject({ code });
    await expect(agent.stopHeartbeat()).rejects.toMatchObject({ code });
    await agent.startHeartbeat("a");
    await expect(agent.startHeartbeat("b")).rejects.toMatchObject({ code });
    await expect(agent.startHeartbeat("a")).rejects.toMatchObject({ code });
    expect(await agent.getAgentStatus("b")).toBeNull();
    expect(await agent.beat({ progress: 0.1 })).toBe("recorded");
    await agent.stopHeartbeat("failed");
    await expect(agent.beat()).rejects.toMatchObject({ code });
    await expect(agent.stopHeartbeat()).rejects.toMatchObject({ code });
    // After the stop it may start again, also for another agent.
    expect(await agent.startHeartbeat("b")).toBe("recorded");
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "failed", liveness: "finished" });
    await agent.stopHeartbeat();
    await agent.close();
    for (const call of [() => agent.startHeartbeat("c"), () => agent.beat(), () => agent.stopHeartbeat()]) {
      await expect(call()).rejects.toMatchObject({ code });
    }
    expect(() => agent.watchAgents()).toThrow(expect.objectContaining({ code }));
  });

  it("takes two starts at once for what they are", async () => {
    const agent = await store().coordinator();
    const outcomes = await Promise.allSettled([agent.startHeartbeat("a"), agent.startHeartbeat("b")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await agent.getActiveAgents()).map(({ agentId }) => agentId)).toEqual(["a"]);
  });

  it("a restarted agent gets a higher incarnation", async () => {
    const here = store();
    const first = await here.coordinator();
    await first.startHeartbeat("a");
    const before = await first.getAgentStatus("a");
    await first.stopHeartbeat();
    await first.startHeartbeat("a");
    const after = await first.getAgentStatus("a");
    expect(after!.incarnation!).toBeGreaterThan(before!.incarnation!);
    expect(after).toMatchObject({ status: "starting", progress: 0, liveness: "alive" });
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const good = "ok";
  for (const [what, agentId, options, code] of [
    ["an empty id", "", {}, "ATTUNE_ARGUMENT_INVALID"],
    ["an id of 257 bytes", "x".repeat(257), {}, "ATTUNE_ARGUMENT_INVALID"],
    ["an id of 86 characters but 258 bytes", "€".repeat(86), {}, "ATTUNE_ARGUMENT_INVALID"],
    ["an id that is no text", 7, {}, "ATTUNE_ARGUMENT_INVALID"],
    ["an id with half an emoji", "\ud83d", {}, "ATTUNE_ARGUMENT_INVALID"],
    ["an empty display name", good, { displayName: "" }, "ATTUNE_ARGUMENT_INVALID"],
    ["a display name of 1025 bytes", good, { displayName: "x".repeat(1025) }, "ATTUNE_ARGUMENT_INVALID"],
    ["a progress timeout of 0", good, { progressTimeoutMs: 0 }, "ATTUNE_ARGUMENT_INVALID"],
    ["metadata that is a list", good, { metadata: [] }, "ATTUNE_ARGUMENT_INVALID"],
    ["metadata that is null", good, { metadata: null }, "ATTUNE_ARGUMENT_INVALID"],
    ["metadata that is a text", good, { metadata: "x" }, "ATTUNE_ARGUMENT_INVALID"],
    ["metadata with undefined", good, { metadata: { a: undefined } }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["metadata with NaN", good, { metadata: { a: Number.NaN } }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["metadata with a Date", good, { metadata: { a: new Date() } }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["metadata with a BigInt", good, { metadata: { a: 1n } }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["metadata with a cycle", good, { metadata: cycle }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["a class as metadata", good, { metadata: new Map() }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["metadata over 1 MiB", good, { metadata: { a: "x".repeat(1_048_576) } }, "ATTUNE_PAYLOAD_TOO_LARGE"],
  ] as const) {
    it(`refuses to start with ${what} before anything is sent, and can start afterwards`, async () => {
      const agent = await store().coordinator();
      const starting = agent.startHeartbeat(agentId as string, options as never);
      await expect(starting).rejects.toMatchObject({ code });
      await expect(starting).rejects.toBeInstanceOf(AttuneError);
      expect(await agent.countActiveAgents()).toBe(0);
      expect(await agent.startHeartbeat("ok")).toBe("recorded");
    });
  }

  for (const [what, changes, code] of [
    ["progress NaN", { progress: Number.NaN }, "ATTUNE_ARGUMENT_INVALID"],
    ["progress -0.1", { progress: -0.1 }, "ATTUNE_ARGUMENT_INVALID"],
    ["progress 1.01", { progress: 1.01 }, "ATTUNE_ARGUMENT_INVALID"],
    ["progress Infinity", { progress: Number.POSITIVE_INFINITY }, "ATTUNE_ARGUMENT_INVALID"],
    ["progress as a text", { progress: "0.5" }, "ATTUNE_ARGUMENT_INVALID"],
    ["progress null", { progress: null }, "ATTUNE_ARGUMENT_INVALID"],
    ["an unknown status", { status: "thinking" }, "ATTUNE_ARGUMENT_INVALID"],
    ["completed", { status: "completed" }, "ATTUNE_ARGUMENT_INVALID"],
    ["failed", { status: "failed" }, "ATTUNE_ARGUMENT_INVALID"],
    ["cancelled", { status: "cancelled" }, "ATTUNE_ARGUMENT_INVALID"],
    ["a task of 1025 bytes", { currentTask: "x".repeat(1025) }, "ATTUNE_ARGUMENT_INVALID"],
    ["a task that is no text", { currentTask: 7 }, "ATTUNE_ARGUMENT_INVALID"],
    ["a progress timeout of 0", { progressTimeoutMs: 0 }, "ATTUNE_ARGUMENT_INVALID"],
    [
      "a progress timeout Infinity",
      { progressTimeoutMs: Number.POSITIVE_INFINITY },
      "ATTUNE_ARGUMENT_INVALID",
    ],
    ["a progress timeout of over 366 days", { progressTimeoutMs: 31_622_400_001 }, "ATTUNE_ARGUMENT_INVALID"],
    ["a progress timeout as a text", { progressTimeoutMs: "2000" }, "ATTUNE_ARGUMENT_INVALID"],
    ["metadata that is a list", { metadata: [1] }, "ATTUNE_ARGUMENT_INVALID"],
    ["metadata with a function", { metadata: { f() {} } }, "ATTUNE_PAYLOAD_NOT_JSON"],
    [
      "metadata that add up to over 1 MiB",
      { metadata: { b: "x".repeat(600_000) } },
      "ATTUNE_PAYLOAD_TOO_LARGE",
    ],
  ] as const) {
    it(`refuses a beat with ${what}, and nothing of it is kept`, async () => {
      const agent = await store().coordinator();
      await agent.startHeartbeat("a", { metadata: { a: "x".repeat(600_000) } });
      const before = await agent.getAgentStatus("a");
      await expect(agent.beat(changes as never)).rejects.toMatchObject({ code });
      await agent.beat({ status: "starting" });
      expect(await agent.getAgentStatus("a")).toEqual({ ...before, lastBeat: expect.any(Date) });
    });
  }

  it("says which call ends an agent when a beat tries to", async () => {
    const agent = await store().coordinator();
    await agent.startHeartbeat("a");
    await expect(agent.beat({ status: "failed" as never })).rejects.toThrow('stopHeartbeat("failed")');
    await expect(agent.stopHeartbeat("running" as never)).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
    });
    expect(await agent.isAgentAlive("a")).toBe(true);
  });

  it("refuses bad arguments of every reading call", async () => {
    const agent = await store().coordinator();
    const code = "ATTUNE_ARGUMENT_INVALID";
    for (const call of [
      () => agent.getAgentStatus(""),
      () => agent.isAgentAlive("x".repeat(257)),
      () => agent.getStaleAgents(-1),
      () => agent.getStaleAgents(Number.NaN),
      () => agent.getStaleAgents("60000" as never),
    ]) {
      await expect(call()).rejects.toMatchObject({ code });
    }
    for (const intervalMs of [0, 9, 1.5, -1, Number.NaN]) {
      expect(() => agent.watchAgents({ intervalMs })).toThrow(expect.objectContaining({ code }));
    }
  });

  for (const options of [
    { ttlMs: 0 },
    { ttlMs: -1 },
    { ttlMs: 1.5 },
    { ttlMs: Number.NaN },
    { ttlMs: 86_400_001 },
    { intervalMs: 0 },
    { intervalMs: 30_000 },
    { ttlMs: 1000, intervalMs: 1000 },
    { stalledAfterMs: 0 },
    { staleAfterMs: -1 },
    { enableStreaming: "yes" },
    { beatFrom: "moon" },
    { onFenced: "call me" },
  ]) {
    it(`refuses the options ${JSON.stringify(options)}`, async () => {
      await expect(store().coordinator(options as never)).rejects.toMatchObject({
        code: "ATTUNE_ARGUMENT_INVALID",
      });
    });
  }

  it("agents of odd names are like any other, and nobody is taken for somebody else", async () => {
    const here = store();
    const ids = [
      "*",
      "a:b",
      "a",
      "[x]",
      "{tag}",
      "a b",
      "nul\0",
      "🤖",
      "__proto__",
      "constructor",
      "%2A",
      "x".repeat(256),
    ];
    const observer = await here.coordinator();
    const agents = await Promise.all(ids.map(() => here.coordinator()));
    await Promise.all(
      ids.map((id, n) =>
        agents[n]!.startHeartbeat(id, { metadata: JSON.parse('{"__proto__":{"n":1},"*":2}') }),
      ),
    );
    await Promise.all(ids.map((id, n) => agents[n]!.beat({ currentTask: `I am ${id}`, progress: n / 100 })));
    const active = await observer.getActiveAgents();
    expect(active.map(({ agentId }) => agentId).sort()).toEqual([...ids].sort());
    for (const [n, id] of ids.entries()) {
      const seen = await observer.getAgentStatus(id);
      expect(seen).toMatchObject({ agentId: id, currentTask: `I am ${id}`, progress: n / 100 });
      expect(JSON.stringify(seen!.metadata)).toBe('{"__proto__":{"n":1},"*":2}');
    }
    await agents[0]!.stopHeartbeat();
    expect(await observer.countActiveAgents()).toBe(ids.length - 1);
  });

  it("hands out metadata that nobody can change under the others", async () => {
    const agent = await store().coordinator();
    await agent.startHeartbeat("a", { metadata: { deep: { n: 1 } } });
    const seen = await agent.getAgentStatus("a");
    expect(() => {
      (seen!.metadata as { deep: { n: number } }).deep.n = 2;
    }).toThrow(TypeError);
    expect(await agent.getAgentStatus("a")).toMatchObject({ metadata: { deep: { n: 1 } } });
  });

  it("closing twice is fine, ends nothing but its own, and does not say that the agent has completed", async () => {
    const here = store();
    const transport = await here.open();
    const agent = await here.coordinator({ transport });
    const other = await here.coordinator({ transport });
    await agent.startHeartbeat("a");
    await other.startHeartbeat("b");
    await agent.close();
    await agent[Symbol.asyncDispose]();
    expect(await other.beat()).toBe("recorded");
    expect(await other.getAgentStatus("a")).toMatchObject({ status: "starting", liveness: "alive" });
    expect(transport.status).toBe("available");
  });
});
