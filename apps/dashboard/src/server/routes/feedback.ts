/** `GET /api/feedback/…`: how good the stages of workflows are at each tier, which tier is recommended, and single ratings. */
import type { StageQuality, StageSelector } from "@attune/feedback";
import { inRounds } from "@attune-tools/reading-loop";
import { isoTime, stageJson, statsJson } from "@attune-tools/record-json";
import { z } from "zod";
import { cursorParameter, fromCursor, nextCursor, toCursor } from "../cursor.ts";
import type { RouteContext, TypedServer } from "../routes.ts";
import { limitParameter, nameParameter } from "../schemas/parameters.ts";
import { refusedWith } from "../schemas/refused-with.ts";
import { ratingSchema, recommendationSchema, stageSchema, statsSchema, tiers } from "../schemas/stage.ts";
import type { StoreAccess } from "../store-access.ts";

const tags = ["feedback"];

const ratedSchema = z.object({
  stage_name: z.string(),
  current_tier: z.enum(tiers).nullable().describe("That of the newest rating."),
  tiers: z.array(z.object({ tier: z.enum(tiers), ...statsSchema.shape })).describe("The cheapest first."),
  recommendation: recommendationSchema
    .nullable()
    .describe("What would be recommended now; looking remembers nothing."),
});

export function addFeedbackRoutes(server: TypedServer, { access }: RouteContext): void {
  server.get(
    "/api/feedback/workflows",
    {
      schema: {
        tags,
        summary: "Quality per workflow, stage and tier, with the tier that is recommended",
        querystring: z.strictObject({
          workflow: nameParameter.optional(),
          limit: limitParameter(100, 500).describe("Stages."),
          cursor: cursorParameter,
        }),
        response: {
          200: z.object({
            workflows: z.array(z.object({ workflow_name: z.string(), stages: z.array(ratedSchema) })),
            next_cursor: nextCursor,
          }),
          ...refusedWith("CURSOR_INVALID"),
        },
      },
    },
    async ({ query: { workflow, limit, cursor } }) => {
      const question = ["workflows", workflow];
      const after = fromCursor(cursor, question, z.tuple([z.string(), z.string()]));
      const stages = byStage(await access.feedback.getRatedStages()).filter(
        ([{ workflowName, stageName }]) =>
          (workflow === undefined || workflowName === workflow) &&
          (!after || compare([workflowName, stageName], after) > 0),
      );
      const page = stages.slice(0, limit);
      const rated = await inRounds(page, ([stage, atTiers]) => ratedStage(access, stage, atTiers));
      const workflows = new Map<string, z.infer<typeof ratedSchema>[]>();
      page.forEach(([{ workflowName }], index) => {
        const ofWorkflow = workflows.get(workflowName) ?? [];
        ofWorkflow.push(rated[index]!);
        workflows.set(workflowName, ofWorkflow);
      });
      const last = page.at(-1)?.[0];
      return {
        workflows: [...workflows].map(([workflow_name, ofWorkflow]) => ({
          workflow_name,
          stages: ofWorkflow,
        })),
        next_cursor:
          last && stages.length > limit ? toCursor(question, [last.workflowName, last.stageName]) : null,
      };
    },
  );
  server.get(
    "/api/feedback/underperforming",
    {
      schema: {
        tags,
        summary: "Stages at a tier whose average quality is poor, the worst first",
        querystring: z.strictObject({
          threshold: z.coerce.number().min(0).max(1).default(0.7),
          limit: limitParameter(100, 1000),
        }),
        response: {
          200: z.object({ threshold: z.number(), stages: z.array(stageSchema), total: z.number() }),
          ...refusedWith(),
        },
      },
    },
    async ({ query: { threshold, limit } }) => {
      const found = await access.feedback.getUnderperformingStages(threshold);
      return { threshold, stages: found.slice(0, limit).map(stageJson), total: found.length };
    },
  );
  server.get(
    "/api/feedback/history",
    {
      schema: {
        tags,
        summary: "The newest ratings of a stage, one by one",
        querystring: z.strictObject({
          workflow: nameParameter,
          stage: nameParameter,
          tier: z.enum(tiers).optional().describe("Left out: of all tiers."),
          limit: limitParameter(100, 1000),
        }),
        response: { 200: z.object({ ratings: z.array(ratingSchema) }), ...refusedWith() },
      },
    },
    async ({ query: { workflow, stage, tier, limit } }) => {
      const selector = { workflowName: workflow, stageName: stage, limit };
      const ratings = await access.feedback.getFeedbackHistory(tier ? { ...selector, tier } : selector);
      return {
        ratings: ratings.map((rating) => ({
          feedback_id: rating.feedbackId,
          workflow_name: rating.workflowName,
          stage_name: rating.stageName,
          tier: rating.tier,
          quality_score: rating.qualityScore,
          metadata: rating.metadata,
          timestamp: isoTime(rating.timestamp),
        })),
      };
    },
  );
}

async function ratedStage({ feedback }: StoreAccess, stage: StageSelector, atTiers: readonly StageQuality[]) {
  const [newest] = await feedback.getFeedbackHistory({ ...stage, limit: 1 });
  const preview = newest && (await feedback.previewTier({ ...stage, currentTier: newest.tier }));
  return {
    stage_name: stage.stageName,
    current_tier: newest?.tier ?? null,
    tiers: atTiers.map(({ tier, stats }) => ({ tier, ...statsJson(stats) })),
    recommendation: preview
      ? {
          recommended_tier: preview.recommendedTier,
          current_tier: preview.currentTier,
          confidence: preview.confidence,
          reason: preview.reason,
        }
      : null,
  };
}

/** Sorted as they come: by workflow, stage and tier. */
function byStage(rated: readonly StageQuality[]): [StageSelector, StageQuality[]][] {
  const stages: [StageSelector, StageQuality[]][] = [];
  for (const one of rated) {
    const last = stages.at(-1);
    const { workflowName, stageName } = one;
    if (last && last[0].workflowName === workflowName && last[0].stageName === stageName) last[1].push(one);
    else stages.push([{ workflowName, stageName }, [one]]);
  }
  return stages;
}

function compare([one, oneStage]: [string, string], [other, otherStage]: [string, string]): number {
  if (one !== other) return one < other ? -1 : 1;
  return oneStage === otherStage ? 0 : oneStage < otherStage ? -1 : 1;
}
