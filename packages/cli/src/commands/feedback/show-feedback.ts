/** `attune feedback`: every stage that was rated. */
import { FeedbackLoop } from "@attune/feedback";
import type { Session } from "../../session/session.ts";
import { printStages } from "./stage-table.ts";

export async function showFeedback(session: Session): Promise<void> {
  const transport = await session.openExisting();
  await using feedback = new FeedbackLoop({ transport });
  printStages(session, await feedback.getRatedStages(), "No ratings.");
}
