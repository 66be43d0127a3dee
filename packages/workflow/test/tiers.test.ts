import {
  BaseWorkflow,
  ModelTier,
  type StageEntry,
  type StageReturn,
  type TierPolicy,
  type WorkflowContext,
  type WorkflowOptions,
} from "@attune/workflow";
import { loggerInto } from "@attune-tools/every-store";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { forever, madeWorkflow } from "./made-workflow.ts";

describe("tierFallback", () => {
  const stage = (more: object = {}): StageEntry => ({ name: "a", tierFallback: true, ...more });

  it("tries a stage with the next higher tier, and counts what the lower ones have used", async () => {
    const seen: unknown[] = [];
    const workflow = madeWorkflow([stage({ retry: { attempts: 2, backoffMs: 0 } })], {
      tierMap: { a: ModelTier.CHEAP },
      prices: {
        cheap: { perMillionIn: 1, perMillionOut: 0 },
        capable: { perMillionIn: 10, perMillionOut: 0 },
      },
      work: {
        a: (_, { tier, attempt, recordTokens }) => {
          seen.push([tier, attempt]);
          recordTokens({ tokensIn: 1000 });
          if (tier === "cheap") throw new Error("too hard");
          return { output: tier, tokensIn: 500 };
        },
      },
    });
    const result = await workflow.execute();
    expect(seen).toEqual([
      ["cheap", 1],
      ["cheap", 2],
      ["capable", 3],
    ]);
    expect(result).toMatchObject({ success: true, output: "capable", tokens: { tokensIn: 3500 } });
    expect(result.stages[0]).toMatchObject({
      tier: "capable",
      attempts: 3,
      tiers: [
        { tier: "cheap", attempts: 2, tokensIn: 2000 },
        { tier: "capable", attempts: 1, tokensIn: 1500 },
      ],
    });
    expect(result.usage.byTier).toMatchObject({ cheap: { tokensIn: 2000 }, capable: { tokensIn: 1500 } });
    expect(result.usage.cost).toBeCloseTo(0.002 + 0.015, 10);
  });

  it("ends with the error of the highest", async () => {
    const result = await madeWorkflow([stage()], {
      work: {
        a: (_, { tier }) => {
          throw new Error(`not even ${tier}`);
        },
      },
    }).execute();
    expect(result.error).toMatchObject({
      code: "ATTUNE_STAGE_FAILED",
      cause: { message: "not even premium" },
      details: { tier: "premium" },
    });
    expect(result.stages[0]?.tiers.map(({ tier }) => tier)).toEqual(["capable", "premium"]);
  });

  it("is not done unless it is asked for, nor after a cancellation", async () => {
    const failing = {
      a: () => {
        throw new Error("no");
      },
    };
    expect((await madeWorkflow(["a"], { work: failing }).execute()).stages[0]?.tiers).toHaveLength(1);
    const controller = new AbortController();
    const result = await madeWorkflow([stage()], {
      work: {
        a: () => {
          controller.abort();
          throw new Error("no");
        },
      },
    }).execute(1, { signal: controller.signal });
    expect(result.status).toBe("cancelled");
    expect(result.stages[0]?.tiers).toHaveLength(1);
    await expect(madeWorkflow([stage({ tierFallback: 1 })]).execute()).rejects.toMatchObject({
      code: "ATTUNE_WORKFLOW_INVALID",
    });
  });
});

/** Recommends what it is told to, and remembers what it is told. */
function policy(recommended: Partial<Record<ModelTier, ModelTier>> = {}) {
  const asked: unknown[] = [];
  const told: unknown[] = [];
  const made: TierPolicy = {
    async recommendTier(request) {
      asked.push([request.stageName, request.currentTier]);
      return { recommendedTier: recommended[request.currentTier] ?? request.currentTier };
    },
    async recordFeedback({ workflowName, stageName, tier, qualityScore, metadata }) {
      told.push([workflowName, stageName, tier, qualityScore, metadata.run_id]);
      return "id";
    },
  };
  return { made, asked, told };
}

class Rated extends BaseWorkflow<number, number> {
  override readonly name = "rated";
  override readonly stages: readonly StageEntry[] = ["guess", "keep"];
  override readonly tierMap = { guess: ModelTier.CHEAP };
  readonly #judge: (output: unknown) => unknown;

