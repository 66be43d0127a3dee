/** Agents, timelines, signals, quality, groups and dead letters over HTTP. */
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { agentError, HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger, type Transport } from "@attune/transport";
import { workflowProgress } from "@attune/workflow";
import { onEveryStore } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AgentJson } from "../../src/protocol/records.ts";
import { type RunningDashboard, runDashboard } from "../running-dashboard.ts";
import { eventually } from "./eventually.ts";

async function onMemory() {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  return { transport, dashboard: await runDashboard({ transport, pace: 10 }) };
}

async function startAgent(transport: Transport, id: string, options: object = {}) {
  const coordinator = new HeartbeatCoordinator({ transport, enableStreaming: true });
  onTestFinished(() => coordinator.close());
  await coordinator.startHeartbeat(id, options);
  return coordinator;
}

describe("agents", () => {
  it("are filtered, sorted and paged, each once in every order", async () => {
    const { transport, dashboard } = await onMemory();
    for (let n = 0; n < 25; n++) {
      const agent = await startAgent(transport, `agent ${n} %/é`, {
        metadata: { workflow: n % 2 === 0 ? "even" : "odd", n },
        displayName: n === 7 ? "Seven" : null,
      });
      await agent.beat({
        status: n % 3 === 0 ? "idle" : "running",
        progress: (n % 5) / 10,
        currentTask: `task ${n}`,
      });
      if (n % 4 === 0) await agent.stopHeartbeat("failed");
    }
    await eventually(
      "all are seen",
      async () => (await dashboard.get("/api/agents?liveness=finished")).json.total === 7,
    );
    const pages = async (query: string) => {
      const all: AgentJson[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const { status, json }: Awaited<ReturnType<RunningDashboard["get"]>> = await dashboard.get(
          `/api/agents?limit=4&${query}${cursor && `&cursor=${cursor}`}`,
        );
        expect(status, JSON.stringify(json)).toBe(200);
        all.push(...json.agents);
        expect(json.total).toBeGreaterThanOrEqual(all.length);
        cursor = json.next_cursor;
      }
      return all;
    };
    for (const sort of ["agent_id", "last_beat", "progress", "liveness"] as const) {
      for (const order of ["asc", "desc"]) {
        const agents = await pages(`sort=${sort}&order=${order}`);
        expect(new Set(agents.map(({ agent_id }) => agent_id)).size).toBe(25);
        const ranks = { lost: 0, stalled: 1, stale: 2, unknown: 3, alive: 4, finished: 5 };
        const keys = agents.map((agent) => (sort === "liveness" ? ranks[agent.liveness] : agent[sort]!));
        const sorted = [...keys].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
        expect(keys).toEqual(order === "asc" ? sorted : sorted.reverse());
      }
    }
    expect(await pages("workflow=odd")).toHaveLength(12);
    expect(await pages("status=idle,running")).toHaveLength(18);
    expect(await pages("status=failed&liveness=finished,alive")).toHaveLength(7);
    expect((await pages("search=SEVEN")).map(({ metadata }) => metadata.n)).toEqual([7]);
    expect((await pages("search=task%2012")).map(({ metadata }) => metadata.n)).toEqual([12]);
    expect(await pages(`search=${encodeURIComponent("%/É")}`)).toHaveLength(25);
    for (const query of ["liveness=alive,", "liveness=dead", "status=x", "sort=x", "limit=0", "cursor=x"]) {
      expect((await dashboard.get(`/api/agents?${query}`)).status, query).toBe(400);
    }
    const one = await dashboard.get(`/api/agents/${encodeURIComponent("agent 3 %/é")}`);
    expect(one.json).toMatchObject({ agent_id: "agent 3 %/é", metadata: { n: 3 }, status: "idle" });
    expect((await dashboard.get("/api/agents/nobody")).status).toBe(404);
  });

  it("are listed without metadata that is large, which each of them is asked for", async () => {
    const { transport, dashboard } = await onMemory();
    const metadata = { notes: "x".repeat(5000) };
    await startAgent(transport, "a", { metadata });
    await eventually("it is seen", async () => (await dashboard.get("/api/agents")).json.total === 1);
    const [agent] = (await dashboard.get("/api/agents")).json.agents;
    expect(agent).toMatchObject({ metadata: {}, metadata_bytes: JSON.stringify(metadata).length });
    expect((await dashboard.get("/api/agents/a")).json.metadata).toEqual(metadata);
  });

  it("may be called anything, and say anything in their metadata", async () => {
    const { transport, dashboard } = await onMemory();
    const metadata = JSON.parse(
      '{"__proto__":{"a":1},"constructor":"c","html":"<img src=x onerror=alert(1)>"}',
    );
    for (const id of [
      '<img src=x onerror="alert(1)">',
      "a/b",
      "%2F",
      "::*",
      "😀",
      "__proto__",
      "x".repeat(256),
    ]) {
      await startAgent(transport, id, { metadata });
      const { status, text } = await dashboard.get(`/api/agents/${encodeURIComponent(id)}`);
      expect(status, id).toBe(200);
      expect(text).toContain(
        '"metadata":{"__proto__":{"a":1},"constructor":"c","html":"<img src=x onerror=alert(1)>"}',
      );
      expect(
        (await dashboard.get(`/api/agents/${encodeURIComponent(id)}/timeline`)).json.items,
      ).toMatchObject([{ kind: "beat" }]);
    }
  });
});

