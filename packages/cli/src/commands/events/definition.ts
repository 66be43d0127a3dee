import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { ownOptions } from "../own-options.ts";
import { countOption, grepOption, sinceOption, typesOption, yesOption } from "../shared-options.ts";

export const events: Definition = ({ runs }) =>
  ownOptions(new Command("events"))
    .description("what happened: the newest events, live ones, their streams")
    .option("-f, --follow", "go on with what happens from now on, until Ctrl-C")
    .addOption(typesOption("events"))
    .addOption(
      countOption("the newest so many (default: 20, all with --since); with --follow: end after so many"),
    )
    .addOption(sinceOption("; with --follow begin there"))
    .addOption(grepOption())
    .option("--timeout <duration>", "with --follow: end with 124 after so long (seconds, or 10m)")
    .option("--stream-info", "the streams instead of their events: length, age, size, consumer groups")
    .action(runs(async () => (await import("./show-events.ts")).showEvents))
    .addCommand(
      new Command("publish")
        .description("publish an event; prints its id")
        .argument("<type>", "the event type")
        .argument("[data]", "JSON, or - for stdin (default: null)")
        .option("--source <name>", 'who publishes it (default: ATTUNE_AGENT, else "attune")')
        .option("--max-length <number>", "remove the oldest beyond so many (default: what is there stays)")
        .option("--key <text>", "publishing again with the same key within 2 minutes stores nothing")
        .action(runs(async () => (await import("./publish-event.ts")).publishEvent)),
    )
    .addCommand(
      new Command("trim")
        .description("remove the oldest events of a type; asks before")
        .argument("<type>", "the event type")
        .option("--keep <number>", "so many of the newest stay (default: 1000)")
        .addOption(yesOption())
        .action(runs(async () => (await import("./trim-stream.ts")).trimStream)),
    )
    .addCommand(
      new Command("delete")
        .description("delete a stream with all its events; asks before")
        .argument("<type>", "the event type")
        .addOption(yesOption())
        .action(runs(async () => (await import("./delete-stream.ts")).deleteStream)),
    );
