/** `attune feedback recommend`. */

import { FeedbackLoop, type Tier } from "@attune/feedback";
import { statsJson } from "@attune-tools/record-json";
import { percentText } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";

export async function recommend(
  session: Session,
  { tier: currentTier }: { readonly tier: Tier },
  [workflowName, stageName]: readonly string[],
): Promise<void> {
  const stage = { workflowName: workflowName!, stageName: stageName! };
  const transport = await session.openExisting();
  await using feedback = new FeedbackLoop({ transport });
  const { recommendedTier, confidence, reason, stats } = await feedback.recommendTier({
    ...stage,
    currentTier,
  });
  const { stdout } = session;
  if (session.json) {
    stdout.json({
      workflow_name: stage.workflowName,
      stage_name: stage.stageName,
      current_tier: currentTier,
      recommended_tier: recommendedTier,
      confidence,
      reason,
      stats: stats && statsJson(stats),
    });
  } else {
    stdout.line(recommendedTier);
    session.note(`${reason} (confidence ${percentText(confidence).trim()})`);
  }
}
