/** From the words of the command line to the exit code. */
import { Command, CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { addDashboardOptions, type CommandValues, dashboardOptionsOf } from "./dashboard-command.ts";

interface Values extends CommandValues {
  readonly url?: string;
  readonly prefix?: string;
}

/** As those of `attune`: 0 ok, 1 failed, 2 wrong usage, 130 and 143 ended by SIGINT and SIGTERM. */
export async function main(words: readonly string[]): Promise<number> {
  const command = addDashboardOptions(new Command("attune-dashboard"))
    .description("The fleet, live, in a browser.")
    .version(manifest.version, "-V, --version", "print the version")
    .option(
      "--url <url>",
      "the store: sqlite:PATH or redis://HOST:PORT (default: ATTUNE_URL, else .attune/attune.db)",
    )
    .option("--prefix <text>", 'in front of every key in the store (default: "empathy:")')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    command.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  try {
    return await serve(command.opts<Values>());
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    process.stderr.write(`attune-dashboard: ${message}\n`);
    return code === "ATTUNE_ARGUMENT_INVALID" || code === "ATTUNE_URL_INVALID" ? 2 : 1;
  }
}

async function serve({ url, prefix, ...values }: Values): Promise<number> {
  // Only now: `--help` needs none of it.
  const { startDashboard } = await import("../start-dashboard.ts");
  await using dashboard = await startDashboard({
    ...(await dashboardOptionsOf(values, process.env)),
    ...(url === undefined ? {} : { url }),
    ...(prefix === undefined ? {} : { prefix }),
  });
  process.stderr.write(`Store: ${dashboard.location}\n`);
  process.stdout.write(`${dashboard.link}\n`);
  process.stderr.write("Open that link. Ctrl-C ends the dashboard.\n");
  const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  // Awaited here: the dashboard ends with this block.
  return await new Promise<number>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(name, () => resolve(exitCodes[name]));
    }
  });
}
