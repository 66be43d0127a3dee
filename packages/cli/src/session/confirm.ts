/** Asks at the terminal before something is done that cannot be taken back. */
import { createInterface } from "node:readline";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, usageError } from "../exit-code.ts";
import type { Session } from "./session.ts";

/**
 * Throws unless it is to be done: for a "no" a `CliError`. Where nobody can be asked `--yes` has to say it; without that it is
 * wrong usage.
 */
export async function confirm(session: Session, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!session.surroundings.stdin.isTTY || !session.stderr.isTerminal) {
    throw usageError(`${question} Nobody can be asked here: say --yes.`);
  }
  // What was said before stands in front of the question.
  session.stdout.flush();
  session.stderr.flush();
  const answer = await ask(session, `${cleanText(question)} [y/N] `);
  session.signal.throwIfAborted();
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new CliError(exitCode.failed, "Nothing was done.");
}

/** `null`: the input has ended, or Ctrl-C. */
function ask({ signal, surroundings }: Session, prompt: string): Promise<string | null> {
  if (signal.aborted) return Promise.resolve(null);
  surroundings.stderr.write(prompt);
  const lines = createInterface({ input: surroundings.stdin, terminal: false });
  return new Promise((resolve) => {
    const close = () => lines.close();
    signal.addEventListener("abort", close, { once: true });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    lines.once("close", () => {
      signal.removeEventListener("abort", close);
      resolve(null);
    });
  });
}
