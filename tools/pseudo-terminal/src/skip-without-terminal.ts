/** For tests that have to be left out, loudly, where tmux cannot be had: `beforeEach(skipWithoutTerminal)`. */
import { unlessNotHere } from "@attune-tools/database-servers";
import { locateTmux } from "./locate-tmux.ts";

let absence: Promise<string | undefined> | undefined;

export async function skipWithoutTerminal(context: { skip(note: string): void }): Promise<void> {
  absence ??= whyAbsent();
  const why = await absence;
  if (why !== undefined) context.skip(why);
}

/** Said once for each file: a summary counts what was skipped, but does not say why. */
async function whyAbsent(): Promise<string | undefined> {
  const tmux = await unlessNotHere(() => locateTmux());
  if (typeof tmux !== "string") return undefined;
  const why = `NOT TESTED: ${tmux}`;
  console.warn(why);
  return why;
}