  constructor(
    options: WorkflowOptions,
    judge: (output: unknown) => unknown = (output) => (output as number) / 10,
  ) {
    super(options);
    this.#judge = judge;
  }

  override async runStage(
    stage: string,
    tier: ModelTier,
    input: unknown,
    _context: WorkflowContext,
  ): Promise<StageReturn> {
    return { output: stage === "guess" ? { cheap: 3, capable: 6, premium: 9 }[tier] : input };
  }

  override quality(stage: string, output: unknown): number | null | Promise<number | null> {
    return stage === "guess" ? (this.#judge(output) as number) : null;
  }
}

describe("a tier policy", () => {
  it("is asked before each stage, from the tier that it had, and told what the output was worth", async () => {
    const { made, asked, told } = policy({ cheap: "capable", capable: "premium" });
    const workflow = new Rated({ tierPolicy: made });
    for (const runId of ["one", "two"]) {
      const result = await workflow.execute(0, { runId });
      expect(result.stages[0]?.tier).toBe(runId === "one" ? "capable" : "premium");
    }
    expect(asked).toEqual([
      ["guess", "cheap"],
      ["keep", "capable"],
      ["guess", "capable"],
      ["keep", "premium"],
    ]);
    expect(told).toEqual([
      ["rated", "guess", "capable", 0.6, "one"],
      ["rated", "guess", "premium", 0.9, "two"],
    ]);
  });

  it("may try a tier once, after which the stage has the one that it had", async () => {
    const { made, asked } = policy();
    let tries = 0;
    const recommendTier: TierPolicy["recommendTier"] = async (request) => {
      await made.recommendTier(request);
      return tries++ === 0
        ? { recommendedTier: "premium", exploring: true }
        : { recommendedTier: request.currentTier, exploring: false };
    };
    const workflow = madeWorkflow(["a"], { tierPolicy: { ...made, recommendTier } });
    expect((await workflow.execute()).stages[0]?.tier).toBe("premium");
    expect((await workflow.execute()).stages[0]?.tier).toBe("capable");
    expect(asked).toEqual([
      ["a", "capable"],
      ["a", "capable"],
    ]);
  });

  it("hears of outputs that were not of the form that they should have", async () => {
    const { made, told } = policy();
    const workflow = madeWorkflow([{ name: "parse", validate: z.number(), tierFallback: true }], {
      tierPolicy: made,
      work: { parse: (_, { tier }) => ({ output: tier === "capable" ? "seven" : 7 }) },
    });
    expect(await workflow.execute(0, { runId: "r" })).toMatchObject({ success: true, output: 7 });
    expect(told).toEqual([["made", "parse", "capable", 0, "r"]]);
  });

  it("that fails, or says nonsense, changes no tier and hurts no run", async () => {
    for (const recommendTier of [
      () => Promise.reject(new Error("down")),
      () => {
        throw new Error("down");
      },
      async () => ({ recommendedTier: "huge" as ModelTier }),
      async () => undefined as never,
    ]) {
      const warnings: string[] = [];
      const recordFeedback = () => Promise.reject(new Error("down"));
      const workflow = new Rated({
        tierPolicy: { recommendTier, recordFeedback },
        logger: loggerInto(warnings),
      });
      expect(await workflow.execute(0)).toMatchObject({
        success: true,
        output: 3,
        stages: [{ tier: "cheap" }, { tier: "capable" }],
      });
      expect(warnings).toHaveLength(1);
    }
    const judged = policy();
    const warnings: string[] = [];
    const throwing = new Rated({ tierPolicy: judged.made, logger: loggerInto(warnings) }, () => {
      throw new Error("cannot judge");
    });
    expect((await throwing.execute(0)).success).toBe(true);
    expect(judged.told).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(() => new Rated({ tierPolicy: {} as never })).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
  });

  it("that never answers holds a cancelled run no longer than it takes", async () => {
    const workflow = new Rated({ tierPolicy: { recommendTier: forever, recordFeedback: forever } });
    expect((await workflow.execute(0, { signal: AbortSignal.timeout(20) })).status).toBe("cancelled");
  });
});
