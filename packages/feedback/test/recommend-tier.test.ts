import { FeedbackLoop, type Tier } from "@attune/feedback";
import { describe, expect, it } from "vitest";
import { blockOf } from "../src/quality-blocks.ts";
import { statsOf } from "../src/quality-stats.ts";
import { recommendationFor } from "../src/recommend-tier.ts";
import { onMemory } from "./on-memory.ts";

const stats = (count: number, score: number) =>
  statsOf(Array.from({ length: count }, (_, index) => blockOf(score, index)));

interface Known {
  readonly cheap?: readonly [count: number, score: number];
  readonly capable?: readonly [count: number, score: number];
  readonly premium?: readonly [count: number, score: number];
  readonly sinceChange?: number;
  readonly explores?: boolean;
}

function recommend(currentTier: Tier, known: Known) {
  const of = (given: readonly [number, number] | undefined) => (given ? stats(...given) : null);
  return recommendationFor({
    currentTier,
    stats: { cheap: of(known.cheap), capable: of(known.capable), premium: of(known.premium) },
    sinceChange: known.sinceChange ?? null,
    explores: known.explores ?? false,
  });
}

describe("the recommended tier", () => {
  it.each<[string, Tier, Known, Tier, number]>([
    ["nothing is known", "capable", {}, "capable", 0],
    ["9 ratings are too few", "cheap", { cheap: [9, 0] }, "cheap", 0],
    ["10 ratings below 0.7: one up", "cheap", { cheap: [10, 0.69] }, "capable", 0.5],
    ["only one up", "cheap", { cheap: [100, 0], capable: [100, 0] }, "capable", 1],
    ["exactly 0.7 is not below", "cheap", { cheap: [10, 0.7] }, "cheap", 0.5],
    ["exactly 0.7 is not below, of many", "cheap", { cheap: [1000, 0.7] }, "cheap", 1],
    ["a little below 0.7 is", "cheap", { cheap: [10, 0.69999] }, "capable", 0.5],
    ["nothing above premium", "premium", { premium: [19, 0.1] }, "premium", 0.95],
    ["capable goes to premium", "capable", { capable: [20, 0.1] }, "premium", 1],
    ["exactly 0.9 is not above", "capable", { capable: [10, 0.9], cheap: [10, 1] }, "capable", 0.5],
    ["above 0.9 and a good cheaper one", "capable", { capable: [10, 0.91], cheap: [10, 0.86] }, "cheap", 0.5],
    ["exactly 0.85 is not above", "capable", { capable: [10, 0.91], cheap: [10, 0.85] }, "capable", 0.5],
    ["9 ratings of the cheaper one", "capable", { capable: [10, 1], cheap: [9, 1] }, "capable", 0.5],
    ["one lucky sample", "capable", { capable: [30, 1], cheap: [1, 1] }, "capable", 1],
    ["only one down", "premium", { premium: [10, 1], capable: [0, 1], cheap: [50, 1] }, "premium", 0.5],
    ["premium goes to capable", "premium", { premium: [10, 1], capable: [10, 0.9] }, "capable", 0.5],
    ["nothing below cheap", "cheap", { cheap: [10, 1] }, "cheap", 0.5],
    ["9 ratings since a change", "cheap", { cheap: [50, 0.1], sinceChange: 9 }, "cheap", 1],
    ["10 ratings since a change", "cheap", { cheap: [50, 0.1], sinceChange: 10 }, "capable", 1],
  ])("%s", (_, currentTier, known, recommendedTier, confidence) => {
    const recommendation = recommend(currentTier, known);
    expect(recommendation).toMatchObject({ recommendedTier, currentTier, confidence, exploring: false });
    const own: readonly [number, number] | undefined = known[currentTier];
    expect(recommendation.stats).toEqual(own ? stats(...own) : null);
  });

  it("comes with the reason", () => {
    expect(recommend("cheap", { cheap: [3, 1] }).reason).toBe("3 of the 10 ratings that are needed");
    expect(recommend("cheap", { cheap: [10, 0.6996] }).reason).toBe(
      "the average quality of cheap is 0.6996, below 0.7",
    );
    expect(recommend("capable", { capable: [10, 1], cheap: [10, 0.8] }).reason).toBe(
      "the average quality of capable is 1, and that of cheap is 0.8, not above 0.85",
    );
  });
});

it("0.7 on average is not poor, whatever its sum is in binary", async () => {
  const { feedback } = await onMemory();
  const stage = { workflowName: "review", stageName: "judge" };
  // Added one by one, and divided by 12, they give 0.6999999999999998.
  for (let time = 0; time < 12; time++) {
    await feedback.recordFeedback({ ...stage, tier: "cheap", qualityScore: time % 2 === 0 ? 0.6 : 0.8 });
  }
  expect(await feedback.recommendTier({ ...stage, currentTier: "cheap" })).toMatchObject({
    recommendedTier: "cheap",
    reason: "the average quality of cheap is 0.7",
  });
  expect(await feedback.getUnderperformingStages()).toEqual([]);
});

