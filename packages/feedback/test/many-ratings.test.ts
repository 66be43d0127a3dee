import type { Tier } from "@attune/feedback";
import { expect, it } from "vitest";
import { inBatches } from "./in-batches.ts";
import { onMemory } from "./on-memory.ts";

const rated = { workflowName: "review", stageName: "judge", tier: "cheap" as Tier };

/** The same every time, and not the same everywhere: better towards the end. */
function scores(count: number): number[] {
  let state = 1;
  return Array.from({ length: count }, (_, index) => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * (0.5 + (0.5 * index) / count);
  });
}

function expected(all: readonly number[]) {
  const average = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;
  const older = Math.ceil(all.length / 2);
  return {
    averageQuality: expect.closeTo(average(all), 9) as number,
    minQuality: all.reduce((min, one) => Math.min(min, one), 1),
    maxQuality: all.reduce((max, one) => Math.max(max, one), 0),
    sampleCount: all.length,
    trend: average(all.slice(older)) - average(all.slice(0, older)),
  };
}

it("of 100,000 ratings the newest 100 are the newest 100, and statistics are those of all", {
  timeout: 60_000,
}, async () => {
  const { feedback, transport, clock, warnings } = await onMemory();
  const all = scores(100_000);
  for (let from = 0; from < all.length; from += 10_000) {
    const some = all.slice(from, from + 10_000);
    await inBatches(some.length, (index) =>
      feedback.recordFeedback({ ...rated, qualityScore: some[index]!, metadata: { index: from + index } }),
    );
    await clock.advance(3_600_000);
  }
  const history = await feedback.getFeedbackHistory(rated);
  expect(history.map(({ metadata }) => metadata.index)).toEqual(
    Array.from({ length: 100 }, (_, index) => 99_999 - index),
  );
  expect(history.map(({ qualityScore }) => qualityScore)).toEqual(all.slice(-100).toReversed());
  expect(await feedback.getFeedbackHistory({ ...rated, limit: 5000 })).toHaveLength(5000);
  const stats = await feedback.getQualityStats(rated);
  const { trend, ...exact } = expected(all);
  expect(stats).toMatchObject(exact);
  expect(Math.abs(stats!.trend - trend)).toBeLessThan(0.005);
  // What is kept of them is bounded, and so is what a look reads.
  await feedback.close();
  const page = await transport.records.list({ bucket: "feedback", from: null, count: 10 });
  expect(page.records).toHaveLength(1);
  expect(page.records[0]!.value.length).toBeLessThan(100_000);
  expect(warnings).toEqual([]);
});

it("all at once are recorded, and counted before they are trimmed away", { timeout: 60_000 }, async () => {
  const { feedback, warnings } = await onMemory({ maxHistory: 1000 });
  const ids = await Promise.all(
    Array.from({ length: 20_000 }, (_, index) =>
      feedback.recordFeedback({ ...rated, qualityScore: (index % 10) / 10 }),
    ),
  );
  expect(new Set(ids).size).toBe(20_000);
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 20_000 });
  expect(await feedback.getFeedbackHistory({ ...rated, limit: 100_000 })).toHaveLength(1000);
  expect(warnings).toEqual([]);
});

it.each([1, 2, 3, 4, 5, 10, 101, 1023, 1024])("statistics of %i ratings are exact", async (count) => {
  const { feedback } = await onMemory();
  const all = scores(count);
  for (const qualityScore of all) await feedback.recordFeedback({ ...rated, qualityScore });
  const { trend, ...exact } = expected(all);
  const stats = await feedback.getQualityStats(rated);
  expect(stats).toMatchObject(exact);
  expect(stats!.trend).toBeCloseTo(count < 4 ? 0 : trend, 9);
  const [lowest, highest] = stats!.interval;
  expect(lowest).toBeLessThanOrEqual(stats!.averageQuality);
  expect(highest).toBeGreaterThanOrEqual(stats!.averageQuality);
});

it("the average lies between the worst and the best, also where these have no end as decimals", async () => {
  const { feedback } = await onMemory();
  await inBatches(10, () => feedback.recordFeedback({ ...rated, qualityScore: 1 / 3 }));
  const stats = await feedback.getQualityStats(rated);
  expect(stats).toMatchObject({ averageQuality: 1 / 3, minQuality: 1 / 3, maxQuality: 1 / 3 });
  expect(stats!.interval[0]).toBeCloseTo(1 / 3, 6);
});

it("the trend is bounded, whatever is rated", async () => {
  const { feedback } = await onMemory();
  for (const qualityScore of [0, 0, 0, 1, 1, 1]) await feedback.recordFeedback({ ...rated, qualityScore });
  expect(await feedback.getQualityStats(rated)).toMatchObject({ trend: 1 });
});

it("the trend of all tiers goes by time", async () => {
  const { feedback, clock } = await onMemory();
  for (const [tier, qualityScore] of [
    ["premium", 0.1],
    ["cheap", 0.2],
    ["premium", 0.7],
    ["cheap", 0.8],
  ] as const) {
    await feedback.recordFeedback({ ...rated, tier, qualityScore });
    await clock.advance(1);
  }
  const { workflowName, stageName } = rated;
  const stats = await feedback.getQualityStats({ workflowName, stageName });
  expect(stats!.trend).toBeCloseTo(0.6, 9);
});
