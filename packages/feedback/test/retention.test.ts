import { FeedbackLoop } from "@attune/feedback";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { inBatches } from "./in-batches.ts";
import { onMemory } from "./on-memory.ts";

const rated = { workflowName: "review", stageName: "judge", tier: "cheap" } as const;
const day = 86_400_000;

it("ratings count for 7 days, and no longer", async () => {
  const { feedback, clock } = await onMemory();
  await feedback.recordFeedback({ ...rated, qualityScore: 0 });
  await clock.advance(1);
  await inBatches(10, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  await clock.advance(7 * day - 1);
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 11, minQuality: 0 });
  expect(await feedback.getFeedbackHistory(rated)).toHaveLength(11);
  await clock.advance(1);
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 10, minQuality: 0.5 });
  expect(await feedback.getFeedbackHistory(rated)).toHaveLength(10);
  expect(await feedback.getUnderperformingStages()).toHaveLength(1);
  await clock.advance(1);
  expect(await feedback.getQualityStats(rated)).toBeNull();
  expect(await feedback.getFeedbackHistory(rated)).toEqual([]);
  expect(await feedback.getUnderperformingStages()).toEqual([]);
  expect(await feedback.recommendTier({ ...rated, currentTier: "cheap" })).toMatchObject({
    stats: null,
    confidence: 0,
  });
  await feedback.recordFeedback({ ...rated, qualityScore: 1 });
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 1, averageQuality: 1 });
});

it("of many ratings the old ones go evenly, and not at the end or never", { timeout: 60_000 }, async () => {
  const { feedback, clock } = await onMemory();
  // 200 an hour for 14 days; the first 7 days were poor.
  for (let hour = 0; hour < 14 * 24; hour++) {
    const qualityScore = hour < 7 * 24 ? 0.2 : 0.8;
    await inBatches(200, () => feedback.recordFeedback({ ...rated, qualityScore }));
    await clock.advance(3_600_000);
    if (hour !== 10 * 24 + 11) continue;
    // Halfway: half of the 7 days.
    const stats = await feedback.getQualityStats(rated);
    expect(Math.abs(stats!.averageQuality - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(stats!.sampleCount - 7 * 24 * 200)).toBeLessThan(7 * 24 * 200 * 0.01);
  }
  await clock.advance(3_600_000);
  const stats = await feedback.getQualityStats(rated);
  expect(stats).toMatchObject({ minQuality: 0.8, averageQuality: expect.closeTo(0.8, 9) as number });
  expect(Math.abs(stats!.sampleCount - 7 * 24 * 200)).toBeLessThan(7 * 24 * 200 * 0.01);
});

it("a stage with a rating now and then stays known, longer than what was put at first is kept", async () => {
  const { feedback, clock } = await onMemory();
  for (let time = 0; time < 26; time++) {
    await feedback.recordFeedback({ ...rated, qualityScore: 0.1 });
    await clock.advance(day / 2);
  }
  await clock.advance(2 * day);
  expect(await feedback.getUnderperformingStages()).toMatchObject([{ ...rated, stats: { sampleCount: 10 } }]);
});

it("a process whose clock is ahead sees less, but takes nothing from the others", async () => {
  const { feedback, store } = await onMemory();
  await inBatches(300, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  const ahead = manualClock(Date.UTC(2027, 0, 1));
  const transport = await createMemoryTransport({ store, clock: ahead });
  onTestFinished(() => transport.close());
  const other = new FeedbackLoop({ transport });
  expect(await other.getQualityStats(rated)).toBeNull();
  // Counts them on the side, and puts that back.
  await inBatches(300, () => other.recordFeedback({ ...rated, qualityScore: 0.5 }));
  await other.close();
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 600 });
});
