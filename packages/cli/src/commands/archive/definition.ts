import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { ownOptions } from "../own-options.ts";
import { countOption, grepOption, sinceOption, typesOption, yesOption } from "../shared-options.ts";

const sinks = `
Sinks: jsonl:FOLDER, sqlite:FILE, duckdb:FILE, postgres://USER:PASSWORD@HOST/DATABASE, clickhouse://…, elasticsearch://…
Their clients are installed by who uses them: npm install pg, @duckdb/node-api, @clickhouse/client, @elastic/elasticsearch.`;

export const archive: Definition = ({ runs }) =>
  ownOptions(new Command("archive"))
    .description("keep events for long: write them into a sink, each exactly once")
    .option("--to <sink>", "where to, until Ctrl-C")
    .option("--name <name>", 'under which the sink keeps how far it is (default: "archive")')
    .addOption(typesOption("events", " (default: all)"))
    .option("--from <where>", "where to begin in a sink that is new: beginning or now (default: beginning)")
    .option("--until-caught-up", "end once everything is archived that was there at the start")
    .option("--keep <number>", "publishers trim no more: the newest so many of what is archived stay")
    .option("--max-length <number>", "with --keep: so long a stream may become at most meanwhile")
    .addHelpText("after", sinks)
    .action(runs(async () => (await import("./run-archive.ts")).runArchive))
    .addCommand(
      new Command("query")
        .description("archived events: the newest ones, or all of a time")
        .argument("<sink>", "the sink's URL")
        .addOption(typesOption("events"))
        .addOption(sinceOption())
        .option("--until <when>", "older than: the same")
        .addOption(countOption("the newest so many (default: 20, all with --since or --until)"))
        .addOption(grepOption())
        .action(runs(async () => (await import("./query-events.ts")).queryEvents)),
    )
    .addCommand(
      new Command("replay")
        .description("publish archived events again, with new ids and times; asks before")
        .argument("<sink>", "the sink's URL")
        .addOption(typesOption("events"))
        .addOption(sinceOption())
        .option("--until <when>", "older than: the same")
        .option("--as <type>", "under this type instead of their own")
        .option("--rate <number>", "at most so many a second")
        .addOption(yesOption())
        .action(runs(async () => (await import("./replay-events.ts")).replayEvents)),
    );
