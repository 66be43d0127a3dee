import { FeedbackLoop, type FeedbackLoopOptions, feedbackEvent, type Tier } from "@attune/feedback";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { onEveryStore } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import { inBatches } from "./in-batches.ts";

const stage = { workflowName: "review", stageName: "judge" };

function loop(transport: Transport | undefined, options: FeedbackLoopOptions = {}): FeedbackLoop {
  const made = new FeedbackLoop(transport ? { transport, ...options } : options);
  onTestFinished(() => made.close());
  return made;
}

async function rate(feedback: FeedbackLoop, tier: Tier, scores: readonly number[]): Promise<void> {
  for (const qualityScore of scores) {
    expect(await feedback.recordFeedback({ ...stage, tier, qualityScore })).not.toBe("");
  }
}

const times = (count: number, score: number) => Array.from({ length: count }, () => score);

onEveryStore("a feedback loop", (store) => {
  it("keeps ratings, the newest first, of one tier or of all", async () => {
    const feedback = loop(await store().open());
    const ids: string[] = [];
    const tiers: Tier[] = ["cheap", "premium", "cheap", "capable"];
    for (const [index, tier] of tiers.entries()) {
      ids.push(
        await feedback.recordFeedback({ ...stage, tier, qualityScore: index / 4, metadata: { index } }),
      );
      // Ids of several streams are ordered by milliseconds.
      const now = Date.now();
      while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(ids).size).toBe(4);
    const all = await feedback.getFeedbackHistory(stage);
    expect(all.map(({ feedbackId }) => feedbackId)).toEqual(ids.toReversed());
    expect(all[1]).toEqual({
      feedbackId: ids[2],
      ...stage,
      tier: "cheap",
      qualityScore: 0.5,
      metadata: { index: 2 },
      timestamp: expect.any(Date),
    });
    expect(Math.abs(all[1]!.timestamp.getTime() - Date.now())).toBeLessThan(60_000);
    const cheap = await feedback.getFeedbackHistory({ ...stage, tier: "cheap", limit: 1 });
    expect(cheap.map(({ feedbackId }) => feedbackId)).toEqual([ids[2]]);
    expect(await feedback.getFeedbackHistory({ ...stage, limit: 3 })).toEqual(all.slice(0, 3));
    expect(await feedback.getQualityStats({ ...stage, tier: "cheap" })).toMatchObject({
      averageQuality: 0.25,
      minQuality: 0,
      maxQuality: 0.5,
      sampleCount: 2,
      trend: 0,
    });
    expect(await feedback.getQualityStats(stage)).toMatchObject({
      averageQuality: 0.375,
      sampleCount: 4,
      trend: 0.5,
    });
    expect(await feedback.getQualityStats({ ...stage, stageName: "other" })).toBeNull();
    expect(await feedback.getFeedbackHistory({ ...stage, stageName: "other" })).toEqual([]);
  });

  it("tells stages apart whatever their names are, and finds the poor ones, the worst first", async () => {
    const one = store();
    const feedback = loop(await one.open());
    const names = [
      ["a:b", "c"],
      ["a", "b:c"],
      ["__proto__", "constructor"],
      ["{x}", "*"],
      ["💥 \u0000 %7B", '","'],
      ["w".repeat(256), "s".repeat(256)],
    ] as const;
    const metadata = JSON.parse('{"__proto__":{"a":1}}') as Record<string, never>;
    // The best first: what is found is in order by itself, otherwise.
    for (const [index, [workflowName, stageName]] of [...names.entries()].toReversed()) {
      const rated = { workflowName, stageName, tier: "cheap", qualityScore: index / 10, metadata } as const;
      await inBatches(10, () => feedback.recordFeedback(rated));
    }
    await feedback.close();
    const reader = loop(await one.open());
    for (const [index, [workflowName, stageName]] of names.entries()) {
      expect(await reader.getQualityStats({ workflowName, stageName })).toMatchObject({
        sampleCount: 10,
        averageQuality: index / 10,
      });
      const history = await reader.getFeedbackHistory({ workflowName, stageName });
      expect(history).toHaveLength(10);
      expect(history[0]).toMatchObject({ workflowName, stageName });
      expect(JSON.stringify(history[0]!.metadata)).toBe('{"__proto__":{"a":1}}');
    }
    const poor = await reader.getUnderperformingStages(0.4);
    expect(poor.map(({ workflowName, stageName }) => [workflowName, stageName])).toEqual(names.slice(0, 4));
    expect(poor[3]).toMatchObject({ tier: "cheap", stats: { averageQuality: 0.3, sampleCount: 10 } });
  });

  it("knows a stage as poor from 10 ratings on, and each tier for itself", async () => {
    const feedback = loop(await store().open());
    await rate(feedback, "cheap", times(9, 0.1));
    await rate(feedback, "capable", times(10, 0.2));
    await rate(feedback, "premium", times(10, 0.7));
    expect(await feedback.getUnderperformingStages()).toMatchObject([{ ...stage, tier: "capable" }]);
    await rate(feedback, "cheap", [0.1]);
    const poor = await feedback.getUnderperformingStages();
    expect(poor.map(({ tier }) => tier)).toEqual(["cheap", "capable"]);
    expect(await feedback.getUnderperformingStages(0.15)).toHaveLength(1);
    expect(await feedback.getUnderperformingStages(0)).toEqual([]);
  });

  it("lists every rated stage by name, the cheapest tier first, also one that was rated once and by somebody else", async () => {
    const one = store();
    const feedback = loop(await one.open());
    expect(await feedback.getRatedStages()).toEqual([]);
    for (const [workflowName, stageName, tier, qualityScore] of [
      ["review", "judge", "premium", 0.9],
      ["review", "judge", "cheap", 0.5],
      ["review", "find", "cheap", 0.2],
      ["Audit", "find", "capable", 0.7],
    ] as const) {
      await feedback.recordFeedback({ workflowName, stageName, tier, qualityScore });
    }
    await feedback.close();
    const rated = await loop(await one.open()).getRatedStages();
    expect(rated.map(({ workflowName, stageName, tier }) => [workflowName, stageName, tier])).toEqual([
      ["Audit", "find", "capable"],
      ["review", "find", "cheap"],
      ["review", "judge", "cheap"],
      ["review", "judge", "premium"],
    ]);
    expect(rated[2]).toMatchObject({ stats: { averageQuality: 0.5, sampleCount: 1 } });
  });

  it("counts each rating once, however many processes record and look at once", {
    timeout: 60_000,
  }, async () => {
    const one = store();
    const loops = await Promise.all(Array.from({ length: 3 }, async () => loop(await one.open())));
    const rated = { ...stage, tier: "cheap" } as const;
    const each = 1500;
    let done = false;
    const looking = Promise.all(
      loops.map(async (feedback) => {
        while (!done) {
          const stats = await feedback.getQualityStats(rated);
          if (stats) expect(stats.sampleCount).toBeLessThanOrEqual(loops.length * each);
        }
      }),
    );
    await Promise.all(
      loops.map((feedback) =>
        inBatches(each, (index) => feedback.recordFeedback({ ...rated, qualityScore: index / each }), 100),
      ),
    );
    done = true;
    await looking;
    for (const feedback of [...loops, loop(await one.open())]) {
      const stats = await feedback.getQualityStats(rated);
      expect(stats).toMatchObject({
        sampleCount: loops.length * each,
        minQuality: 0,
        maxQuality: (each - 1) / each,
      });
      expect(stats!.averageQuality).toBeCloseTo((each - 1) / 2 / each, 9);
    }
    expect(one.warnings).toEqual([]);
  });

  it("skips what other programs left that is no rating, and counts what is", async () => {
    const one = store();
    const transport = await one.open();
    const feedback = loop(transport);
    await rate(feedback, "cheap", [0.5]);
    const { eventType } = feedbackEvent({ ...stage, tier: "cheap" });
    const foreign = (data: string) => ({
      eventType,
      timestamp: "yesterday",
      data,
      source: "x",
      maxLength: 10_000,
    });
    const broken = [
      "",
      "{",
      "null",
      "7",
      '"text"',
      "[]",
      "{}",
      '{"quality_score":2}',
      '{"quality_score":-1}',
    ];
    await transport.streams.append(broken.map(foreign));
    await transport.streams.append([foreign('{"quality_score":1,"metadata":[1],"more":true}')]);
    await transport.streams.append(['{"quality_score":"1"}', '{"quality_score":null}'].map(foreign));
    for (const record of [
      "",
      "{",
      "null",
      "[]",
      '{"up_to":"no"}',
      '{"up_to":"1-1","total":1,"blocks":[[]]}',
    ]) {
      await transport.records.put({
        bucket: "feedback",
        key: `foreign${record.length}`,
        value: record,
        leaseMs: null,
        keepMs: 60_000,
      });
    }
    expect(await feedback.getQualityStats(stage)).toMatchObject({ sampleCount: 2, averageQuality: 0.75 });
    const history = await feedback.getFeedbackHistory({ ...stage, tier: "cheap", limit: 2 });
    expect(history).toMatchObject([
      { ...stage, tier: "cheap", qualityScore: 1, metadata: {} },
      { qualityScore: 0.5, metadata: {} },
    ]);
    expect(await feedback.getUnderperformingStages()).toEqual([]);
    const streamer = new EventStreamer({ transport });
    const events = await streamer.getRecentEvents(feedbackEvent({ ...stage, tier: "cheap" }));
    const scores = events.flatMap((event) => (event.valid ? [event.data.quality_score] : []));
    expect(scores).toEqual([0.5]);
  });

  it("does not change a tier again before there are 10 ratings of it since", async () => {
    const one = store();
    const [feedback, other] = [loop(await one.open()), loop(await one.open())];
    await rate(feedback, "cheap", times(10, 0.5));
    await rate(feedback, "capable", times(10, 0.6)); // from before
    expect(await feedback.recommendTier({ ...stage, currentTier: "cheap" })).toMatchObject({
      recommendedTier: "capable",
      currentTier: "cheap",
      confidence: 0.5,
      stats: { sampleCount: 10, averageQuality: 0.5 },
      exploring: false,
    });
    // As long as it is not taken up it stays recommended, to others as well.
    expect(await other.recommendTier({ ...stage, currentTier: "cheap" })).toMatchObject({
      recommendedTier: "capable",
    });
    for (let since = 0; since < 10; since++) {
      expect(await other.recommendTier({ ...stage, currentTier: "capable" })).toMatchObject({
        recommendedTier: "capable",
        reason: `${since} of the 10 ratings that are needed since the tier was changed to capable`,
      });
      await rate(feedback, "capable", [0.6]);
    }
    expect(await other.recommendTier({ ...stage, currentTier: "capable" })).toMatchObject({
      recommendedTier: "premium",
      confidence: 1,
    });
    // Down and up again: each change waits anew.
    await rate(feedback, "premium", times(10, 1));
    await rate(feedback, "capable", times(200, 0.95));
    expect(await feedback.recommendTier({ ...stage, currentTier: "premium" })).toMatchObject({
      recommendedTier: "capable",
    });
    await rate(feedback, "capable", times(9, 0));
    expect(await feedback.recommendTier({ ...stage, currentTier: "capable" })).toMatchObject({
      recommendedTier: "capable",
      reason: expect.stringContaining("9 of the 10"),
    });
  });

  it("does not swing between two tiers when recommendations are followed", async () => {
    const feedback = loop(await store().open());
    let tier: Tier = "cheap";
    const changes: number[] = [];
    // Right at the border: cheap is a little too poor, capable is as good as can be.
    for (let run = 0; run < 120; run++) {
      const { recommendedTier } = await feedback.recommendTier({ ...stage, currentTier: tier });
      if (recommendedTier !== tier) changes.push(run);
      tier = recommendedTier;
      await rate(feedback, tier, [tier === "cheap" ? 0.6 + 0.15 * (run % 2) : 1]);
    }
    expect(changes).toEqual([10]);
    expect(tier).toBe("capable");
  });
});

