import { Command } from "commander";
import type { Definition } from "../../host.ts";

export const doctor: Definition = ({ runs }) =>
  new Command("doctor")
    .description("look at Node, the configuration and the store, and say what to do")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing that keeps it from working, 1 a problem, 3 the store cannot be reached.",
    )
    .action(runs(async () => (await import("./examine.ts")).examine));
