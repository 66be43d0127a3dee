/** Of two starts of one agent the newer one is the agent; the older one learns of it, and can do nothing any more. */
import { type FencedAgent, HeartbeatCoordinator } from "@attune/heartbeat";
import { AttuneError } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";
import { memoryFleet } from "./on-memory.ts";

onEveryStore("a restarted agent", (store) => {
  it("is unaffected by the beat and the stop of the old process, which learns that it was fenced", async () => {
    const here = store();
    const fenced: FencedAgent[] = [];
    const old = await here.coordinator({ onFenced: (agent) => fenced.push(agent) });
    const fresh = await here.coordinator();
    await old.startHeartbeat("a", { metadata: { process: "old" } });
    const before = (await old.getAgentStatus("a"))!;
    await fresh.startHeartbeat("a", { metadata: { process: "new" } });
    await fresh.beat({ progress: 0.2, currentTask: "mine" });
    const mine = (await fresh.getAgentStatus("a"))!;
    expect(old.fenced).toBe(false);
    expect(await old.beat({ progress: 0.9, metadata: { process: "old again" } })).toBe("fenced");
    expect(old.fenced).toBe(true);
    expect(fenced).toEqual([
      { agentId: "a", incarnation: before.incarnation, newerIncarnation: mine.incarnation },
    ]);
    expect(await old.stopHeartbeat("failed")).toBe("fenced");
    expect(await old.beat()).toBe("fenced");
    expect(await fresh.getAgentStatus("a")).toMatchObject({
      status: "running",
      progress: 0.2,
      currentTask: "mine",
      metadata: { process: "new" },
      incarnation: mine.incarnation,
      liveness: "alive",
    });
    expect(fresh.fenced).toBe(false);
    expect(await fresh.beat({ progress: 0.3 })).toBe("recorded");
    expect(fenced).toHaveLength(1);
    expect(here.warnings.filter((warning) => warning.includes("started anew elsewhere"))).toHaveLength(1);
  });

  it("is not stopped by an old process whose first word is the stop", async () => {
    const here = store();
    const [old, fresh] = [await here.coordinator(), await here.coordinator()];
    await old.startHeartbeat("a");
    await fresh.startHeartbeat("a");
    expect(await old.stopHeartbeat()).toBe("fenced");
    expect(await fresh.isAgentAlive("a")).toBe(true);
  });

  it("may be taken over again by a deliberate start of the old process", async () => {
    const here = store();
    const [old, fresh] = [await here.coordinator(), await here.coordinator()];
    await old.startHeartbeat("a");
    await fresh.startHeartbeat("a");
    await old.beat();
    expect(await old.startHeartbeat("a")).toBe("recorded");
    expect(old.fenced).toBe(false);
    expect(await fresh.beat()).toBe("fenced");
  });
});

describe("a fenced agent", () => {
  it("stops beating by itself, and sends nothing any more", async () => {
    const { coordinator, clock, warnings, store } = memoryFleet();
    let calls = 0;
    const old = await coordinator({ onFenced: () => calls++ });
    const fresh = await coordinator();
    await old.startHeartbeat("a");
    await fresh.startHeartbeat("a");
    await clock.advance(10_000);
    expect([old.fenced, calls]).toEqual([true, 1]);
    const version = async () => (await (await openRecords()).get("heartbeat", ["a"]))[0]!.version;
    const openRecords = async () => store.space("empathy:").records;
    await fresh.close();
    const last = await version();
    await clock.advance(60_000);
    expect(await old.beat({ progress: 0.5 })).toBe("fenced");
    expect(await old.stopHeartbeat()).toBe("fenced");
    expect(await version()).toBe(last);
    expect([calls, warnings.length]).toEqual([1, 1]);
  });

  it("is fenced also when the answer to its start was lost, and it never learned its incarnation", async () => {
    const { coordinator, open, clock } = memoryFleet();
    const transport = await open();
    const put = transport.records.put.bind(transport.records);
    transport.records.put = async (request) => {
      await put(request);
      throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "the answer was lost");
    };
    const fenced: FencedAgent[] = [];
    const old = new HeartbeatCoordinator({ transport, onFenced: (agent) => fenced.push(agent) });
    expect(await old.startHeartbeat("a")).toBe("unavailable");
    transport.records.put = put;
    const fresh = await coordinator();
    await fresh.startHeartbeat("a");
    const { incarnation } = (await fresh.getAgentStatus("a"))!;
    await clock.advance(10_000);
    expect(fenced).toEqual([{ agentId: "a", incarnation: null, newerIncarnation: incarnation }]);
    expect(await old.stopHeartbeat()).toBe("fenced");
    expect(await fresh.beat()).toBe("recorded");
    await old.close();
  });

  it("still has its arguments checked, and an onFenced that throws hurts nobody", async () => {
    const { coordinator, warnings } = memoryFleet();
    const old = await coordinator({
      onFenced: () => {
        throw new Error("oh");
      },
    });
    const fresh = await coordinator();
    await old.startHeartbeat("a");
    await fresh.startHeartbeat("a");
    expect(await old.beat()).toBe("fenced");
    expect(warnings.at(-1)).toContain('onFenced of agent "a" failed: Error: oh');
    await expect(old.beat({ progress: 2 })).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
  });
});
