import { FeedbackLoop } from "@attune/feedback";
import { expect, it } from "vitest";
import { inBatches } from "./in-batches.ts";
import { onMemory } from "./on-memory.ts";

const stage = { workflowName: "review", stageName: "judge" };
const rated = { ...stage, tier: "cheap", qualityScore: 0.5 } as const;

it("with the store away everything gives its neutral value, with one warning, and one when it is over", async () => {
  const { store, feedback, warnings } = await onMemory();
  await inBatches(10, () => feedback.recordFeedback(rated));
  for (let outage = 1; outage <= 2; outage++) {
    const end = store.simulateOutage();
    expect(await feedback.recordFeedback(rated)).toBe("");
    expect(await feedback.getFeedbackHistory(stage)).toEqual([]);
    expect(await feedback.getQualityStats(stage)).toBeNull();
    expect(await feedback.recommendTier({ ...stage, currentTier: "cheap" })).toEqual({
      recommendedTier: "cheap",
      currentTier: "cheap",
      confidence: 0,
      reason: "the store could not be reached",
      stats: null,
      exploring: false,
    });
    expect(await feedback.getUnderperformingStages()).toEqual([]);
    expect(await feedback.getRatedStages()).toEqual([]);
    await expect(feedback.recordFeedback({ ...rated, qualityScore: 2 })).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
    });
    // More than may wait to be counted.
    const ids = await Promise.all(Array.from({ length: 2000 }, () => feedback.recordFeedback(rated)));
    expect(new Set(ids)).toEqual(new Set([""]));
    expect(warnings).toHaveLength(2 * outage - 1);
    expect(warnings.at(-1)).toContain("FeedbackLoop");
    end();
    expect(warnings).toHaveLength(2 * outage);
    expect(warnings.at(-1)).toContain("is back");
  }
  expect(await feedback.getQualityStats(stage)).toMatchObject({ sampleCount: 10 });
  await inBatches(2000, () => feedback.recordFeedback(rated));
  expect(await feedback.getQualityStats(stage)).toMatchObject({ sampleCount: 2010 });
});

it('with onUnavailable "throw" every call rejects while the store is away, and works after', async () => {
  const { store, feedback, warnings } = await onMemory({ onUnavailable: "throw" });
  const end = store.simulateOutage();
  for (const call of [
    feedback.recordFeedback(rated),
    feedback.getFeedbackHistory(stage),
    feedback.getQualityStats(stage),
    feedback.recommendTier({ ...stage, currentTier: "cheap" }),
    feedback.getUnderperformingStages(),
    feedback.getRatedStages(),
  ]) {
    await expect(call).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
  }
  end();
  expect(warnings).toEqual([]);
  expect(await feedback.recordFeedback(rated)).not.toBe("");
  expect(await feedback.getQualityStats(stage)).toMatchObject({ sampleCount: 1 });
});

it("closing waits for what is under way, counting included, and may be done twice", async () => {
  const { transport } = await onMemory();
  const feedback = new FeedbackLoop({ transport });
  const recording = feedback.recordFeedback(rated);
  const closing = feedback.close();
  expect(feedback.close()).toBe(closing);
  await closing;
  expect(await recording).not.toBe("");
  const { records } = await transport.records.list({ bucket: "feedback", from: null, count: 10 });
  expect(records).toHaveLength(1);
  await expect(feedback.recordFeedback(rated)).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
  await feedback[Symbol.asyncDispose]();
  expect(transport.status).toBe("available");
});

it("a transport that is closed meanwhile ends what waits, and nothing is left unhandled", async () => {
  const { transport, feedback } = await onMemory({ maxHistory: 1000 });
  const recording = Array.from({ length: 500 }, () => feedback.recordFeedback(rated));
  await transport.close();
  const settled = await Promise.allSettled(recording);
  expect(settled.some(({ status }) => status === "rejected")).toBe(true);
  await feedback.close();
});
