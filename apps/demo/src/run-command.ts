/** Runs the demonstration that the command line names, and ends with its exit code. Loaded by `main.ts`. */
import { isatty } from "node:tty";
import { AttuneError } from "@attune/transport";
import { readCommandLine } from "./command-line.ts";
import { DemonstrationError } from "./demonstration.ts";
import { helpText } from "./help-text.ts";

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // The first asks to end; who asks again does not want to wait.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}

// `npm run demo | head`: a reader that has seen enough is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  const commandLine = readCommandLine(process.argv.slice(2), process.env);
  if (commandLine === "help") {
    console.log(helpText());
  } else {
    const { demonstration, url, options } = commandLine;
    const { stdout } = process;
    const stdin = isatty(0) ? process.stdin : undefined;
    const { signal } = interruption;
    process.exitCode = await demonstration.run({ url, options, stdout, stdin, signal });
  }
} catch (error) {
  // Both say in their message what to do; anything else is a mistake of ours, and shows its stack.
  if (!(error instanceof DemonstrationError || error instanceof AttuneError)) throw error;
  if (!interruption.signal.aborted) console.error(error.message);
  process.exitCode = error instanceof DemonstrationError ? error.exitCode : 1;
}
// What was interrupted could not come out as expected.
if (interruption.signal.aborted && process.exitCode !== 0) process.exitCode = 130;
