import {
  BaseWorkflow,
  defineWorkflow,
  ModelTier,
  type StageEntry,
  type WorkflowContext,
} from "@attune/workflow";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { forever, madeWorkflow } from "./made-workflow.ts";

describe("a workflow that cannot be run is refused before any of its stages is", () => {
  const cases: [string, readonly StageEntry[], object, string][] = [
    ["no stages", [], {}, "has no stages"],
    ["two stages of one name", ["a", "b", "a"], {}, 'two stages or groups called "a"'],
    ["a stage in and out of a group", ["a", { parallel: "g", stages: ["a"] }], {}, 'called "a"'],
    ["a group of the name of a stage", ["a", { parallel: "a", stages: ["b"] }], {}, 'called "a"'],
    ["a group without stages", [{ parallel: "g", stages: [] }], {}, "group without stages"],
    ["a stage without a name", [{ name: "" }], {}, "the name of a stage"],
    ["a stage that is none", [7 as unknown as string], {}, "neither a name nor an object"],
    ["a name that is too long", ["x".repeat(257)], {}, "256 bytes"],
    ["a tier for an unknown stage", ["a"], { tierMap: { b: ModelTier.CHEAP } }, 'tier for "b"'],
    ["a tier that is none", ["a"], { tierMap: { a: "huge" } }, "tier must be one of"],
    ["no name", ["a"], { name: "" }, "without a name"],
    ["a timeout of 0", [{ name: "a", timeoutMs: 0 }], {}, "timeoutMs"],
    ["a progress timeout of 1.5", [{ name: "a", progressTimeoutMs: 1.5 }], {}, "progressTimeoutMs"],
    ["no attempts", [{ name: "a", retry: { attempts: 0 } }], {}, "retry.attempts"],
    ["a shrinking pause", [{ name: "a", retry: { factor: 0.5 } }], {}, "retry.factor"],
    ["a predicate that is none", [{ name: "a", retry: { shouldRetry: true as never } }], {}, "shouldRetry"],
    ["a skip that is none", [{ name: "a", skip: true as never }], {}, "skip"],
    ["a schema that is none", [{ name: "a", validate: {} as never }], {}, "Standard Schema"],
  ];
  it.each(cases)("%s", async (_, stages, making, words) => {
    let ran = 0;
    const counted = { a: () => ({ output: ++ran }) };
    const rejection = expect(madeWorkflow(stages, { work: counted, ...making }).execute()).rejects;
    await rejection.toMatchObject({
      code: "ATTUNE_WORKFLOW_INVALID",
      message: expect.stringContaining(words),
    });
    expect(ran).toBe(0);
  });

  it("a subclass that says nothing of stages", async () => {
    // What TypeScript refuses, JavaScript does.
    abstract class Bare extends BaseWorkflow {
      override readonly name = "bare";
    }
    // @ts-expect-error it is abstract
    await expect(new Bare().execute()).rejects.toMatchObject({ code: "ATTUNE_WORKFLOW_INVALID" });
  });
});

describe("options and arguments out of their bounds are refused", () => {
  it.each([
    [{ abortGraceMs: -1 }, "abortGraceMs"],
    [{ agentId: "" }, "agentId"],
    [{ enableStreaming: 1 as unknown as boolean }, "enableStreaming"],
    [{ abortOn: "abort" as unknown as string[] }, "abortOn"],
    [{ abortOn: [""] }, "abortOn"],
    [{ progressTimeoutMs: 0 }, "progressTimeoutMs"],
    [{ prices: { huge: { perMillionIn: 1, perMillionOut: 1 } } as object }, "prices"],
    [{ prices: { cheap: { perMillionIn: -1, perMillionOut: 1 } } }, "prices"],
    [{ heartbeat: { ttlMs: 1 } }, "ttlMs"],
    [{ signals: { defaultTtlMs: 0 } }, "defaultTtlMs"],
  ])("%j", (options, argument) => {
    expect(() => madeWorkflow(["a"], options)).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID", details: { argument } }),
    );
  });

  it.each([
    [{ runId: "" }, "runId"],
    [{ runId: "x".repeat(255) }, "agentId"],
    [{ signal: {} as AbortSignal }, "signal"],
    ["text" as unknown as object, "options"],
  ])("execute with %j", async (options, argument) => {
    await expect(madeWorkflow(["a"]).execute(1, options)).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
      details: { argument },
    });
  });

  it("in a stage, with the flags off as well", async () => {
    const caught: unknown[] = [];
    const attempt = (work: () => void) => {
      try {
        work();
      } catch (error) {
        caught.push((error as { code?: string }).code);
      }
    };
    const result = await madeWorkflow(["a"], {
      work: {
        a: (_, context) => {
          attempt(() => context.reportProgress(1.1));
          attempt(() => context.reportProgress(Number.NaN));
          attempt(() => context.reportProgress(0.5, "x".repeat(1025)));
          attempt(() => context.recordTokens({ tokensIn: -1 }));
          return { output: 1 };
        },
      },
    }).execute();
    expect(caught).toEqual(Array.from({ length: 4 }, () => "ATTUNE_ARGUMENT_INVALID"));
    expect(result.success).toBe(true);
  });
});