onEveryStore("a timeline", (store) => {
  it("tells of one agent all that happened, newest first, page by page", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const streamer = new EventStreamer({ transport });
    const id = "worker/1";
    const kinds: string[] = [];
    const signalsOf = (agentId: string) =>
      new CoordinationSignals({ agentId, transport, enableStreaming: true });
    await using own = signalsOf(id);
    await using other = signalsOf("other");
    const agent = await startAgent(transport, id);
    await startAgent(transport, "other");
    const look = async () =>
      (await dashboard.get(`/api/agents/${encodeURIComponent(id)}/timeline?limit=1000`)).json;
    const step = async (kind: string, what: () => Promise<unknown>) => {
      kinds.unshift(kind);
      await what();
      await eventually(`${kind} is there`, async () => (await look()).items.length === kinds.length);
    };
    await step("beat", async () => {});
    await step("stage", () =>
      streamer.publishEvent(workflowProgress, { workflow: "w", stage: "s", progress: 0.5, agent_id: id }),
    );
    await streamer.publishEvent(workflowProgress, { workflow: "w", progress: 0.5, agent_id: "other" });
    await streamer.publishEvent(workflowProgress, { workflow: "w", progress: 0.5 });
    await step("signal_sent", () => own.signal({ signalType: "go", targetAgent: "other" }));
    await step("signal_received", () => other.signal({ signalType: "done", targetAgent: id }));
    await other.signal({ signalType: "x", targetAgent: "third" });
    await step("broadcast", () => own.broadcast({ signalType: "all" }));
    await step("broadcast", () => other.broadcast({ signalType: "abort" }));
    await step("error", () => streamer.publishEvent(agentError, { agent_id: id, error_message: "no" }));
    await streamer.publishEvent("agent_error", "no object");
    await step("beat", () => agent.beat({ progress: 0.5, currentTask: "half" }));
    await using gate = new ApprovalGate({ transport, agentId: id });
    await step("approval", async () => void gate.requestApproval({ approvalType: "t", context: null }));
    const all = await look();
    expect(all.items.map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
    expect(all).toMatchObject({ next_cursor: null, complete: true });
    const paged: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { json }: Awaited<ReturnType<RunningDashboard["get"]>> = await dashboard.get(
        `/api/agents/${encodeURIComponent(id)}/timeline?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(
        ...json.items.map(
          ({ event_id, event_type }: { event_id: string; event_type: string }) => `${event_type} ${event_id}`,
        ),
      );
      cursor = json.next_cursor;
    }
    const whole = all.items.map(
      ({ event_id, event_type }: { event_id: string; event_type: string }) => `${event_type} ${event_id}`,
    );
    expect(paged).toEqual(whole);
    const before = (
      await dashboard.get(`/api/agents/${encodeURIComponent(id)}/timeline?before=${all.items[0].event_id}`)
    ).json;
    expect(before.items).not.toContainEqual(all.items[0]);
    expect(before.items.length).toBeLessThan(all.items.length);
  });
});

describe("signals", () => {
  it("are those that were published, of an agent, type or sender; what is pending stays pending", async () => {
    const { transport, dashboard } = await onMemory();
    const send = async (from: string, signalType: string, targetAgent: string | null, payload: string) => {
      await using signals = new CoordinationSignals({ agentId: from, transport, enableStreaming: true });
      await signals.signal({ signalType, targetAgent, payload });
    };
    await send("a", "go", "b", "1");
    await send("b", "done", "a", "2");
    await send("a", "stop", null, "3");
    await send("c", "go", "b", "<img onerror>");
    const payloads = async (query: string) => {
      const { json } = await dashboard.get(`/api/signals?${query}`);
      return json.signals.map(({ payload }: { payload: string }) => payload);
    };
    await eventually("all are published", async () => (await payloads("")).length === 4);
    expect(await payloads("")).toEqual(["<img onerror>", "3", "2", "1"]);
    expect(await payloads("agent=a")).toEqual(["3", "2", "1"]);
    expect(await payloads("agent=b&type=go")).toEqual(["<img onerror>", "1"]);
    expect(await payloads("source=c")).toEqual(["<img onerror>"]);
    const { json } = await dashboard.get("/api/signals?limit=3");
    expect(await payloads(`limit=3&cursor=${json.next_cursor}`)).toEqual(["1"]);
    for (let time = 0; time < 2; time++) {
      expect(await payloads("pending=true&agent=b")).toEqual(["1", "3", "<img onerror>"]);
      expect(await payloads("pending=true&agent=b&source=c")).toEqual(["<img onerror>"]);
    }
    expect((await dashboard.get("/api/signals?pending=true&agent=b&limit=1")).json.complete).toBe(false);
    expect((await dashboard.get("/api/signals?pending=true")).status).toBe(400);
    // Foreign events that are none are left out.
    const streamer = new EventStreamer({ transport });
    await streamer.publishEvent("coordination_signal", { odd: true });
    expect(await payloads("")).toHaveLength(4);
  });
});

describe("quality", () => {
  it("is told per workflow, stage and tier, with a recommendation that is not remembered", async () => {
    const { transport, dashboard } = await onMemory();
    await using feedback = new FeedbackLoop({ transport });
    const rate = async (
      workflowName: string,
      stageName: string,
      tier: "cheap" | "capable",
      score: number,
      count = 10,
    ) => {
      for (let time = 0; time < count; time++) {
        await feedback.recordFeedback({
          workflowName,
          stageName,
          tier,
          qualityScore: score,
          metadata: { time },
        });
      }
    };
    await rate("a", "poor", "cheap", 0.3);
    await rate("a", "well", "cheap", 0.8);
    await rate("<b>/é", "both", "cheap", 0.6);
    await rate("<b>/é", "both", "capable", 0.9, 3);
    const first = (await dashboard.get("/api/feedback/workflows?limit=2")).json;
    expect(first.workflows).toMatchObject(
      [
        {
          workflow_name: "<b>/é",
          stages: [
            {
              stage_name: "both",
              current_tier: "capable",
              tiers: [
                { tier: "cheap", sample_count: 10 },
                { tier: "capable", sample_count: 3 },
              ],
              recommendation: { recommended_tier: "capable", confidence: 0 },
            },
          ],
        },
        {
          workflow_name: "a",
          stages: [
            {
              stage_name: "poor",
              current_tier: "cheap",
              recommendation: {
                recommended_tier: "capable",
                current_tier: "cheap",
                confidence: 0.5,
                reason: "the average quality of cheap is 0.3, below 0.7",
              },
            },
          ],
        },
      ].sort((one, other) => (one.workflow_name < other.workflow_name ? -1 : 1)),
    );
    const rest = (await dashboard.get(`/api/feedback/workflows?limit=2&cursor=${first.next_cursor}`)).json;
    expect(rest).toMatchObject({
      workflows: [{ workflow_name: "a", stages: [{ stage_name: "well" }] }],
      next_cursor: null,
    });
    const { records } = await transport.records.list({ bucket: "feedback", from: null, count: 100 });
    expect(records.filter(({ key }) => !key.includes(":"))).toEqual([]);
    const poor = (await dashboard.get("/api/feedback/underperforming")).json;
    expect(poor).toMatchObject({
      threshold: 0.7,
      total: 2,
      stages: [{ stage_name: "poor" }, { stage_name: "both" }],
    });
    expect((await dashboard.get("/api/feedback/underperforming?threshold=0.2")).json.total).toBe(0);
    expect((await dashboard.get("/api/feedback/underperforming?threshold=2")).status).toBe(400);
    const name = encodeURIComponent("<b>/é");
    const history = (await dashboard.get(`/api/feedback/history?workflow=${name}&stage=both&limit=4`)).json
      .ratings;
    expect(
      history.map(({ tier, metadata }: { tier: string; metadata: { time: number } }) => [
        tier,
        metadata.time,
      ]),
    ).toEqual([
      ["capable", 2],
      ["capable", 1],
      ["capable", 0],
      ["cheap", 9],
    ]);
    expect(
      (await dashboard.get(`/api/feedback/history?workflow=${name}&stage=both&tier=cheap`)).json.ratings,
    ).toHaveLength(10);
  });
});

describe("groups", () => {
  it("are told with their lag, what is pending and what was given up", async () => {
    const { transport, dashboard } = await onMemory();
    const streamer = new EventStreamer({ transport });
    const group = 'workers "1"';
    const consumer = streamer.consumeGroup({
      group,
      eventTypes: ["job"],
      from: "beginning",
      autoAck: false,
      maxDeliveries: 1,
      minIdleMs: 100,
    } as never);
    const large = { text: "x".repeat(5000) };
    for (let n = 0; n < 5; n++) await streamer.publishEvent("job", n === 0 ? large : { n });
    const events = consumer[Symbol.asyncIterator]();
    const first = (await events.next()).value!;
    await first.nack();
    await eventually("the first is given up", async () => {
      return (await streamer.countDeadLetters(group)) === 1;
    });
    const { json } = await dashboard.get("/api/streams/groups");
    expect(json).toMatchObject({
      complete: true,
      groups: [{ group, dead_letters: 1, replayed: 0, streams: [{ event_type: "job" }] }],
    });
    const letters = (await dashboard.get(`/api/dead-letters?group=${encodeURIComponent(group)}`)).json;
    expect(letters).toMatchObject({
      total: 1,
      dead_letters: [{ group, event_type: "job", data: null, data_kept: true, delivery_count: 1 }],
    });
    const { event_id, data_bytes } = letters.dead_letters[0];
    expect(data_bytes).toBe(JSON.stringify(large).length);
    const whole = (
      await dashboard.get(`/api/dead-letters?group=${encodeURIComponent(group)}&event_id=${event_id}`)
    ).json;
    expect(whole.dead_letters[0].data).toEqual(large);
    expect((await dashboard.get("/api/dead-letters")).status).toBe(400);
    await consumer.close();
  });
});
