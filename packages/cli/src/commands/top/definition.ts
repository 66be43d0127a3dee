import { Command } from "commander";
import type { Definition } from "../../host.ts";

export const top: Definition = ({ runs }) =>
  new Command("top")
    .description(
      "the fleet on the whole screen, live: agents, rates, pending approvals; ? there tells the keys",
    )
    .option(
      "--interval <duration>",
      "how often the agents that are seen are read: 100ms to 10s (default: 100ms)",
    )
    .action(runs(async () => (await import("./show-top.ts")).showTop));
