import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { ModelTier, workflowProgress } from "@attune/workflow";
import { loggerInto, onEveryStore, until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import { countedCalls } from "./counted-calls.ts";
import { allFlags, madeWorkflow, untilAborted } from "./made-workflow.ts";

/** The data of all events of a type, oldest first. */
async function eventsOf(transport: Transport, eventType: string): Promise<Record<string, unknown>[]> {
  const events = await new EventStreamer({ transport }).getRecentEvents(eventType, { count: 1000 });
  return events.toReversed().map(({ data }) => data as Record<string, unknown>);
}

/** A turn of the event loop: what is told of a run goes out once per turn. */
const turn = async (output: unknown) => {
  await new Promise((resolve) => setImmediate(resolve));
  return { output };
};

onEveryStore("a run with all flags", (store) => {
  it("beats from its start to its end, around each stage", async () => {
    const transport = await store().open();
    const workflow = madeWorkflow(["plan", "write"], {
      ...allFlags,
      transport,
      name: "author",
      tierMap: { plan: ModelTier.CHEAP },
      work: { plan: () => turn(1), write: () => turn(2) },
    });
    const { agentId } = await workflow.execute(undefined, { runId: "r1" });
    expect(agentId).toBe("author-r1");
    const beats = await eventsOf(transport, "agent_heartbeat");
    expect(beats.map(({ status, progress, current_task }) => [status, progress, current_task])).toEqual([
      ["starting", 0, "initializing"],
      ["running", 0, "Running stage: plan (cheap)"],
      ["running", 0.5, "Completed stage: plan"],
      ["running", 0.5, "Running stage: write (capable)"],
      ["running", 1, "Completed stage: write"],
      ["completed", 1, "Completed stage: write"],
    ]);
    for (const beat of beats) {
      expect(beat).toMatchObject({
        agent_id: "author-r1",
        display_name: "author",
        metadata: { workflow: "author", run_id: "r1", stages: ["plan", "write"] },
      });
    }
    const coordinator = new HeartbeatCoordinator({ transport });
    expect(await coordinator.getAgentStatus("author-r1")).toMatchObject({
      status: "completed",
      progress: 1,
      liveness: "finished",
    });
    expect(await coordinator.getActiveAgents()).toEqual([]);
  });

  it("tells its progress around each stage, with tiers, tokens and attempts", async () => {
    const transport = await store().open();
    let tries = 0;
    const workflow = madeWorkflow(
      [{ name: "a", retry: { attempts: 2, backoffMs: 1 } }, { name: "b", skip: () => true }, "c"],
      {
        ...allFlags,
        transport,
        work: {
          a: async () => {
            if (++tries === 1) throw new Error("once");
            return { ...(await turn(1)), tokensIn: 4, tokensOut: 2 };
          },
          c: () => turn(3),
        },
      },
    );
    await workflow.execute(undefined, { runId: "r" });
    const streamer = new EventStreamer({ transport });
    const events = (await streamer.getRecentEvents(workflowProgress)).toReversed();
    expect(events.every(({ valid }) => valid)).toBe(true);
    const told = events.map(({ data }) => data as Record<string, unknown>);
    expect(
      told.map(({ stage, status, attempt, progress }) => [
        stage,
        status,
        attempt,
        Math.round((progress as number) * 3),
      ]),
    ).toEqual([
      ["a", "running", 1, 0],
      ["a", "running", 2, 0],
      ["a", "completed", 2, 1],
      ["b", "skipped", 0, 2],
      ["c", "running", 1, 2],
      ["c", "completed", 1, 3],
      [undefined, "completed", undefined, 3],
    ]);
    expect(told[2]).toMatchObject({
      workflow: "made",
      run_id: "r",
      agent_id: "made-r",
      tier: "capable",
      tokens_in: 4,
      tokens_out: 2,
    });
    expect(told.at(-1)).toMatchObject({ tokens_in: 4, tokens_out: 2, duration_ms: expect.any(Number) });
    expect(events.every(({ source }) => source === "made-r")).toBe(true);
    expect(await eventsOf(transport, "agent_error")).toEqual([]);
  });

  it("that fails keeps the progress it had reached, and tells its real error once", async () => {
    const transport = await store().open();
    const workflow = madeWorkflow(["a", "b"], {
      ...allFlags,
      transport,
      work: {
        b: (_, context) => {
          context.reportProgress(0.5, "half of it");
          throw new RangeError("out of range");
        },
      },
    });
    const result = await workflow.execute(undefined, { runId: "r" });
    expect(result.error).toMatchObject({ code: "ATTUNE_STAGE_FAILED" });
    const coordinator = new HeartbeatCoordinator({ transport });
    expect(await coordinator.getAgentStatus("made-r")).toMatchObject({
      status: "failed",
      progress: 0.75,
      liveness: "finished",
    });
    const errors = await eventsOf(transport, "agent_error");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      agent_id: "made-r",
      error_type: "RangeError",
      error_code: "ATTUNE_STAGE_FAILED",
      error_message: expect.stringContaining("out of range"),
      severity: "error",
      workflow: "made",
      run_id: "r",
      stage: "b",
      current_task: "half of it",
      progress: 0.75,
    });
    expect((await eventsOf(transport, "workflow_progress")).at(-1)).toMatchObject({
      status: "failed",
      progress: 0.75,
    });
  });

  it("that is cancelled says so, and is no error", async () => {
    const transport = await store().open();
    const controller = new AbortController();
    const workflow = madeWorkflow(["a", "b"], {
      ...allFlags,
      transport,
      work: {
        b: (_, { signal }) => {
          setTimeout(() => controller.abort(), 5);
          return untilAborted(signal);
        },
      },
    });
    await workflow.execute(undefined, { runId: "r", signal: controller.signal });
    const coordinator = new HeartbeatCoordinator({ transport });
    expect(await coordinator.getAgentStatus("made-r")).toMatchObject({
      status: "cancelled",
      progress: 0.5,
      currentTask: "Running stage: b (capable)",
    });
    expect(await eventsOf(transport, "agent_error")).toEqual([]);
    // One that never began is not left as starting either.
    await workflow.execute(undefined, { runId: "late", signal: controller.signal });
    expect(await coordinator.getAgentStatus("made-late")).toMatchObject({
      status: "cancelled",
      liveness: "finished",
    });
  });

  it("tells the progress within a stage, the newest, and not each of thousands", async () => {
    const one = store();
    const transport = await one.open();
    const coordinator = new HeartbeatCoordinator({ transport });
    const { calls, transport: counted } = countedCalls(transport);
    const workflow = madeWorkflow(["a"], {
      ...allFlags,
      transport: counted,
      abortOn: [],
      agentId: "me",
      work: {
        a: async (_, context) => {
          for (let n = 0; n <= 5000; n++) context.reportProgress(n / 10_000, `file ${n}`);
          await until(
            "the newest progress is told",
            async () => (await coordinator.getAgentStatus("me"))?.progress === 0.5,
          );
          expect(await coordinator.getAgentStatus("me")).toMatchObject({
            status: "running",
            currentTask: "file 5000",
          });
          return { output: 1 };
        },
      },
    });
    expect(await workflow.execute()).toMatchObject({ success: true });
    expect(calls.length).toBeLessThan(20);
    expect(one.warnings).toEqual([]);
  });
});

