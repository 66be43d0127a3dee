/** The types of the public surface. */
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  BaseWorkflow,
  defineWorkflow,
  ModelTier,
  runAll,
  type StageReturn,
  type WorkflowContext,
  type WorkflowResult,
} from "../src/index.ts";

class Review extends BaseWorkflow<{ files: string[] }, number> {
  readonly name = "review";
  readonly stages = ["read", "judge"];
  override readonly tierMap = { read: ModelTier.CHEAP };
  async runStage(stage: "read" | "judge", tier: ModelTier, input: { files: string[] }): Promise<StageReturn> {
    return { output: stage.length + tier.length + input.files.length, tokensIn: 1, tokensOut: 2 };
  }
}

class Free extends BaseWorkflow {
  readonly name = "free";
  readonly stages = ["only"];
  runStage(_stage: string, _tier: ModelTier, _input: unknown, context: WorkflowContext) {
    expectTypeOf(context.tier).toEqualTypeOf<ModelTier>();
    expectTypeOf(context.previousOutput).toBeUnknown();
    return { output: 1 };
  }
}

describe("BaseWorkflow", () => {
  it("takes its input and gives its output", () => {
    const review = new Review();
    expectTypeOf(review.execute({ files: [] })).resolves.toEqualTypeOf<WorkflowResult<number>>();
    // @ts-expect-error the input is missing
    void (() => review.execute());
    // @ts-expect-error no input of this workflow
    void (() => review.execute({ files: 1 }));
  });

  it("needs no input where it says nothing of one", () => {
    expectTypeOf(new Free().execute()).resolves.toEqualTypeOf<WorkflowResult>();
    expectTypeOf(new Free().execute("anything", { runId: "r" })).resolves.toEqualTypeOf<WorkflowResult>();
  });

  it("gives a result that success tells apart", () => {
    const look = (result: WorkflowResult<number>) => {
      if (result.success) {
        expectTypeOf(result.output).toBeNumber();
        expectTypeOf(result.error).toBeNull();
        expectTypeOf(result.status).toEqualTypeOf<"completed">();
      } else {
        expectTypeOf(result.output).toBeNull();
        expectTypeOf(result.error.code).toBeString();
        expectTypeOf(result.status).toEqualTypeOf<"failed" | "cancelled">();
      }
    };
    void look;
  });

  it("knows no other tiers", () => {
    // @ts-expect-error no tier
    const tier: ModelTier = "huge";
    void tier;
  });
});

describe("defineWorkflow", () => {
  it("types each stage's input by the output of the one before", () => {
    const Counting = defineWorkflow({
      name: "counting",
      stages: [
        { name: "split", run: async (text: string) => ({ output: text.split(" ") }) },
        {
          name: "count",
          run: (words, context) => {
            expectTypeOf(words).toEqualTypeOf<string[]>();
            expectTypeOf(context).toEqualTypeOf<WorkflowContext>();
            return { output: words.length };
          },
        },
        {
          name: "tell",
          tier: ModelTier.PREMIUM,
          run: (count) => {
            expectTypeOf(count).toBeNumber();
            return { output: { count } };
          },
        },
      ],
    });
    const counting = new Counting();
    expectTypeOf(counting).toExtend<BaseWorkflow<string, { count: number }>>();
    expectTypeOf(counting.execute("a b")).resolves.toEqualTypeOf<WorkflowResult<{ count: number }>>();
    // @ts-expect-error the workflow takes a text
    void (() => counting.execute(1));
    // @ts-expect-error the input is missing
    void (() => counting.execute());
  });

  it("refuses a stage that takes something else than the one before gives", () => {
    void (() =>
      defineWorkflow({
        name: "wrong",
        // @ts-expect-error it gives a text, the next one takes a number
        stages: [
          { name: "a", run: (n: number) => ({ output: String(n) }) },
          { name: "b", run: (n: number) => ({ output: n }) },
        ],
      }));
  });

  it("refuses no stages, and a stage that returns nothing", () => {
    // @ts-expect-error no stages
    void (() => defineWorkflow({ name: "none", stages: [] }));
    // @ts-expect-error no output
    void (() => defineWorkflow({ name: "nothing", stages: [{ name: "a", run: () => {} }] }));
  });

  it("refuses an output that does not survive JSON", () => {
    void (() =>
      defineWorkflow({
        name: "dates",
        // @ts-expect-error a Date
        stages: [{ name: "a", run: () => ({ output: new Date() }) }],
      }));
  });

  it("takes the type of a validated output from its schema", () => {
    const Parsing = defineWorkflow({
      name: "parsing",
      stages: [
        {
          name: "parse",
          run: (text: string) => ({ output: JSON.parse(text) as unknown }),
          validate: z.object({ score: z.number() }),
        },
        { name: "double", run: ({ score }) => ({ output: score * 2 }) },
      ],
    });
    expectTypeOf(new Parsing().execute("{}")).resolves.toEqualTypeOf<WorkflowResult<number>>();
  });

  it("lets only a stage be left out whose input can stand for its output", () => {
    defineWorkflow({
      name: "skips",
      stages: [
        { name: "trim", skip: (text) => text === "", run: (text: string) => ({ output: text.trim() }) },
      ],
    });
    void (() =>
      defineWorkflow({
        name: "skips",
        // @ts-expect-error a text is no number
        stages: [
          { name: "length", skip: (text) => text === "", run: (text: string) => ({ output: text.length }) },
        ],
      }));
  });

  it("gives the outputs of parallel stages by name", () => {
    const Checks = defineWorkflow({
      name: "checks",
      stages: [
        { name: "read", run: (path: string) => ({ output: [path] }) },
        {
          parallel: "checks",
          stages: {
            count: { tier: ModelTier.CHEAP, run: (lines) => ({ output: lines.length }) },
            longest: { tier: ModelTier.CHEAP, run: async (lines) => ({ output: lines.join("") }) },
          },
        },
        {
          name: "sum",
          run: (checks) => {
            expectTypeOf(checks.count).toBeNumber();
            expectTypeOf(checks.longest).toBeString();
            return { output: checks.count + checks.longest.length };
          },
        },
      ],
    });
    expectTypeOf(new Checks().execute("x")).resolves.toEqualTypeOf<WorkflowResult<number>>();
  });
});

