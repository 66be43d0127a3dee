/** How an error is told: a sentence and what to do, or JSON; its traces only to whoever wants them. */
import { AttuneError } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError } from "./exit-code.ts";
import type { Output } from "./session/output.ts";

export interface TellErrorOptions {
  readonly stderr: Output;
  readonly json: boolean;
  readonly debug: boolean;
}

export function tellError(error: unknown, { stderr, json, debug }: TellErrorOptions): void {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof AttuneError ? error.code : null;
  const advice = error instanceof CliError ? error.advice : [];
  if (json) {
    stderr.json({ error: { code, message, advice } });
  } else {
    stderr.line(cleanText(`attune: ${message}${code ? ` (${code})` : ""}`));
    for (const line of advice) stderr.line(cleanText(`  ${line}`));
  }
  if (!debug) return;
  for (let at: unknown = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    const trace = at instanceof Error ? (at.stack ?? at.message) : String(at);
    for (const line of trace.split("\n")) stderr.line(cleanText(line));
  }
}
