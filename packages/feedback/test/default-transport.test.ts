import { FeedbackLoop } from "@attune/feedback";
import { defaultTransport } from "@attune/transport";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

const stage = { workflowName: "review", stageName: "judge" };
const rated = { ...stage, tier: "cheap", qualityScore: 1 } as const;

it("loops without a transport share one, opened from ATTUNE_URL on first use", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  const [one, other] = [new FeedbackLoop(), new FeedbackLoop()];
  await Promise.all([one.recordFeedback(rated), other.recordFeedback(rated)]);
  expect(await other.getQualityStats(stage)).toMatchObject({ sampleCount: 2 });
  await Promise.all([one.close(), other.close()]);
  const transport = await defaultTransport();
  expect(transport.status).toBe("available");
  await transport.close();
});

it("closing before the transport was needed is fine", async () => {
  vi.stubEnv("ATTUNE_URL", "nowhere:");
  await new FeedbackLoop().close();
  const feedback = new FeedbackLoop();
  await expect(feedback.recordFeedback(rated)).rejects.toMatchObject({ code: "ATTUNE_URL_INVALID" });
  await feedback.close();
});
