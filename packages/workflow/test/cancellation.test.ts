import { runAll } from "@attune/workflow";
import { describe, expect, it } from "vitest";
import { forever, madeWorkflow, untilAborted } from "./made-workflow.ts";

describe("an AbortSignal", () => {
  it("reaches the running stage, and ends the run as cancelled", async () => {
    const controller = new AbortController();
    const why = new Error("enough");
    let reason: unknown;
    const workflow = madeWorkflow(["a", "b", "c"], {
      work: {
        b: (_, { signal }) => {
          queueMicrotask(() => controller.abort(why));
          return untilAborted(signal).catch((error: unknown) => {
            reason = error;
            throw error;
          });
        },
      },
    });
    const result = await workflow.execute(undefined, { signal: controller.signal });
    expect(result).toMatchObject({ success: false, status: "cancelled", output: null, failedStage: null });
    expect(result.error).toMatchObject({
      code: "ATTUNE_WORKFLOW_CANCELLED",
      cause: why,
      details: { by: "abort-signal" },
    });
    expect(result.error?.message).toContain("enough");
    expect(reason).toBe(result.error);
    expect(result.stages.map(({ name, status }) => [name, status])).toEqual([
      ["a", "completed"],
      ["b", "cancelled"],
    ]);
  });

  it("that has aborted before lets no stage begin", async () => {
    let ran = false;
    const workflow = madeWorkflow(["a"], {
      work: {
        a: () => {
          ran = true;
          return { output: 1 };
        },
      },
    });
    const result = await workflow.execute(undefined, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: "cancelled", stages: [] });
    expect(ran).toBe(false);
  });

  it("does not wait for a stage that ignores it longer than the grace", async () => {
    const controller = new AbortController();
    const workflow = madeWorkflow(["a"], {
      abortGraceMs: 20,
      work: {
        a: () => {
          queueMicrotask(() => controller.abort());
          return forever();
        },
      },
    });
    const result = await workflow.execute(undefined, { signal: controller.signal });
    expect(result).toMatchObject({
      status: "cancelled",
      stages: [{ name: "a", status: "cancelled", output: null }],
    });
  });

  it("lets a stage wind up: what it still returns is kept, and the run is cancelled all the same", async () => {
    const controller = new AbortController();
    const workflow = madeWorkflow(["a"], {
      work: {
        a: async (_, { signal }) => {
          queueMicrotask(() => controller.abort());
          await untilAborted(signal).catch(() => {});
          return { output: "as far as it came", tokensIn: 7 };
        },
      },
    });
    const result = await workflow.execute(undefined, { signal: controller.signal });
    expect(result).toMatchObject({ status: "cancelled", output: null, tokens: { tokensIn: 7 } });
    expect(result.stages).toMatchObject([{ status: "completed", output: "as far as it came" }]);
  });

  it("ends the pause between two attempts", async () => {
    const controller = new AbortController();
    const workflow = madeWorkflow([{ name: "a", retry: { attempts: 2, backoffMs: 3_000_000 } }], {
      work: {
        a: () => {
          setTimeout(() => controller.abort(), 5);
          throw new Error("no");
        },
      },
    });
    const result = await workflow.execute(undefined, { signal: controller.signal });
    expect(result).toMatchObject({ status: "cancelled", stages: [{ status: "cancelled", attempts: 1 }] });
  });

  it("changes nothing once the run has ended, and is not listened to any more", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const result = await madeWorkflow(["a"]).execute(undefined, { signal });
    expect(listeners).toBe(0);
    controller.abort();
    expect(result.status).toBe("completed");
  });

  it("reaches all stages that run side by side", async () => {
    const controller = new AbortController();
    let begun = 0;
    const wait = (_: unknown, { signal }: { signal: AbortSignal }) => {
      if (++begun === 2) queueMicrotask(() => controller.abort());
      return untilAborted(signal);
    };
    const workflow = madeWorkflow([{ parallel: "g", stages: ["a", "b"] }, "c"], {
      work: { a: wait, b: wait },
    });
    const running = workflow.execute(undefined, { signal: controller.signal });
    const result = await running;
    expect(result.stages.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    expect(result.status).toBe("cancelled");
  });
});

describe("runAll", () => {
  it("gives each result in its place, whatever became of the others", async () => {
    const bad = madeWorkflow(["a"], {
      name: "bad",
      work: {
        a: () => {
          throw new Error("no");
        },
      },
    });
    const results = await runAll([
      { workflow: madeWorkflow(["a"]), input: 1, runId: "one" },
      { workflow: bad },
      { workflow: madeWorkflow(["b"]) },
    ]);
    expect(results.map(({ workflow, status }) => [workflow, status])).toEqual([
      ["made", "completed"],
      ["bad", "failed"],
      ["made", "completed"],
    ]);
    expect(results[0].runId).toBe("one");
    expect(await runAll([])).toEqual([]);
  });

  it("runs no more at a time than it is told", async () => {
    let running = 0;
    let most = 0;
    const work = {
      a: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return { output: 1 };
      },
    };
    const runs = Array.from({ length: 9 }, () => ({ workflow: madeWorkflow(["a"], { work }) }));
    const results = await runAll(runs, { concurrency: 3 });
    expect(most).toBe(3);
    expect(results.filter(({ success }) => success)).toHaveLength(9);
    await expect(runAll(runs, { concurrency: 0 })).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
  });

  it("begins none when one of them cannot be run, and reserves nothing", async () => {
    let ran = 0;
    const work = { a: () => ({ output: ++ran }) };
    const good = madeWorkflow(["a"], { agentId: "good", work });
    await expect(runAll([{ workflow: good }, { workflow: madeWorkflow([]) }])).rejects.toMatchObject({
      code: "ATTUNE_WORKFLOW_INVALID",
    });
    await expect(runAll([{ workflow: good }, { workflow: good }])).rejects.toMatchObject({
      code: "ATTUNE_WORKFLOW_STATE",
    });
    expect(ran).toBe(0);
    expect((await good.execute()).success).toBe(true);
  });

  it("cancels all with one signal, those that have not begun as well", async () => {
    const controller = new AbortController();
    const work = {
      a: (_: unknown, { signal }: { signal: AbortSignal }) => {
        setTimeout(() => controller.abort(), 5);
        return untilAborted(signal);
      },
    };
    const runs = Array.from({ length: 3 }, () => ({ workflow: madeWorkflow(["a"], { work }) }));
    const results = await runAll(runs, { signal: controller.signal, concurrency: 1 });
    expect(results.map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(results.map(({ stages }) => stages.length)).toEqual([1, 0, 0]);
  });
});
