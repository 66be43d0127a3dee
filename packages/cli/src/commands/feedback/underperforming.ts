/** `attune feedback underperforming`. */
import { FeedbackLoop } from "@attune/feedback";
import { usageError } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { printStages } from "./stage-table.ts";

export async function underperforming(
  session: Session,
  { threshold = "0.7" }: { readonly threshold?: string },
): Promise<void> {
  const below = /^\d*\.?\d+$/.test(threshold) ? Number(threshold) : Number.NaN;
  if (!(below >= 0 && below <= 1)) {
    throw usageError(`--threshold is a number from 0 to 1, not ${JSON.stringify(threshold)}.`);
  }
  const transport = await session.openExisting();
  await using feedback = new FeedbackLoop({ transport });
  const stages = await feedback.getUnderperformingStages(below);
  printStages(session, stages, `No stage with at least 10 ratings is below ${below}.`);
}