describe("store calls", () => {
  /** Of a run of so many stages. */
  async function callsOf(stages: number, flags: object) {
    // Time stands still: what is done by the clock, as looking for signals now and then, is no call of a stage.
    const transport = await createMemoryTransport({ clock: manualClock() });
    onTestFinished(() => transport.close());
    const { calls, transport: counted } = countedCalls(transport);
    const names = Array.from({ length: stages }, (_, n) => `s${n}`);
    const work = Object.fromEntries(names.map((name) => [name, () => turn(name)]));
    await madeWorkflow(names, { ...flags, transport: counted, work }).execute();
    return calls;
  }

  it("are none at all with the flags off", async () => {
    expect(await callsOf(5, {})).toEqual([]);
  });

  it.each([
    [{ enableHeartbeatTracking: true }, 1],
    [{ enableStreaming: true }, 1],
    [{ enableCoordination: true }, 0],
    [{ enableHeartbeatTracking: true, enableStreaming: true }, 3],
    [allFlags, 3],
  ])(
    "with %j are %i per stage more, and at most five for begin and end together",
    async (flags, perStage) => {
      const ten = await callsOf(10, flags);
      const twenty = await callsOf(20, flags);
      expect(twenty.length - ten.length).toBe(perStage * 10);
      expect(ten.length - perStage * 10).toBeLessThanOrEqual(5);
      expect(perStage).toBeLessThanOrEqual(4);
    },
  );

  it("are not awaited in the stages' way: a store that answers nothing delays no stage", async () => {
    const transport = await createMemoryTransport({ operationTimeoutMs: 60_000 });
    onTestFinished(() => transport.close());
    const never = () => new Promise<never>(() => {});
    const silent = countedCalls(transport).transport;
    const workflow = madeWorkflow(["a", "b", "c"], {
      ...allFlags,
      transport: {
        ...silent,
        streams: { ...transport.streams, append: never },
        records: { ...transport.records, put: never },
        mailboxes: { ...transport.mailboxes, take: never },
      },
      work: { c: () => ({ output: "through" }) },
    });
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const last = madeWorkflow(["a", "b"], {
      ...allFlags,
      transport: {
        ...silent,
        streams: { ...transport.streams, append: never },
        records: { ...transport.records, put: never },
      },
      abortOn: [],
      work: {
        b: () => {
          resolve();
          return { output: 1 };
        },
      },
    });
    void workflow.execute();
    void last.execute();
    await reached;
  });
});

