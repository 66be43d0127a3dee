import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport, type Transport, type TransportOptions } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import type { WorkflowContext, WorkflowOptions } from "@attune/workflow";
import { loggerInto, until } from "@attune-tools/every-store";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { allFlags, madeWorkflow } from "./made-workflow.ts";

afterEach(() => vi.unstubAllEnvs());

interface World {
  readonly store: MemoryStore;
  readonly transport: Transport;
  readonly warnings: string[];
}

async function world(options: TransportOptions = {}): Promise<World> {
  const store = new MemoryStore();
  const warnings: string[] = [];
  const transport = await createMemoryTransport({ store, logger: loggerInto(warnings), ...options });
  onTestFinished(() => transport.close());
  return { store, transport, warnings };
}

/** Everything a stage can ask of the store, in each of three stages. */
async function busyRun(
  options: WorkflowOptions,
  between: (stage: string) => void | Promise<void> = () => {},
) {
  const stage = async (input: unknown, context: WorkflowContext) => {
    await between(context.stage);
    context.reportProgress(0.5, "half");
    const sent = await context.sendSignal({ signalType: "x", targetAgent: "nobody" });
    const checked = await context.checkSignal({ signalType: "y" });
    const waited = await context.waitForSignal({ signalType: "y", timeoutMs: 5 });
    return {
      output: [
        ...(Array.isArray(input) ? (input as unknown[]) : []),
        sent === "" ? "not sent" : "sent",
        checked,
        waited,
      ],
      tokensIn: 1,
    };
  };
  const workflow = madeWorkflow(["a", "b", "c"], {
    ...allFlags,
    ...options,
    work: { a: stage, b: stage, c: stage },
  });
  onTestFinished(() => workflow.close());
  const { status, stages, tokens, output, error } = await workflow.execute(null, { runId: "r" });
  return { status, stages: stages.map((one) => one.status), tokens, output, error };
}

const completed = {
  status: "completed",
  stages: ["completed", "completed", "completed"],
  tokens: { tokensIn: 3, tokensOut: 0, total: 3 },
  error: null,
};

describe.each(["degrade", "throw"] as const)(
  "with onUnavailable %j, a store that is down",
  (onUnavailable) => {
    /** What stages get is theirs: "throw" is for who asked for it. */
    const signals = (sent: string[]) =>
      onUnavailable === "degrade" ? sent.flatMap((one) => [one, null, null]) : expect.anything();

    it.runIf(onUnavailable === "degrade")(
      "before, during and after a run: the same result, and one warning",
      async () => {
        const { store, transport, warnings } = await world();
        const back = store.simulateOutage();
        expect(await busyRun({ transport })).toEqual({
          ...completed,
          output: signals(["not sent", "not sent", "not sent"]),
        });
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(/^attune: Workflow: /);
        back();
        await until("it is told to be over", () => warnings.length === 2);
        expect(warnings[1]).toMatch(/^attune: Workflow: .* is back\.$/);
      },
    );

    it.runIf(onUnavailable === "degrade")(
      "during a run only: one warning, and one when it is over",
      async () => {
        const { store, transport, warnings } = await world();
        let back = () => {};
        const result = await busyRun({ transport }, (stage) => {
          if (stage === "b") back = store.simulateOutage();
          if (stage === "c") back();
        });
        expect(result).toEqual({ ...completed, output: signals(["sent", "not sent", "sent"]) });
        expect(warnings).toHaveLength(2);
        const monitor = new HeartbeatCoordinator({ transport });
        expect(await monitor.getAgentStatus("made-r")).toMatchObject({ status: "completed", progress: 1 });
      },
    );

    it("after a run has told all: nothing is said", async () => {
      const { store, transport, warnings } = await world({ onUnavailable });
      expect(await busyRun({ transport })).toMatchObject(completed);
      store.simulateOutage();
      expect(warnings).toEqual([]);
    });

    it("at the end of a run: the result is there, and the last word is written once it is back", async () => {
      const { store, transport, warnings } = await world({ onUnavailable });
      let back = () => {};
      const workflow = madeWorkflow(["a"], {
        ...allFlags,
        transport,
        agentId: "me",
        work: {
          a: async () => {
            await new Promise((resolve) => setTimeout(resolve, 20));
            back = store.simulateOutage();
            return { output: 1 };
          },
        },
      });
      onTestFinished(() => workflow.close());
      expect(await workflow.execute()).toMatchObject({ success: true, output: 1 });
      expect(warnings).toHaveLength(1);
      back();
      const monitor = new HeartbeatCoordinator({ transport });
      await until(
        "the end is written",
        async () => (await monitor.getAgentStatus("me"))?.status === "completed",
      );
    });

    it("does not hurt the run by what goes on by itself", async () => {
      const { store, transport, warnings } = await world({ onUnavailable });
      store.simulateOutage();
      const workflow = madeWorkflow(["a", "b"], { ...allFlags, transport });
      onTestFinished(() => workflow.close());
      expect(await workflow.execute()).toMatchObject({ success: true });
      expect(warnings).toHaveLength(1);
    });
  },
);

