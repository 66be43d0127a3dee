import { Command } from "commander";
import type { Definition } from "../../host.ts";

export const memory: Definition = ({ runs }) =>
  new Command("memory")
    .description("the store that the fleet works on; a Redis of this folder's own")
    .addCommand(
      new Command("status")
        .description("which store is in use, who chose it, and what is in it")
        .action(runs(async () => (await import("./memory-status.ts")).memoryStatus)),
    )
    .addCommand(
      new Command("start")
        .description("start a Redis for this machine; its data is kept in .attune/redis")
        .option("--port <number>", "where it listens, on 127.0.0.1 only (default: 6379)")
        .addHelpText("after", '\nFor a shell: eval "$(attune memory start)"')
        .action(runs(async () => (await import("./memory-start.ts")).memoryStart)),
    )
    .addCommand(
      new Command("stop")
        .description("end the one that was started in this folder; its data stays")
        .action(runs(async () => (await import("./memory-stop.ts")).memoryStop)),
    );
