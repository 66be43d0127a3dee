import { Command } from "commander";
import type { Definition } from "../../host.ts";
import { collected, ownOptions } from "../own-options.ts";

const as = ["--as <id>", 'the agent to be (default: ATTUNE_AGENT, else "shell")'] as const;

export const signals: Definition = ({ runs }) =>
  ownOptions(new Command("signals"))
    .description("signals between agents: those that were sent, those that wait; send one, wait for one")
    .option("-f, --follow", "go on with what is sent from now on, until Ctrl-C")
    .option("--agent <id>", "what waits in this agent's mailbox; with --follow: from it, to it, and to all")
    .option("--type <type>", "only signals of this type; several: say it again", collected)
    .option("--from <agents>", "only signals of this agent; several: a,b,c", collected)
    .option(
      "--count <number>",
      "the newest so many (default: 20), with --agent the first; with --follow: end after so many",
    )
    .option("--since <when>", "not older than: 90s, 10m, 2h, 1d ago, or a time; with --follow begin there")
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
        .option("--count <number>", "wait until so many are there, and take them together")
        .option("--all", "with --from a,b,c: wait until one of each is there, and take them together")
        .option("--with-type", "the type and a blank in front of the payload")
        .option(...as)
        .action(runs(async () => (await import("./wait-for-signals.ts")).waitForSignals)),
    )
    .addCommand(
      new Command("clear")
        .description("remove what waits in an agent's mailbox; asks before")
        .option("--agent <id>", "whose mailbox")
        .option("--type <type>", "only signals of this type; several: say it again", collected)
        .option("-y, --yes", "do not ask")
        .action(runs(async () => (await import("./clear-signals.ts")).clearSignals)),
    );
