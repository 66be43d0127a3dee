import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { collected } from "../../input/repeated.ts";
import { ownOptions } from "../own-options.ts";
import { countOption, sinceOption, typesOption, yesOption } from "../shared-options.ts";

const as = ["--as <id>", 'the agent to be (default: ATTUNE_AGENT, else "shell")'] as const;

export const signals: Definition = ({ runs }) =>
  ownOptions(new Command("signals"))
    .description("signals between agents: those that were sent, those that wait; send one, wait for one")
    .option("-f, --follow", "go on with what is sent from now on, until Ctrl-C")
    .option("--agent <id>", "what waits in this agent's mailbox; with --follow: from it, to it, and to all")
    .addOption(typesOption("signals"))
    .option("--from <agents>", "only signals of this agent; several: a,b,c", collected)
    .addOption(
      countOption(
        "the newest so many (default: 20, all with --since), with --agent the first (default: all); with --follow: end after so many",
      ),
    )
    .addOption(sinceOption("; with --follow begin there"))
    .action(runs(async () => (await import("./show-signals.ts")).showSignals))
    .addCommand(
      new Command("send")
        .description("send a signal, to one agent or to all; prints its id")
        .argument("<type>", 'the signal type: "built", "go", "abort"')
        .argument("[payload]", "JSON, or - for stdin (default: null)")
        .option("--to <agent>", "the agent that gets it")
        .option("--broadcast", "everybody gets it")
        .option(...as)
        .option("--ttl <duration>", "after so long nobody gets it any more (default: 60s)")
        .action(runs(async () => (await import("./send-signal.ts")).sendSignal)),
    )
    .addCommand(
      new Command("wait")
        .description("wait for a signal to this agent or to all, take it, and print its payload on a line")
        .argument("<types...>", "the signal type; several: the first signal of any of them")
        .option("--from <agents>", "only from this agent; several: a,b,c", collected)
        .option("--timeout <duration>", "end with 124 after so long (seconds, or 10m); 0 looks once")
        .option("--count <number>", "wait until so many are there, and take them together; 1 to 1000")
        .option("--all", "with --from a,b,c: wait until one of each is there, and take them together")
        .option("--with-type", "the type and a blank in front of the payload")
        .option(...as)
        .action(runs(async () => (await import("./wait-for-signals.ts")).waitForSignals)),
    )
    .addCommand(
      new Command("clear")
        .description("remove what waits in an agent's mailbox; asks before")
        .option("--agent <id>", "whose mailbox")
        .addOption(typesOption("signals"))
        .addOption(yesOption())
        .action(runs(async () => (await import("./clear-signals.ts")).clearSignals)),
    );
