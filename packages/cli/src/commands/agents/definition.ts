import { Command } from "commander";
import type { Definition } from "../../host.ts";

export const agents: Definition = ({ runs }) =>
  new Command("agents")
    .description("which agents live, and what they are doing")
    .option(
      "--watch",
      "go on, until Ctrl-C: at a terminal a table that is kept up to date, else a line for each change",
    )
    .option("--agent <id>", "all that is known of one agent")
    .option(
      "--stale [duration]",
      "those that have not beaten for so long, lost ones included (seconds, or 10m; default: 60s)",
    )
    .option("--lost", "those whose lease ran out without a word within the last hour")
    .option("--all", "also those that have ended, or were lost, within the last hour")
    .action(runs(async () => (await import("./show-agents.ts")).showAgents));
