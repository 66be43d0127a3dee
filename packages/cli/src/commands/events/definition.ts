import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { collected, ownOptions } from "../own-options.ts";

export const events: Definition = ({ runs }) =>
  ownOptions(new Command("events"))
    .description("what happened: the newest events, live ones, their streams")
    .option("-f, --follow", "go on with what happens from now on, until Ctrl-C")
    .option("--type <type>", "only events of this type; several: say it again", collected)
    .option("--count <number>", "the newest so many (default: 20); with --follow: end after so many")
    .option("--since <when>", "not older than: 90s, 10m, 2h, 1d ago, or a time; with --follow begin there")
    .option("--grep <regexp>", "only those whose type, source or data match (JavaScript's syntax)")
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
        .option("-y, --yes", "do not ask")
        .action(runs(async () => (await import("./trim-stream.ts")).trimStream)),
    )
    .addCommand(
      new Command("delete")
        .description("delete a stream with all its events; asks before")
        .argument("<type>", "the event type")
        .option("-y, --yes", "do not ask")
        .action(runs(async () => (await import("./delete-stream.ts")).deleteStream)),
    );