describe("exploring", () => {
  it("tries the cheaper tier while too little is known of it, and only then", () => {
    const explores = true;
    expect(recommend("capable", { capable: [10, 0.95], cheap: [9, 0.2], explores })).toMatchObject({
      recommendedTier: "cheap",
      exploring: true,
      confidence: 0,
    });
    for (const known of [
      { capable: [10, 0.95], cheap: [10, 0.2] },
      { capable: [10, 0.9] },
      { capable: [9, 1] },
      { capable: [10, 1], sinceChange: 9 },
    ] as const) {
      expect(recommend("capable", { ...known, explores })).toMatchObject({
        recommendedTier: "capable",
        exploring: false,
      });
    }
  });

  it("is done in the given part of the cases, and is no change of the tier", async () => {
    let next = 0;
    const { feedback, transport } = await onMemory({
      explorationRate: 0.25,
      random: () => (next++ % 100) / 100,
    });
    const stage = { workflowName: "review", stageName: "judge" };
    for (let time = 0; time < 10; time++) {
      await feedback.recordFeedback({ ...stage, tier: "premium", qualityScore: 1 });
    }
    let explored = 0;
    for (let time = 0; time < 100; time++) {
      const { exploring, recommendedTier } = await feedback.recommendTier({
        ...stage,
        currentTier: "premium",
      });
      expect(recommendedTier).toBe(exploring ? "capable" : "premium");
      if (exploring) explored++;
    }
    expect(explored).toBe(25);
    const { records } = await transport.records.list({ bucket: "feedback", from: null, count: 10 });
    expect(records.map(({ key }) => key)).toEqual([expect.stringMatching(/:premium$/)]);
    // What was tried is rated, and once enough is known of it it is recommended for good.
    for (let time = 0; time < 10; time++) {
      await feedback.recordFeedback({ ...stage, tier: "capable", qualityScore: 0.9 });
    }
    const never = new FeedbackLoop({ transport });
    expect(await never.recommendTier({ ...stage, currentTier: "premium" })).toMatchObject({
      recommendedTier: "capable",
      exploring: false,
    });
  });
});

it("a preview says the same, and remembers nothing: the tier that nobody has taken up is not waited for", async () => {
  const { feedback, transport } = await onMemory({ explorationRate: 1, random: () => 0 });
  const stage = { workflowName: "review", stageName: "judge" };
  for (let time = 0; time < 10; time++) {
    await feedback.recordFeedback({ ...stage, tier: "cheap", qualityScore: 0.1 });
    await feedback.recordFeedback({ ...stage, tier: "capable", qualityScore: 0.1 });
    await feedback.recordFeedback({ ...stage, tier: "premium", qualityScore: 1 });
  }
  const changes = async () => {
    const { records } = await transport.records.list({ bucket: "feedback", from: null, count: 10 });
    return records.filter(({ key }) => !key.includes(":"));
  };
  const preview = await feedback.previewTier({ ...stage, currentTier: "cheap" });
  expect(preview).toMatchObject({ recommendedTier: "capable", currentTier: "cheap", confidence: 0.5 });
  expect(await feedback.previewTier({ ...stage, currentTier: "capable" })).toMatchObject({
    recommendedTier: "premium",
  });
  expect(await changes()).toEqual([]);
  expect(await feedback.recommendTier({ ...stage, currentTier: "cheap" })).toEqual(preview);
  expect(await changes()).toHaveLength(1);
  // Now it is: capable was recommended, and has no rating since.
  expect(await feedback.previewTier({ ...stage, currentTier: "capable" })).toMatchObject({
    recommendedTier: "capable",
    reason: "0 of the 10 ratings that are needed since the tier was changed to capable",
  });
  // Never explores.
  const other = { workflowName: "review", stageName: "other" };
  for (let time = 0; time < 10; time++) {
    await feedback.recordFeedback({ ...other, tier: "premium", qualityScore: 1 });
  }
  const exploring = { ...other, currentTier: "premium" } as const;
  expect(await feedback.previewTier(exploring)).toMatchObject({
    exploring: false,
    recommendedTier: "premium",
  });
  expect(await feedback.recommendTier(exploring)).toMatchObject({ exploring: true });
});

it("of many that recommend at once all say the same, and the change is remembered once", async () => {
  const { feedback, transport } = await onMemory();
  const stage = { workflowName: "review", stageName: "judge" };
  for (let time = 0; time < 10; time++) {
    await feedback.recordFeedback({ ...stage, tier: "cheap", qualityScore: 0.1 });
  }
  const loops = Array.from({ length: 20 }, () => new FeedbackLoop({ transport }));
  const all = await Promise.all(loops.map((one) => one.recommendTier({ ...stage, currentTier: "cheap" })));
  expect(new Set(all.map(({ recommendedTier }) => recommendedTier))).toEqual(new Set(["capable"]));
  const { records } = await transport.records.list({ bucket: "feedback", from: null, count: 10 });
  expect(records.find(({ key }) => !key.includes(":"))).toMatchObject({ version: 1 });
});
