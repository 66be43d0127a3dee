import { AttuneError } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport } from "@attune/transport-memory";
import { ModelTier, type WorkflowContext } from "@attune/workflow";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { forever, madeWorkflow } from "./made-workflow.ts";

/** Whatever a stage does, nobody is to find a rejection that nobody handles. */
const unhandled: unknown[] = [];
const keep = (error: unknown) => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", keep);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.removeListener("unhandledRejection", keep);
  expect(unhandled).toEqual([]);
});

async function onManualClock() {
  const clock = manualClock();
  const transport = await createMemoryTransport({ clock });
  onTestFinished(() => transport.close());
  return { clock, transport };
}

it("gives each stage what the one before gave, and the last output as its own", async () => {
  const seen: unknown[] = [];
  const workflow = madeWorkflow(["a", "b", "c"], {
    tierMap: { b: ModelTier.PREMIUM },
    work: {
      a: (input, context) => {
        seen.push([input, context.previousOutput, context.stage, context.tier]);
        return { output: [input], tokensIn: 3, tokensOut: 1 };
      },
      b: async (input, context) => {
        seen.push([input, context.previousOutput, context.stage, context.tier]);
        return { output: { b: input }, tokensIn: 10, tokensOut: 20 };
      },
      c: (input, context) => {
        seen.push([input, { ...context.outputs }, context.workflowInput, context.runId]);
        return { output: null };
      },
    },
  });
  const result = await workflow.execute("in", { runId: "r1" });
  expect(seen).toEqual([
    ["in", null, "a", "capable"],
    [["in"], ["in"], "b", "premium"],
    [{ b: ["in"] }, { a: ["in"], b: { b: ["in"] } }, "in", "r1"],
  ]);
  expect(result).toMatchObject({
    success: true,
    status: "completed",
    workflow: "made",
    runId: "r1",
    agentId: "made-r1",
    output: null,
    failedStage: null,
    error: null,
    tokens: { tokensIn: 13, tokensOut: 21, total: 34 },
    stages: [
      { name: "a", group: null, tier: "capable", status: "completed", output: ["in"], attempts: 1 },
      { name: "b", tier: "premium", status: "completed", tokensIn: 10, tokensOut: 20, error: null },
      { name: "c", tier: "capable", status: "completed", output: null, tokensIn: 0, tokensOut: 0 },
    ],
  });
  expect(result.completedAt.getTime()).toBeGreaterThanOrEqual(result.startedAt.getTime());
  expect(result.durationMs).toBeGreaterThanOrEqual(0);
});

