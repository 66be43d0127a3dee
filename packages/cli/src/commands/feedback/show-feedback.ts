/** `attune feedback`: every stage that was rated. */
import { FeedbackLoop } from "@attune/feedback";
import type { Session } from "../../session/session.ts";
import { printStages } from "./stage-table.ts";

export async function showFeedback(session: Session): Promise<void> {
  const transport = await session.openExisting();
  await using feedback = new FeedbackLoop({ transport });
  const stages = await feedback.getRatedStages();
  if (stages.length === 0 && !session.json) return session.note("No ratings.");
  printStages(session, stages);
}
