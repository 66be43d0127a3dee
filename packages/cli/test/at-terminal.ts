/** Runs the command in this process for a person at a terminal, who answers its questions. */
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { main } from "../src/main.ts";
import { type CliRun, cleanEnv } from "./run-cli.ts";

export async function atTerminal(
  args: readonly string[],
  cwd: string,
  typed: string | AsyncIterable<string> = "",
  /** Of stdout; left out: that is no terminal. */
  columns?: number,
): Promise<CliRun> {
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
  const texts = Promise.all([text(stdout), text(stderr)]);
  const stdin = Object.assign(Readable.from(typeof typed === "string" ? [typed] : typed), { isTTY: true });
  const env = cleanEnv({ USER: "ann", NO_COLOR: "1" });
  const code = await main(args, { stdin, stdout, stderr, env, cwd, name: "attune" });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, stdout: out, stderr: err };
}