describe("a run ends failed, with stage, code and cause, when a stage", () => {
  const boom = new RangeError("boom");
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const cases: [string, () => unknown, string, unknown][] = [
    [
      "throws",
      () => {
        throw boom;
      },
      "ATTUNE_STAGE_FAILED",
      boom,
    ],
    ["rejects", () => Promise.reject(boom), "ATTUNE_STAGE_FAILED", boom],
    [
      "throws a text",
      () => {
        throw "text";
      },
      "ATTUNE_STAGE_FAILED",
      "text",
    ],
    [
      "throws null",
      () => {
        throw null;
      },
      "ATTUNE_STAGE_FAILED",
      null,
    ],
    [
      "throws what cannot be shown",
      () => {
        throw Object.create(null);
      },
      "ATTUNE_STAGE_FAILED",
      {},
    ],
    ["returns nothing", () => undefined, "ATTUNE_STAGE_OUTPUT_INVALID", expect.any(TypeError)],
    ["returns no object", () => "text", "ATTUNE_STAGE_OUTPUT_INVALID", expect.any(TypeError)],
    ["returns no output", () => ({ tokensIn: 1 }), "ATTUNE_STAGE_OUTPUT_INVALID", expect.any(TypeError)],
    [
      "returns a Date",
      () => ({ output: { at: new Date() } }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
      expect.objectContaining({ code: "ATTUNE_PAYLOAD_NOT_JSON" }),
    ],
    [
      "returns a cycle",
      () => ({ output: cycle }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
      expect.objectContaining({ code: "ATTUNE_PAYLOAD_NOT_JSON" }),
    ],
    [
      "returns NaN tokens",
      () => ({ output: 1, tokensIn: Number.NaN }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
      expect.any(TypeError),
    ],
    [
      "returns -1 tokens",
      () => ({ output: 1, tokensOut: -1 }),
      "ATTUNE_STAGE_OUTPUT_INVALID",
      expect.any(TypeError),
    ],
  ];
  it.each(cases)("%s", async (_, work, code, cause) => {
    const result = await madeWorkflow(["first", "second", "third"], { work: { second: work } }).execute();
    expect(result).toMatchObject({ success: false, status: "failed", output: null, failedStage: "second" });
    expect(result.error).toBeInstanceOf(AttuneError);
    expect(result.error).toMatchObject({ code, details: { workflow: "made", stage: "second", attempt: 1 } });
    expect(result.error?.cause).toEqual(cause);
    expect(result.stages.map(({ name, status }) => [name, status])).toEqual([
      ["first", "completed"],
      ["second", "failed"],
    ]);
    expect(result.stages[1]?.error).toBe(result.error);
  });

  it("does not settle within its time, and is told to stop", async () => {
    const { clock, transport } = await onManualClock();
    let reason: unknown;
    const workflow = madeWorkflow([{ name: "slow", timeoutMs: 5000 }], {
      transport,
      work: {
        slow: (_, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener("abort", () => {
              reason = signal.reason;
              reject(new Error("stopped"));
            });
          }),
      },
    });
    const running = workflow.execute();
    await clock.advance(4999);
    expect(reason).toBeUndefined();
    await clock.advance(1);
    const result = await running;
    expect(result).toMatchObject({ status: "failed", failedStage: "slow", durationMs: 5000 });
    expect(result.error).toMatchObject({ code: "ATTUNE_STAGE_TIMEOUT", cause: { name: "TimeoutError" } });
    expect(reason).toBe(result.error);
    expect(clock.pendingTimers).toBe(0);
  });

  it("never settles, whatever it is told: the grace bounds it", async () => {
    const { clock, transport } = await onManualClock();
    const workflow = madeWorkflow([{ name: "stuck", timeoutMs: 5000 }], {
      transport,
      abortGraceMs: 300,
      work: { stuck: forever },
    });
    const running = workflow.execute();
    await clock.advance(5299);
    let ended = false;
    void running.then(() => {
      ended = true;
    });
    await clock.advance(0);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await running).toMatchObject({ status: "failed", error: { code: "ATTUNE_STAGE_TIMEOUT" } });
    expect(clock.pendingTimers).toBe(0);
  });

  it("never settles, with nothing said of its time: after an hour", async () => {
    const { clock, transport } = await onManualClock();
    const running = madeWorkflow(["stuck"], { transport, work: { stuck: forever } }).execute();
    await clock.advance(3_600_000 + 1000);
    expect(await running).toMatchObject({ status: "failed", error: { code: "ATTUNE_STAGE_TIMEOUT" } });
  });

  it("gives what its schema refuses", async () => {
    const stage = { name: "parse", validate: z.object({ score: z.number() }) };
    const result = await madeWorkflow([stage], {
      work: { parse: () => ({ output: { score: "high" } }) },
    }).execute();
    expect(result.error).toMatchObject({ code: "ATTUNE_STAGE_OUTPUT_INVALID", details: { stage: "parse" } });
    expect(result.error?.message).toContain("score: ");
  });
});

it("what a stage does after its run has ended reaches nobody", async () => {
  const { clock, transport } = await onManualClock();
  const ended = Promise.withResolvers<void>();
  let late: Promise<unknown> | undefined;
  const workflow = madeWorkflow([{ name: "stuck", timeoutMs: 10 }], {
    transport,
    abortGraceMs: 0,
    enableCoordination: true,
    work: {
      stuck: (_, context) => {
        late = (async () => {
          await ended.promise;
          expect(context.signal.aborted).toBe(true);
          context.reportProgress(1, "done after all");
          context.recordTokens({ tokensIn: 5 });
          const sent = await context.sendSignal({ signalType: "late", targetAgent: "x" });
          const waited = await context.waitForSignal({ timeoutMs: 60_000 });
          throw new Error(JSON.stringify([sent, waited]));
        })();
        return late;
      },
    },
  });
  const running = workflow.execute();
  await clock.advance(10);
  const result = await running;
  ended.resolve();
  await expect(late).rejects.toThrow('["",null]');
  expect(result).toMatchObject({ status: "failed", tokens: { total: 0 }, stages: [{ tokensIn: 0 }] });
});

describe("retry", () => {
  it("counts nothing that an attempt still does while the next one runs", async () => {
    const { clock, transport } = await onManualClock();
    let first: WorkflowContext | undefined;
    const stage = { name: "slow", timeoutMs: 10, retry: { attempts: 2, backoffMs: 0 } };
    const workflow = madeWorkflow([stage], {
      transport,
      abortGraceMs: 0,
      work: {
        slow: (_, context) => {
          if (!first) {
            first = context;
            return forever();
          }
          first.recordTokens({ tokensIn: 5 });
          context.recordTokens({ tokensIn: 1 });
          return { output: "done" };
        },
      },
    });
    const running = workflow.execute();
    await clock.advance(10);
    expect(await running).toMatchObject({ success: true, tokens: { total: 1 }, stages: [{ attempts: 2 }] });
  });

  it("tries again after a growing pause, and counts the attempts and their tokens", async () => {
    const { clock, transport } = await onManualClock();
    const at: number[] = [];
    const attempts: number[] = [];
    const workflow = madeWorkflow([{ name: "flaky", retry: { attempts: 4, backoffMs: 100, factor: 3 } }], {
      transport,
      work: {
        flaky: (_, context) => {
          at.push(clock.monotonic());
          attempts.push(context.attempt);
          context.recordTokens({ tokensIn: 10, tokensOut: 1 });
          if (at.length < 4) throw new Error(`no ${at.length}`);
          return { output: "yes", tokensIn: 5 };
        },
      },
    });
    const running = workflow.execute();
    await clock.advance(100 + 300 + 900);
    const result = await running;
    expect(at).toEqual([0, 100, 400, 1300]);
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(result).toMatchObject({ success: true, output: "yes", tokens: { tokensIn: 45, tokensOut: 4 } });
    expect(result.stages[0]).toMatchObject({ attempts: 4, durationMs: 1300, error: null });
  });

  it("ends with the last error when no attempt succeeds", async () => {
    let calls = 0;
    const result = await madeWorkflow([{ name: "bad", retry: { attempts: 3, backoffMs: 0 } }], {
      work: {
        bad: () => {
          throw new Error(`no ${++calls}`);
        },
      },
    }).execute();
    expect(calls).toBe(3);
    expect(result.error).toMatchObject({
      code: "ATTUNE_STAGE_FAILED",
      cause: { message: "no 3" },
      details: { attempt: 3 },
    });
  });

  it("asks for the error as the stage threw it, and for each attempt", async () => {
    const asked: unknown[] = [];
    const result = await madeWorkflow(
      [
        {
          name: "bad",
          retry: {
            attempts: 5,
            backoffMs: 0,
            shouldRetry: (error, attempt) => {
              asked.push([error, attempt]);
              return attempt < 2;
            },
          },
        },
      ],
      {
        work: {
          bad: () => {
            throw new TypeError("never again");
          },
        },
      },
    ).execute();
    expect(asked).toEqual([
      [new TypeError("never again"), 1],
      [new TypeError("never again"), 2],
    ]);
    expect(result.stages[0]?.attempts).toBe(2);
  });

  it("asks for timeouts and invalid outputs by their codes", async () => {
    const codes: unknown[] = [];
    const shouldRetry = (error: unknown) => {
      codes.push((error as AttuneError).code);
      return true;
    };
    let calls = 0;
    const result = await madeWorkflow(
      [{ name: "odd", timeoutMs: 20, retry: { attempts: 3, backoffMs: 0, shouldRetry } }],
      {
        abortGraceMs: 0,
        work: { odd: () => [forever(), undefined, { output: "fine" }][calls++] },
      },
    ).execute();
    expect(codes).toEqual(["ATTUNE_STAGE_TIMEOUT", "ATTUNE_STAGE_OUTPUT_INVALID"]);
    expect(result.output).toBe("fine");
  });

  it("keeps the stage's error when the question itself fails, and says so", async () => {
    const error = vi.fn();
    const result = await madeWorkflow(
      [
        {
          name: "bad",
          retry: {
            attempts: 3,
            backoffMs: 0,
            shouldRetry: () => {
              throw new Error("in the predicate");
            },
          },
        },
      ],
      {
        logger: { debug: () => {}, info: () => {}, warn: () => {}, error },
        work: {
          bad: () => {
            throw new Error("the real one");
          },
        },
      },
    ).execute();
    expect(result.error).toMatchObject({ cause: { message: "the real one" }, details: { attempt: 1 } });
    expect(error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("in the predicate"));
  });
});

describe("skip", () => {
  it("leaves a stage out and passes its input on", async () => {
    const seen: unknown[] = [];
    const result = await madeWorkflow(
      [
        "a",
        {
          name: "b",
          skip: (input) => {
            seen.push(input);
            return "nothing to do";
          },
        },
        { name: "c", skip: async () => false },
        { name: "d", skip: () => true },
      ],
      { work: { c: (input) => ({ output: [input] }) } },
    ).execute();
    expect(seen).toEqual(["a"]);
    expect(result.output).toEqual(["a"]);
    expect(result.stages).toMatchObject([
      { name: "a", status: "completed", skipReason: null },
      { name: "b", status: "skipped", skipReason: "nothing to do", attempts: 0, output: "a" },
      { name: "c", status: "completed" },
      { name: "d", status: "skipped", skipReason: null, output: ["a"] },
    ]);
    expect(result.usage.byStage).not.toHaveProperty("b");
  });

  it("passes on JSON only, and nothing as null", async () => {
    const left = madeWorkflow([{ name: "a", skip: () => true }]);
    expect(await left.execute()).toMatchObject({ success: true, output: null });
    expect(await left.execute(new Date())).toMatchObject({
      status: "failed",
      error: { code: "ATTUNE_STAGE_OUTPUT_INVALID", cause: { code: "ATTUNE_PAYLOAD_NOT_JSON" } },
    });
  });

  it("fails the stage when the question fails", async () => {
    const cause = new Error("in skip");
    const result = await madeWorkflow([
      {
        name: "a",
        skip: () => {
          throw cause;
        },
      },
    ]).execute();
    expect(result).toMatchObject({
      status: "failed",
      failedStage: "a",
      error: { code: "ATTUNE_STAGE_FAILED", cause },
    });
  });
});

it("what a schema makes of an output is the output", async () => {
  const stage = { name: "parse", validate: z.string().transform((text) => ({ length: text.length })) };
  const result = await madeWorkflow([stage], { work: { parse: () => ({ output: "four" }) } }).execute();
  expect(result.output).toEqual({ length: 4 });
});

describe("parallel stages", () => {
  it("run at the same time on the same input, and give their outputs by name", async () => {
    let running = 0;
    let most = 0;
    const work = async (input: unknown, { stage }: { stage: string }) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running--;
      return { output: `${stage} of ${String(input)}`, tokensIn: 1 };
    };
    const result = await madeWorkflow(
      ["read", { parallel: "checks", stages: ["lint", { name: "types" }, "__proto__"] }, "sum"],
      {
        work: {
          lint: work,
          types: work,
          ["__proto__"]: work,
          sum: (input, { outputs }) => ({ output: [input, { ...outputs }] }),
        },
        tierMap: { lint: ModelTier.CHEAP },
      },
    ).execute();
    expect(most).toBe(3);
    const checks = JSON.parse(
      '{"lint": "lint of read", "types": "types of read", "__proto__": "__proto__ of read"}',
    ) as unknown;
    expect(JSON.stringify(result.output)).toBe(JSON.stringify([checks, { read: "read", checks }]));
    expect(result.stages.map(({ name, group, tier }) => [name, group, tier])).toEqual([
      ["read", null, "capable"],
      ["lint", "checks", "cheap"],
      ["types", "checks", "capable"],
      ["__proto__", "checks", "capable"],
      ["sum", null, "capable"],
    ]);
  });

  it("stop when one of them fails, and the run fails with that one", async () => {
    const cause = new Error("bad");
    let reason: unknown;
    const result = await madeWorkflow([{ parallel: "both", stages: ["bad", "good", "long"] }, "never"], {
      work: {
        bad: async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          throw cause;
        },
        long: (_, { signal }) =>
          new Promise((_, reject) =>
            signal.addEventListener("abort", () => {
              reason = signal.reason;
              reject(signal.reason);
            }),
          ),
      },
    }).execute();
    expect(result).toMatchObject({ status: "failed", failedStage: "bad", error: { cause } });
    expect(reason).toBe(result.error);
    expect(result.stages.map(({ name, status }) => [name, status])).toEqual([
      ["bad", "failed"],
      ["good", "completed"],
      ["long", "cancelled"],
    ]);
    expect(result.stages[2]?.error).toBe(result.error);
  });
});