describe("an instance", () => {
  it("runs again and again", async () => {
    let runs = 0;
    const workflow = madeWorkflow(["a"], { work: { a: () => ({ output: ++runs }) }, agentId: "fixed" });
    expect((await workflow.execute()).output).toBe(1);
    expect((await workflow.execute()).output).toBe(2);
  });

  it("runs several times at once, each as an agent of its own", async () => {
    const agents = new Set<string>();
    const workflow = madeWorkflow(["a", "b"], {
      work: {
        a: async (input, { agentId }) => {
          agents.add(agentId);
          await new Promise((resolve) => setTimeout(resolve, 5));
          return { output: input };
        },
        b: (input) => ({ output: [input] }),
      },
    });
    const results = await Promise.all([1, 2, 3].map((n) => workflow.execute(n)));
    expect(results.map(({ output }) => output)).toEqual([[1], [2], [3]]);
    expect(agents.size).toBe(3);
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(3);
  });

  it.each([
    [{ agentId: "fixed" }, {}],
    [{}, { runId: "same" }],
  ])(
    "with %j and %j refuses a second run of the same agent meanwhile, and takes it afterwards",
    async (options, run) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const workflow = madeWorkflow(["a"], {
        ...options,
        work: { a: () => promise.then(() => ({ output: 1 })) },
      });
      const first = workflow.execute(1, run);
      await expect(workflow.execute(2, run)).rejects.toMatchObject({ code: "ATTUNE_WORKFLOW_STATE" });
      resolve();
      expect((await first).success).toBe(true);
      expect((await workflow.execute(3, run)).success).toBe(true);
    },
  );

  it("can be closed twice, cancels what runs, and is over then", async () => {
    const workflow = madeWorkflow(["a"], { abortGraceMs: 0, work: { a: forever } });
    const running = workflow.execute();
    await Promise.all([workflow.close(), workflow.close()]);
    expect(await running).toMatchObject({
      status: "cancelled",
      error: { code: "ATTUNE_WORKFLOW_CANCELLED", details: { by: "close" } },
    });
    await expect(workflow.execute()).rejects.toMatchObject({ code: "ATTUNE_WORKFLOW_STATE" });
  });
});

describe("defineWorkflow", () => {
  const Review = defineWorkflow({
    name: "review",
    stages: [
      {
        name: "split",
        tier: ModelTier.CHEAP,
        run: (text: string) => ({ output: text.split(" "), tokensIn: 1 }),
      },
      {
        parallel: "look",
        stages: {
          count: { tier: ModelTier.CHEAP, run: (words) => ({ output: words.length }) },
          longest: {
            tier: ModelTier.PREMIUM,
            run: async (words) => ({ output: words.toSorted((a, b) => b.length - a.length)[0]! }),
          },
        },
      },
      {
        name: "tell",
        validate: z.object({ told: z.string() }),
        run: ({ count, longest }, context: WorkflowContext) => ({
          output: { told: `${count} ${longest} ${context.stage}` } as unknown,
        }),
      },
      {
        name: "shout",
        skip: ({ told }) => told.startsWith("1 "),
        run: ({ told }) => ({ output: { told: told.toUpperCase() } }),
      },
    ],
  });

  it("makes a class like any other workflow", async () => {
    const review = new Review({ agentId: "me" });
    expect(review).toBeInstanceOf(BaseWorkflow);
    expect(review.name).toBe("review");
    const result = await review.execute("a fine text");
    expect(result.output).toEqual({ told: "3 FINE TELL" });
    expect(result.stages.map(({ name, tier, status }) => [name, tier, status])).toEqual([
      ["split", "cheap", "completed"],
      ["count", "cheap", "completed"],
      ["longest", "premium", "completed"],
      ["tell", "capable", "completed"],
      ["shout", "capable", "completed"],
    ]);
    expect((await review.execute("one")).stages.at(-1)).toMatchObject({
      status: "skipped",
      output: { told: "1 one tell" },
    });
  });

  it("refuses where it is written what cannot be run", () => {
    const run = () => ({ output: 1 });
    const wrong = (stages: unknown) => () => defineWorkflow({ name: "w", stages } as never);
    for (const stages of [
      undefined,
      [],
      ["a"],
      [{ name: "a" }],
      [
        { name: "a", run },
        { name: "a", run },
      ],
      [{ name: "a", run, tier: "huge" }],
      [{ parallel: "g" }],
      [{ parallel: "g", stages: {} }],
      [null],
    ]) {
      expect(wrong(stages), JSON.stringify(stages)).toThrow(
        expect.objectContaining({ code: "ATTUNE_WORKFLOW_INVALID" }),
      );
    }
  });
});
