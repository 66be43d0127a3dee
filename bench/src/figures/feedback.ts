/** Ratings of one stage: recorded, and asked for a recommendation, when there are a million of them already. */
import { FeedbackLoop } from "@attune/feedback";
import { openTransport } from "@attune/transport";
import type { Contender, Figure, StoreName } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";

const recorded = 5000;
const inFlight = 100;
const asked = 200;

const stage = { workflowName: "bench", stageName: "stage" } as const;

async function recordAll(loop: FeedbackLoop, count: number): Promise<void> {
  let left = count;
  const record = async () => {
    while (left-- > 0) {
      const qualityScore = Math.random();
      if ((await loop.recordFeedback({ ...stage, tier: "capable", qualityScore })) === "")
        throw new Error("not stored");
    }
  };
  await Promise.all(Array.from({ length: inFlight }, record));
}

function contender(name: string, label: string, store: StoreName, ratings: number): Contender {
  return {
    name,
    label,
    store,
    async open({ url, prefix }) {
      const transport = await openTransport(url, { prefix: `${prefix}${name}:` });
      const loop = new FeedbackLoop({ transport });
      // What is measured is what comes after them.
      await recordAll(loop, ratings);
      await loop.getQualityStats(stage);
      return {
        async measure() {
          const startedAt = performance.now();
          await recordAll(loop, recorded);
          const { rate: record } = rate(recorded, startedAt);
          const askedAt = performance.now();
          for (let time = 0; time < asked; time++)
            await loop.recommendTier({ ...stage, currentTier: "capable" });
          const { rate: recommend } = rate(asked, askedAt);
          return { record, recommend };
        },
        async close() {
          await loop.close();
          await transport.close();
        },
      };
    },
  };
}

export const feedback: Figure = {
  name: "feedback",
  title: "ratings of one stage: recorded by 100 loops, and recommendations one at a time",
  metrics: { record: "ratings/s", recommend: "recommendations/s" },
  maxRounds: 3,
  warmUp: false,
  contenders: [
    contender("redis-few", "attune on Redis, after a thousand", "redis", 1000),
    contender("redis-million", "attune on Redis, after a million", "redis", 1_000_000),
    contender("file-few", "attune on a file, after a thousand", "sqlite", 1000),
    contender("file-million", "attune on a file, after a million", "sqlite", 1_000_000),
  ],
  comparisons: [
    { of: "redis-million", over: "redis-few", metric: "recommend" },
    { of: "file-million", over: "file-few", metric: "recommend" },
  ],
};