it("adds up tokens, time and costs by stage and by tier", async () => {
  const { clock, transport } = await onManualClock();
  const takes = (ms: number, tokensIn: number, tokensOut: number) => () =>
    new Promise((resolve) => clock.setTimer(() => resolve({ output: 1, tokensIn, tokensOut }), ms));
  const prices = {
    cheap: { perMillionIn: 1, perMillionOut: 2 },
    capable: { perMillionIn: 3, perMillionOut: 15 },
  };
  const make = (tierMap: Record<string, ModelTier>) =>
    madeWorkflow(["a", "b", { parallel: "p", stages: ["c", "d"] }], {
      transport,
      prices,
      tierMap,
      work: {
        a: takes(100, 1_000_000, 500_000),
        b: takes(50, 100, 0),
        c: takes(30, 0, 0),
        d: takes(20, 200_000, 10),
      },
    });
  const running = make({ a: "cheap", d: "cheap" }).execute();
  await clock.advance(180);
  const { usage, tokens, durationMs } = await running;
  expect(durationMs).toBe(180);
  expect(tokens).toEqual({ tokensIn: 1_200_100, tokensOut: 500_010, total: 1_700_110 });
  expect(usage).toMatchObject({ ...tokens, durationMs: 200 });
  expect(usage.cost).toBeCloseTo(1 + 1 + 0.0003 + 0.2 + 0.00002, 10);
  expect(usage.byStage.a).toEqual({
    tier: "cheap",
    tokensIn: 1_000_000,
    tokensOut: 500_000,
    total: 1_500_000,
    durationMs: 100,
    cost: 2,
  });
  expect(usage.byTier).toMatchObject({
    cheap: { stages: 2, tokensIn: 1_200_000, durationMs: 120 },
    capable: { stages: 2, tokensIn: 100, durationMs: 80 },
  });
  expect(usage.byTier).not.toHaveProperty("premium");
  // A tier without a price: what it cost is not known, and neither is the sum.
  const other = make({ b: "premium" }).execute();
  await clock.advance(180);
  const unknown = (await other).usage;
  expect([unknown.cost, unknown.byTier.premium?.cost, unknown.byStage.c?.cost]).toEqual([null, null, 0]);
});

it("a stage may take apart its context", async () => {
  const workflow = madeWorkflow(["a"], {
    work: {
      a: async (
        _,
        { reportProgress, recordTokens, sendSignal, waitForSignal, checkSignal, waitForAny, waitForAll },
      ) => {
        reportProgress(0.5);
        recordTokens({ tokensIn: 3 });
        return {
          output: [
            await sendSignal({ signalType: "x" }),
            await waitForSignal(),
            await checkSignal(),
            await waitForAny([{}]),
            await waitForAll({ count: 1 }),
          ],
        };
      },
    },
  });
  expect(await workflow.execute()).toMatchObject({
    output: ["", null, null, null, null],
    tokens: { tokensIn: 3 },
  });
});
