/** What may go wrong between the ratings and what is counted of them. */
import { FeedbackLoop, feedbackEvent } from "@attune/feedback";
import { AttuneError, type PutRequest, type Transport, transportWith } from "@attune/transport";
import { expect, it, onTestFinished } from "vitest";
import { inBatches } from "./in-batches.ts";
import { onMemory } from "./on-memory.ts";

const rated = { workflowName: "review", stageName: "judge", tier: "cheap" } as const;
const { eventType } = feedbackEvent(rated);
const rating = { eventType, timestamp: "", data: '{"quality_score":0.5}', source: "x", maxLength: 1000 };

it("a hundred processes that record a few each have nothing trimmed away uncounted", {
  timeout: 60_000,
}, async () => {
  const { transport, feedback, warnings } = await onMemory();
  for (let time = 0; time < 100; time++) {
    await using short = new FeedbackLoop({ transport, maxHistory: 1000 });
    await inBatches(150, () => short.recordFeedback({ ...rated, qualityScore: 0.5 }));
  }
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 15_000 });
  expect(warnings).toEqual([]);
});

it("what somebody counted long ago does not undo what others have counted since", async () => {
  const { transport, feedback } = await onMemory({ maxHistory: 1000 });
  await transport.streams.append(Array.from({ length: 300 }, () => rating));
  const asked = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  const records = {
    ...transport.records,
    async put(request: PutRequest) {
      asked.resolve();
      await late.promise;
      return transport.records.put(request);
    },
  };
  const slow = new FeedbackLoop({ transport: transportWith(transport, { records }) });
  const looking = slow.getQualityStats(rated);
  await asked.promise;
  await inBatches(3000, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  await feedback.close();
  late.resolve();
  expect(await looking).toMatchObject({ sampleCount: 300 });
  expect(await slow.getQualityStats(rated)).toMatchObject({ sampleCount: 3300 });
});

it("what was trimmed away uncounted is told, with the number, once a minute", async () => {
  const { transport, feedback, clock, warnings } = await onMemory();
  await feedback.recordFeedback({ ...rated, qualityScore: 0.5 });
  await feedback.close();
  const other = new FeedbackLoop({ transport });
  // By another program, which counts nothing.
  await transport.streams.append(Array.from({ length: 1500 }, () => rating));
  expect(await other.getQualityStats(rated)).toMatchObject({ sampleCount: 1001 });
  expect(warnings).toEqual([expect.stringContaining('500 ratings of "review", "judge" (cheap)')]);
  await transport.streams.append(Array.from({ length: 1500 }, () => rating));
  await other.getQualityStats(rated);
  expect(warnings).toHaveLength(1);
  await clock.advance(60_000);
  await transport.streams.append(Array.from({ length: 1500 }, () => rating));
  await other.getQualityStats(rated);
  expect(warnings).toHaveLength(2);
});

it("statistics are given also where the store refuses to keep what was counted", async () => {
  const { transport } = await onMemory();
  await transport.streams.append(Array.from({ length: 300 }, () => rating));
  const refused = new AttuneError("ATTUNE_STORE_REFUSED", "Read only.");
  const records = { ...transport.records, put: () => Promise.reject(refused) };
  const feedback = new FeedbackLoop({ transport: transportWith(transport, { records }) });
  expect(await feedback.getQualityStats(rated)).toMatchObject({ sampleCount: 300 });
});

it("a stage that was just recorded is known, however slow counting is", async () => {
  const { transport } = await onMemory();
  const records = {
    ...transport.records,
    async put(request: PutRequest) {
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
      return transport.records.put(request);
    },
  };
  const feedback = new FeedbackLoop({ transport: transportWith(transport, { records }) });
  await inBatches(10, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  expect(await feedback.getUnderperformingStages()).toHaveLength(1);
});

it("a lost record is made again of what the stream holds", async () => {
  const { transport, feedback } = await onMemory();
  await inBatches(500, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  await feedback.close();
  for (const { key } of (await transport.records.list({ bucket: "feedback", from: null, count: 10 }))
    .records) {
    await transport.records.delete("feedback", key);
  }
  const other = new FeedbackLoop({ transport });
  expect(await other.getQualityStats(rated)).toMatchObject({ sampleCount: 500 });
  expect(await other.getUnderperformingStages()).toHaveLength(1);
});

it("a record of somebody else's making in the place of ours is replaced", async () => {
  const { transport, feedback } = await onMemory();
  const key = eventType.slice("feedback:".length);
  const put = (value: string) =>
    transport.records.put({ bucket: "feedback", key, value, leaseMs: null, keepMs: 60_000 });
  const elsewhere = { workflow_name: "other", stage_name: "judge", tier: "cheap", up_to: "0-0", total: 7 };
  for (const value of ["{", JSON.stringify({ ...elsewhere, blocks: [[1, Date.UTC(2026, 0, 1)]] })]) {
    await put(value);
    await inBatches(300, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
    const stats = await feedback.getQualityStats(rated);
    expect(stats).toMatchObject({ averageQuality: 0.5 });
    expect(stats!.sampleCount % 300).toBe(0);
  }
  expect(await feedback.getUnderperformingStages()).toHaveLength(1);
});

it("a stream that was deleted and begun anew goes on counting, also with the store's clock set back", async () => {
  const { transport, feedback, clock } = await onMemory();
  await inBatches(300, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  await feedback.close();
  await transport.streams.delete(eventType);
  const again = new FeedbackLoop({ transport });
  await again.recordFeedback({ ...rated, qualityScore: 0.5 });
  expect(await again.getQualityStats(rated)).toMatchObject({ sampleCount: 301 });
  await again.close();
  // As if it had been the clock of an hour ago that gave the ids.
  const [record] = await transport.records.get("feedback", [eventType.slice("feedback:".length)]);
  const ahead = record!.value.replace(/"up_to":"(\d+)-/, (_, ms) => `"up_to":"${Number(ms) + 3_600_000}-`);
  expect(ahead).not.toBe(record!.value);
  await transport.records.put({
    bucket: "feedback",
    key: record!.key,
    value: ahead,
    leaseMs: null,
    keepMs: 60_000_000,
  });
  await clock.advance(120_000);
  const last = new FeedbackLoop({ transport });
  onTestFinished(() => last.close());
  await last.recordFeedback({ ...rated, qualityScore: 0.5 });
  await last.getQualityStats(rated);
  await inBatches(10, () => last.recordFeedback({ ...rated, qualityScore: 0.5 }));
  const stats = await last.getQualityStats(rated);
  expect(stats!.sampleCount).toBeGreaterThanOrEqual(310);
  expect(stats!.sampleCount).toBeLessThanOrEqual(312);
});

it("a store that was emptied is counted anew, and tiers change there as anywhere", async () => {
  const { feedback, transport } = await onMemory();
  const both = async (count: number, score: number) => {
    await inBatches(count, () => feedback.recordFeedback({ ...rated, qualityScore: score }));
    await inBatches(count, () => feedback.recordFeedback({ ...rated, tier: "capable", qualityScore: score }));
  };
  const recommend = (currentTier: "cheap" | "capable") => feedback.recommendTier({ ...rated, currentTier });
  await both(300, 0.5);
  expect(await recommend("cheap")).toMatchObject({ recommendedTier: "capable" });
  // Everything but the change of the tier is lost.
  for (const type of await transport.streams.list({ thorough: true })) await transport.streams.delete(type);
  for (const { key } of (await transport.records.list({ bucket: "feedback", from: null, count: 10 }))
    .records) {
    if (key.includes(":")) await transport.records.delete("feedback", key);
  }
  await both(9, 0.5);
  expect(await recommend("capable")).toMatchObject({ recommendedTier: "capable" });
  await both(1, 0.5);
  expect(await recommend("capable")).toMatchObject({ recommendedTier: "premium" });
});

it("a look costs the same at any number of ratings", { timeout: 60_000 }, async () => {
  const { feedback, transport } = await onMemory();
  const read: number[] = [];
  const streams: Transport["streams"] = {
    ...transport.streams,
    async read(after, options) {
      const pages = await transport.streams.read(after, options);
      read.push(pages.reduce((sum, { entries }) => sum + entries.length, 0));
      return pages;
    },
  };
  const counting = new FeedbackLoop({ transport: transportWith(transport, { streams }) });
  await inBatches(30_000, () => feedback.recordFeedback({ ...rated, qualityScore: 0.5 }));
  await feedback.close();
  expect(await counting.getQualityStats(rated)).toMatchObject({ sampleCount: 30_000 });
  expect(read).toHaveLength(1);
  expect(read[0]).toBeLessThan(1000);
});
