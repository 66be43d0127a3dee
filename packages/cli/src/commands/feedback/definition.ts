import { Command, Option } from "commander";
import type { Definition } from "../../host.ts";

const tiers = ["cheap", "capable", "premium"];

export const feedback: Definition = ({ runs }) =>
  new Command("feedback")
    .description("how good the stages of workflows are at each tier, and which tier they need")
    .action(runs(async () => (await import("./show-feedback.ts")).showFeedback))
    .addCommand(
      new Command("stats")
        .description("the ratings of a workflow's stages in figures")
        .argument("<workflow>", "the workflow's name")
        .argument("[stage]", "the stage's name (default: all of them)")
        .addOption(new Option("--tier <tier>", "only at this tier").choices(tiers))
        .action(runs(async () => (await import("./show-stats.ts")).showStats)),
    )
    .addCommand(
      new Command("recommend")
        .description("which tier a stage is to be run at next, and why")
        .argument("<workflow>", "the workflow's name")
        .argument("<stage>", "the stage's name")
        .addOption(
          new Option("--tier <current>", "the tier it is run at now").choices(tiers).makeOptionMandatory(),
        )
        .action(runs(async () => (await import("./recommend.ts")).recommend)),
    )
    .addCommand(
      new Command("underperforming")
        .description("the stages whose quality is poor at a tier, the worst first")
        .option("--threshold <quality>", "below which it is poor, 0 to 1 (default: 0.7)")
        .action(runs(async () => (await import("./underperforming.ts")).underperforming)),
    );
