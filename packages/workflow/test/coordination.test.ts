import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { openTransport, type Transport } from "@attune/transport";
import { runAll } from "@attune/workflow";
import { onEveryStore, until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import { allFlags, forever, madeWorkflow, untilAborted } from "./made-workflow.ts";

const on = { enableCoordination: true };

function agent(transport: Transport, agentId: string): CoordinationSignals {
  const signals = new CoordinationSignals({ transport, agentId });
  onTestFinished(() => signals.close());
  return signals;
}

/** Runs until it is told to stop. */
const untilStopped = {
  work: { work: (_: unknown, { signal }: { signal: AbortSignal }) => untilAborted(signal) },
};

onEveryStore("signals in stages", (store) => {
  it("go from a producer to a consumer that waits for it, whoever begins first", async () => {
    const transport = await store().open();
    const consumer = madeWorkflow(["wait", "use"], {
      ...on,
      transport,
      name: "consumer",
      agentId: "consumer",
      work: {
        wait: async (_, context) => {
          const signal = await context.waitForSignal({
            signalType: "task_complete",
            sourceAgent: "producer",
          });
          return { output: signal?.payload };
        },
        use: (input) => ({ output: [input] }),
      },
    });
    const producer = madeWorkflow(["make", "notify"], {
      ...on,
      transport,
      name: "producer",
      agentId: "producer",
      work: {
        make: () => ({ output: { size: 3 } }),
        notify: async (input, context) => ({
          output: await context.sendSignal({
            signalType: "task_complete",
            targetAgent: "consumer",
            payload: input,
          }),
        }),
      },
    });
    const [consumed, produced] = await runAll([{ workflow: consumer }, { workflow: producer }]);
    expect(consumed.output).toEqual([{ size: 3 }]);
    expect(produced.output).toMatch(/^[\w-]{22}$/);
    // The signal is there before the wait begins, too.
    await producer.execute();
    expect((await consumer.execute()).output).toEqual([{ size: 3 }]);
  });

  it("are those of the run whose stage calls, with several runs of one instance at once", async () => {
    const transport = await store().open();
    const orchestrator = agent(transport, "orchestrator");
    const workflow = madeWorkflow(["answer"], {
      ...on,
      transport,
      name: "worker",
      work: {
        async answer(): Promise<unknown> {
          await new Promise((resolve) => setTimeout(resolve, 2));
          const question = await workflow.waitForSignal({ signalType: "question" });
          await workflow.sendSignal({
            signalType: "answer",
            targetAgent: "orchestrator",
            payload: question?.payload,
          });
          return { output: question?.payload };
        },
      },
    });
    const running = ["one", "two", "three"].map((runId) => workflow.execute(undefined, { runId }));
    for (const runId of ["three", "one", "two"]) {
      await orchestrator.signal({ signalType: "question", targetAgent: `worker-${runId}`, payload: runId });
    }
    expect((await Promise.all(running)).map(({ output }) => output)).toEqual(["one", "two", "three"]);
    const answers = await orchestrator.waitForAll({ signalType: "answer", count: 3 });
    for (const { sourceAgent, payload } of answers ?? [])
      expect(sourceAgent).toBe(`worker-${String(payload)}`);
    expect(answers).toHaveLength(3);
  });

  it("meet at a barrier, and any of several can be waited for", async () => {
    const transport = await store().open();
    const ids = ["w1", "w2", "w3"];
    const workers = ids.map((agentId) =>
      madeWorkflow(["work", "wait"], {
        ...on,
        transport,
        agentId,
        work: {
          work: async (_, context) => ({
            output: await context.sendSignal({ signalType: "reached", targetAgent: "boss" }),
          }),
          wait: async (_, context) => ({
            output:
              (await context.waitForAny([{ signalType: "stop" }, { signalType: "go", sourceAgent: "boss" }]))
                ?.signalType ?? null,
          }),
        },
      }),
    );
    const boss = madeWorkflow(["barrier", "go"], {
      ...on,
      transport,
      agentId: "boss",
      work: {
        barrier: async (_, context) => ({
          output: (await context.waitForAll({ signalType: "reached", sourceAgents: ids }))?.map(
            ({ sourceAgent }) => sourceAgent,
          ),
        }),
        go: async (input, context) => {
          await context.sendSignal({ signalType: "go" });
          return { output: input };
        },
      },
    });
    const results = await runAll([{ workflow: boss }, ...workers.map((workflow) => ({ workflow }))]);
    expect(results.map(({ output }) => output)).toEqual([ids, "go", "go", "go"]);
  });
});

onEveryStore("an abort", (store) => {
  it("sent to the agent reaches the running stage, ends the run as cancelled, and is told why", async () => {
    const transport = await store().open();
    let reason: unknown;
    const workflow = madeWorkflow(["quick", "work", "never"], {
      ...allFlags,
      transport,
      agentId: "worker",
      work: {
        work: (_, { signal }) =>
          untilAborted(signal).catch((error: unknown) => {
            reason = error;
            throw error;
          }),
      },
    });
    const running = workflow.execute();
    const monitor = new HeartbeatCoordinator({ transport });
    await until(
      "the stage runs",
      async () => (await monitor.getAgentStatus("worker"))?.currentTask === "Running stage: work (capable)",
    );
    await agent(transport, "boss").signal({
      signalType: "abort",
      targetAgent: "worker",
      payload: { reason: "too expensive" },
    });
    const result = await running;
    expect(result).toMatchObject({
      status: "cancelled",
      stages: [{ status: "completed" }, { status: "cancelled" }],
    });
    expect(result.error).toMatchObject({
      code: "ATTUNE_WORKFLOW_CANCELLED",
      message: expect.stringContaining("too expensive"),
      details: { by: "coordination-signal", signal: { signalType: "abort", sourceAgent: "boss" } },
    });
    expect(reason).toBe(result.error);
    expect(await monitor.getAgentStatus("worker")).toMatchObject({
      status: "cancelled",
      liveness: "finished",
    });
    expect((await monitor.getAgentStatus("worker"))?.progress).toBeCloseTo(1 / 3);
  });

  it("that is broadcast ends every run but the one of its sender, those that begin within its time included", async () => {
    const transport = await store().open();
    const workers = ["w1", "w2"].map((agentId) =>
      madeWorkflow(["work"], { ...on, transport, agentId, ...untilStopped }),
    );
    const finder = madeWorkflow(["look", "report"], {
      ...on,
      transport,
      agentId: "finder",
      work: {
        look: async (_, context) => ({
          output: await context.sendSignal({ signalType: "abort", payload: { reason: "critical" } }),
        }),
        report: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return { output: "told" };
        },
      },
    });
    const running = workers.map((worker) => worker.execute());
    const [found, ...stopped] = await Promise.all([finder.execute(), ...running]);
    expect(found).toMatchObject({ success: true, output: "told" });
    expect(stopped.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    const late = madeWorkflow(["work"], { ...on, transport, agentId: "late", ...untilStopped });
    expect((await late.execute()).status).toBe("cancelled");
  });

  it("that names another run leaves this one alone", async () => {
    const transport = await store().open();
    const workflow = madeWorkflow(["work"], { ...on, transport, agentId: "worker", ...untilStopped });
    const boss = agent(transport, "boss");
    const running = workflow.execute(undefined, { runId: "second" });
    await boss.signal({
      signalType: "abort",
      targetAgent: "worker",
      payload: { run_id: "first", reason: "no" },
    });
    await until(
      "the first abort is taken",
      async () => (await agent(transport, "worker").getPendingSignals()).length === 0,
    );
    await boss.signal({
      signalType: "abort",
      targetAgent: "worker",
      payload: { run_id: "second", reason: "yes" },
    });
    expect((await running).error?.message).toContain("yes");
  });

  it("ends a wait of the stage, which gives null", async () => {
    const transport = await store().open();
    const given: unknown[] = [];
    const begun = Promise.withResolvers<void>();
    const workflow = madeWorkflow(["wait"], {
      ...on,
      transport,
      agentId: "waiter",
      work: {
        wait: async (_, context) => {
          begun.resolve();
          given.push(
            await context.waitForSignal({ signalType: "never", timeoutMs: Number.POSITIVE_INFINITY }),
          );
          throw new Error("no signal came");
        },
      },
    });
    const running = workflow.execute();
    await begun.promise;
    await agent(transport, "boss").signal({ signalType: "abort", targetAgent: "waiter" });
    expect((await running).status).toBe("cancelled");
    expect(given).toEqual([null]);
  });
});

describe("abortOn", () => {
  it("says which signals end a run; the others are for the stages", async () => {
    await using transport = await openTransport("memory:");
    const seen: unknown[] = [];
    const work = {
      work: async (
        _: unknown,
        context: { checkSignal(o: object): Promise<unknown>; signal: AbortSignal },
      ) => {
        await until("the stage has its signal", async () => {
          const signal = await context.checkSignal({ signalType: "abort" });
          if (signal) seen.push(signal);
          return signal !== null;
        });
        return context.signal.aborted ? { output: "aborted" } : untilAborted(context.signal);
      },
    };
    const boss = agent(transport, "boss");
    for (const signalType of ["abort", "halt"])
      await boss.signal({ signalType, targetAgent: "worker", ttlMs: 60_000 });
    const workflow = madeWorkflow(["work"], {
      ...on,
      transport,
      agentId: "worker",
      abortOn: ["stop", "halt"],
      work: work as never,
    });
    const result = await workflow.execute();
    expect(result.error?.message).toContain('"halt"');
    await boss.signal({ signalType: "abort", targetAgent: "own" });
    const own = madeWorkflow(["work"], {
      ...on,
      transport,
      agentId: "own",
      abortOn: [],
      work: {
        work: async (_, context) => ({
          output: (await context.checkSignal({ signalType: "abort" }))?.signalType ?? null,
        }),
      },
    });
    expect((await own.execute()).output).toBe("abort");
  });
});

describe("signals of a workflow outside of its stages", () => {
  it("are those of its agent, if it has one", async () => {
    await using transport = await openTransport("memory:");
    await using workflow = madeWorkflow(["a"], { ...on, transport, agentId: "me" });
    const other = agent(transport, "other");
    expect(await workflow.sendSignal({ signalType: "hello", targetAgent: "other" })).not.toBe("");
    expect(await other.waitForSignal()).toMatchObject({ sourceAgent: "me", signalType: "hello" });
    await other.signal({ signalType: "x", targetAgent: "me" });
    expect(await workflow.checkSignal()).toMatchObject({ signalType: "x" });
    await workflow.execute();
    await other.signal({ signalType: "y", targetAgent: "me" });
    expect(await workflow.waitForAny([{ signalType: "y" }])).toMatchObject({ signalType: "y" });
    await workflow.close();
    await expect(workflow.sendSignal({ signalType: "z" })).rejects.toMatchObject({
      code: "ATTUNE_WORKFLOW_STATE",
    });
  });

  it("need one", async () => {
    const workflow = madeWorkflow(["a"], on);
    await expect(workflow.sendSignal({ signalType: "x" })).rejects.toMatchObject({
      code: "ATTUNE_WORKFLOW_STATE",
    });
    await expect(workflow.waitForAll({ count: 1 })).rejects.toMatchObject({ code: "ATTUNE_WORKFLOW_STATE" });
  });

  it("are neutral with coordination off, in stages too", async () => {
    const workflow = madeWorkflow(["a"], {
      work: {
        a: async (_, context) => ({
          output: [
            await context.sendSignal({ signalType: "x" }),
            await context.waitForSignal({ timeoutMs: 60_000 }),
            await context.checkSignal(),
            await context.waitForAny([{}]),
            await context.waitForAll({ count: 1 }),
          ],
        }),
      },
    });
    const neutral = ["", null, null, null, null];
    expect((await workflow.execute()).output).toEqual(neutral);
    expect([
      await workflow.sendSignal({ signalType: "x" }),
      await workflow.waitForSignal(),
      await workflow.checkSignal(),
      await workflow.waitForAny([{}]),
      await workflow.waitForAll({ count: 1 }),
    ]).toEqual(neutral);
  });
});

it("a workflow in a stage of another one has its own signals, and the outer one can still be asked for its", async () => {
  await using transport = await openTransport("memory:");
  const receiver = agent(transport, "receiver");
  const outer = madeWorkflow(["only"], {
    ...on,
    transport,
    agentId: "outer",
    work: {
      async only(): Promise<unknown> {
        const inner = madeWorkflow(["only"], {
          ...on,
          transport,
          agentId: "inner",
          work: {
            only: async (_, context) => {
              await context.sendSignal({ signalType: "a", targetAgent: "receiver" });
              await inner.sendSignal({ signalType: "b", targetAgent: "receiver" });
              await outer.sendSignal({ signalType: "c", targetAgent: "receiver" });
              return { output: 1 };
            },
          },
        });
        return { output: (await inner.execute()).output };
      },
    },
  });
  expect((await outer.execute()).success).toBe(true);
  const signals = await receiver.getPendingSignals();
  expect(signals.map(({ signalType, sourceAgent }) => [signalType, sourceAgent])).toEqual([
    ["a", "inner"],
    ["b", "inner"],
    ["c", "outer"],
  ]);
});

it("an abort of a stage that ignores it ends the run after the grace", async () => {
  await using transport = await openTransport("memory:");
  const workflow = madeWorkflow(["deaf"], {
    ...on,
    transport,
    agentId: "deaf",
    abortGraceMs: 10,
    work: { deaf: forever },
  });
  await agent(transport, "boss").broadcast({ signalType: "abort" });
  expect((await workflow.execute()).status).toBe("cancelled");
});
