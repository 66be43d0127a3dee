import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { countOption, oneTypeOption, yesOption } from "../shared-options.ts";

export const deadLetters: Definition = ({ runs }) =>
  new Command("dead-letters")
    .description("consumer groups, and the events that they gave up")
    .addHelpText(
      "after",
      "\nPENDING: delivered, and not acknowledged. LAG: not delivered yet. REPLAYED: given to the group again, and not worked off.\n" +
        "No store knows the names of archives: one with a name of its own is listed only while it holds back trimming.\n" +
        "Its dead letters are always found by: attune dead-letters list archive:NAME",
    )
    .action(runs(async () => (await import("./show-groups.ts")).showGroups))
    .addCommand(
      new Command("list")
        .description("what a group gave up, oldest event first")
        .argument("<group>", "the consumer group; of an archive: archive:NAME")
        .addOption(oneTypeOption("only events of this type"))
        .addOption(countOption("at most so many (default: 100)"))
        .action(runs(async () => (await import("./list-letters.ts")).listLetters)),
    )
    .addCommand(
      new Command("show")
        .description("one of them, with the error and its data")
        .argument("<group>", "the consumer group")
        .argument("<event-id>", "the event's id")
        .addOption(oneTypeOption("its type, where several streams have this id"))
        .action(runs(async () => (await import("./show-letter.ts")).showLetter)),
    )
    .addCommand(
      new Command("replay")
        .description("give them to their group again, and to nobody else")
        .argument("<group>", "the consumer group")
        .argument("[event-id...]", "only these (default: all of the group)")
        .addOption(oneTypeOption("only events of this type"))
        .option("--to <sink>", "of an archive: write them into this sink again")
        .action(runs(async () => (await import("./replay-letters.ts")).replayLetters)),
    )
    .addCommand(
      new Command("purge")
        .description("forget them; asks before")
        .argument("<group>", "the consumer group")
        .argument("[event-id...]", "only these (default: all of the group)")
        .addOption(oneTypeOption("only events of this type"))
        .addOption(yesOption())
        .action(runs(async () => (await import("./purge-letters.ts")).purgeLetters)),
    );
