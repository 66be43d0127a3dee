/** `attune feedback stats`. */
import { FeedbackLoop, type Tier } from "@attune/feedback";
import { notFound } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { printStages } from "./stage-table.ts";

export async function showStats(
  session: Session,
  { tier }: { readonly tier?: Tier },
  [workflowName, stageName]: readonly string[],
): Promise<void> {
  const transport = await session.openExisting();
  await using feedback = new FeedbackLoop({ transport });
  const stages = (await feedback.getRatedStages()).filter(
    (stage) =>
      stage.workflowName === workflowName &&
      (stageName === undefined || stage.stageName === stageName) &&
      (tier === undefined || stage.tier === tier),
  );
  if (stages.length === 0) {
    const what = stageName === undefined ? "" : `the stage ${JSON.stringify(stageName)} of `;
    throw notFound(
      `There are no ratings of ${what}the workflow ${JSON.stringify(workflowName)}${tier ? ` at the tier ${tier}` : ""}.`,
      "`attune feedback` lists what there is.",
    );
  }
  printStages(session, stages, "No ratings.");
}