describe("bad input", () => {
  it("is an error before anything is sent", async () => {
    // Nothing is opened, so nothing can be sent.
    const feedback = loop(undefined);
    const good = { ...stage, tier: "cheap", qualityScore: 1 } as const;
    const invalid = { code: "ATTUNE_ARGUMENT_INVALID" };
    for (const bad of [
      { qualityScore: 1.0001 },
      { qualityScore: -0.0001 },
      { qualityScore: Number.NaN },
      { qualityScore: Number.POSITIVE_INFINITY },
      { qualityScore: "1" as unknown as number },
      { qualityScore: null as unknown as number },
      { tier: "cheapest" as Tier },
      { tier: undefined as unknown as Tier },
      { workflowName: "" },
      { workflowName: "w".repeat(257) },
      { stageName: "\uD800" },
      { metadata: [] as unknown as Record<string, never> },
      { metadata: null as unknown as Record<string, never> },
    ]) {
      await expect(feedback.recordFeedback({ ...good, ...bad })).rejects.toMatchObject(invalid);
    }
    const metadata = (value: unknown) => ({
      ...good,
      metadata: { value } as unknown as Record<string, never>,
    });
    await expect(feedback.recordFeedback(metadata(1n))).rejects.toMatchObject({
      code: "ATTUNE_PAYLOAD_NOT_JSON",
    });
    await expect(feedback.recordFeedback(metadata("x".repeat(16_384)))).rejects.toMatchObject({
      code: "ATTUNE_PAYLOAD_TOO_LARGE",
    });
    const text = "stage" as unknown as typeof stage;
    const tier = "best" as Tier;
    for (const call of [
      feedback.recordFeedback(text as unknown as typeof good),
      feedback.getFeedbackHistory(text),
      feedback.getFeedbackHistory({ ...stage, tier }),
      feedback.getFeedbackHistory({ ...stage, limit: 0 }),
      feedback.getFeedbackHistory({ ...stage, limit: 100_001 }),
      feedback.getQualityStats({ ...stage, tier }),
      feedback.getQualityStats({ ...stage, stageName: "" }),
      feedback.recommendTier({ ...stage, currentTier: tier }),
      feedback.getUnderperformingStages(1.5),
      feedback.getUnderperformingStages(Number.NaN),
    ]) {
      await expect(call).rejects.toMatchObject(invalid);
    }
    for (const options of [
      { retentionMs: 59_999 },
      { retentionMs: 60_000.5 },
      { maxHistory: 999 },
      { explorationRate: 1.1 },
      { explorationRate: Number.NaN },
      { random: 4 as unknown as () => number },
    ]) {
      expect(() => new FeedbackLoop(options)).toThrow(expect.objectContaining(invalid));
    }
    expect(() => feedbackEvent({ ...stage, tier })).toThrow(expect.objectContaining(invalid));
  });
});