describe("defineWorkflow, with annotations here and there,", () => {
  it("takes right ones", () => {
    const Mixed = defineWorkflow({
      name: "mixed",
      stages: [
        { name: "a", run: (text: string) => ({ output: text.length }) },
        { name: "b", run: (length) => ({ output: String(length) }) },
        { name: "c", run: (text: string | undefined) => ({ output: text ?? "" }) },
        { name: "d", run: async (text: unknown) => ({ output: [text === null] }) },
      ],
    });
    expectTypeOf(new Mixed().execute("x")).resolves.toEqualTypeOf<WorkflowResult<boolean[]>>();
  });

  it("finds wrong ones, in groups as well", () => {
    void (() =>
      defineWorkflow({
        name: "w",
        // @ts-expect-error a group gives an object
        stages: [
          { parallel: "g", stages: { n: { tier: ModelTier.CHEAP, run: (s: string) => ({ output: s }) } } },
          { name: "b", run: (text: string) => ({ output: text }) },
        ],
      }));
    void (() =>
      defineWorkflow({
        name: "w",
        // @ts-expect-error a member that is left out would give a text
        stages: [
          {
            parallel: "g",
            stages: {
              n: { tier: ModelTier.CHEAP, skip: () => true, run: (s: string) => ({ output: s.length }) },
            },
          },
        ],
      }));
    void (() =>
      defineWorkflow({
        name: "w",
        // @ts-expect-error a function does not survive JSON
        stages: [
          {
            parallel: "g",
            stages: { n: { tier: ModelTier.CHEAP, run: (_: string) => ({ output: () => 1 }) } },
          },
        ],
      }));
  });

  it("types a validated member of a group by its schema", () => {
    const Grouped = defineWorkflow({
      name: "grouped",
      stages: [
        {
          parallel: "g",
          stages: {
            n: {
              tier: ModelTier.CHEAP,
              validate: z.number().transform(String),
              run: (s: string) => ({ output: s.length }),
            },
          },
        },
      ],
    });
    expectTypeOf(new Grouped().execute("x")).resolves.toExtend<
      { readonly success: false } | { readonly output: { readonly n: string } }
    >();
  });

  it("makes a class that can be extended", () => {
    const Base = defineWorkflow({
      name: "base",
      stages: [{ name: "a", run: (n: number) => ({ output: n + 1 }) }],
    });
    class Extended extends Base {}
    expectTypeOf(new Extended({ agentId: "x" }).execute(1)).resolves.toEqualTypeOf<WorkflowResult<number>>();
  });
});

describe("runAll", () => {
  it("gives each workflow's result in its place, and checks each input", () => {
    const results = runAll([{ workflow: new Review(), input: { files: [] } }, { workflow: new Free() }]);
    expectTypeOf(results).resolves.toEqualTypeOf<[WorkflowResult<number>, WorkflowResult]>();
    // @ts-expect-error no input of this workflow
    void (() => runAll([{ workflow: new Review(), input: { files: 1 } }]));
    // @ts-expect-error the input is missing
    void (() => runAll([{ workflow: new Review() }]));
  });

  it("takes a list of any length", () => {
    const many = [1, 2].map(() => ({ workflow: new Review(), input: { files: [] as string[] } }));
    expectTypeOf(runAll(many)).resolves.toEqualTypeOf<WorkflowResult<number>[]>();
  });
});