it("an agent is alive as long as its stage runs, and stalled once it has not gone on for its progressTimeoutMs", async () => {
  const clock = manualClock();
  const memory = new MemoryStore({ clock });
  const open = async () => {
    const transport = await createMemoryTransport({ store: memory, clock });
    onTestFinished(() => transport.close());
    return transport;
  };
  const workflow = madeWorkflow(["quick", { name: "long", progressTimeoutMs: 20_000 }, "after"], {
    ...allFlags,
    transport: await open(),
    agentId: "worker",
    work: {
      long: (_, context) =>
        new Promise((resolve) => {
          clock.setTimer(() => context.reportProgress(0.5), 40_000);
          clock.setTimer(() => resolve({ output: 1 }), 60_000);
        }),
      after: () => new Promise((resolve) => clock.setTimer(() => resolve({ output: 2 }), 60_000)),
    },
  });
  const monitor = new HeartbeatCoordinator({ transport: await open() });
  const liveness = async () => (await monitor.getAgentStatus("worker"))?.liveness;
  const running = workflow.execute();
  const seen: unknown[] = [];
  for (let second = 0; second < 120; second += 5) {
    await clock.advance(5000);
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(0);
    seen.push([second + 5, await liveness()]);
  }
  const at = new Map(seen as [number, string][]);
  expect([5, 15].map((second) => at.get(second))).toEqual(["alive", "alive"]);
  expect([25, 35].map((second) => at.get(second))).toEqual(["stalled", "stalled"]);
  expect([45, 55].map((second) => at.get(second))).toEqual(["alive", "alive"]);
  // The next stage says nothing of its own: the monitor's five minutes count.
  expect([65, 85, 115].map((second) => at.get(second))).toEqual(["alive", "alive", "alive"]);
  await clock.advance(10_000);
  expect(await running).toMatchObject({ success: true });
  expect(await liveness()).toBe("finished");
  // Deadlines of what is done are looked after when they would have been over.
  await clock.advance(10_000);
  expect(clock.pendingTimers).toBe(0);
});

it("a run that cannot be told of goes on, and says so once", async () => {
  const warnings: string[] = [];
  const transport = await createMemoryTransport({ maxPayloadBytes: 150, logger: loggerInto(warnings) });
  onTestFinished(() => transport.close());
  const stages = Array.from({ length: 20 }, (_, n) => `a stage with a long name ${n}`);
  const result = await madeWorkflow(stages, { ...allFlags, transport }).execute();
  expect(result.success).toBe(true);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("cannot be told of");
});