it("with onUnavailable throw a stage's own calls reject, and fail it if it does not catch that", async () => {
  const { store, transport } = await world({ onUnavailable: "throw" });
  store.simulateOutage();
  expect(await busyRun({ transport })).toMatchObject({
    status: "failed",
    error: { code: "ATTUNE_STAGE_FAILED", cause: { code: "ATTUNE_TRANSPORT_UNAVAILABLE" } },
  });
});

it("a hundred workflows on one transport tell of an outage once", async () => {
  const { store, transport, warnings } = await world();
  store.simulateOutage();
  const workflows = Array.from({ length: 100 }, () => madeWorkflow(["a", "b"], { ...allFlags, transport }));
  const results = await Promise.all(workflows.map((workflow) => workflow.execute()));
  expect(results.every(({ success }) => success)).toBe(true);
  expect(warnings).toHaveLength(1);
  await Promise.all(workflows.map((workflow) => workflow.close()));
});

it("a transport that is closed in the middle of a run takes nothing from its result", async () => {
  const { transport, warnings } = await world();
  const result = await busyRun({ transport: transport, enableCoordination: false }, async (stage) => {
    if (stage === "b") await transport.close();
  });
  expect(result).toMatchObject(completed);
  expect(warnings.length).toBeLessThanOrEqual(2);
});

describe("without a transport", () => {
  it("the default one is opened with the first run that needs it, and shared", async () => {
    vi.stubEnv("ATTUNE_URL", "memory:");
    const off = madeWorkflow(["a"]);
    expect((await off.execute()).success).toBe(true);
    const slot = Symbol.for("@attune/default-transport");
    expect((globalThis as Record<symbol, unknown>)[slot]).toBeUndefined();
    expect((await busyRun({})).output).toEqual(["sent", null, null, "sent", null, null, "sent", null, null]);
    const { defaultTransport } = await import("@attune/transport");
    const transport = await defaultTransport();
    const monitor = new HeartbeatCoordinator();
    expect(await monitor.getAgentStatus("made-r")).toMatchObject({ status: "completed" });
    await transport.close();
    // Another one is opened once this one has been closed.
    expect((await busyRun({})).status).toBe("completed");
    await (await defaultTransport()).close();
  });

  it.each(["nowhere:", "redis+nothing://x"])(
    "one that cannot be opened (%s) hurts no run, and is told once",
    async (url) => {
      vi.stubEnv("ATTUNE_URL", url);
      const warnings: string[] = [];
      const logger = loggerInto(warnings);
      expect(await busyRun({ logger })).toEqual({
        ...completed,
        output: ["not sent", null, null, "not sent", null, null, "not sent", null, null],
      });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain("Going on without a store");
    },
  );
});

it("what runs leave behind is nothing", async () => {
  const transport = await openTransport("memory:");
  const before = process.getActiveResourcesInfo().length;
  const workflow = madeWorkflow(["a", "b"], { ...allFlags, transport });
  for (let run = 0; run < 5; run++) await workflow.execute();
  await workflow.close();
  await transport.close();
  await until("nothing is left", () => process.getActiveResourcesInfo().length <= before);
});

it("an instance does not keep what its runs in an outage left once that is written", async () => {
  const { store, transport } = await world();
  const workflow = madeWorkflow(["a"], { ...allFlags, transport });
  const back = store.simulateOutage();
  const runs = await Promise.all(Array.from({ length: 20 }, () => workflow.execute()));
  back();
  const monitor = new HeartbeatCoordinator({ transport });
  for (const { agentId } of runs) {
    await until(
      "its end is written",
      async () => (await monitor.getAgentStatus(agentId))?.status === "completed",
    );
  }
  await workflow.close();
  expect(await monitor.getActiveAgents()).toEqual([]);
});
