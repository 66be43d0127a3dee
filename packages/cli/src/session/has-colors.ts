/** Whether colours are wanted: `--no-color`, NO_COLOR (https://no-color.org), FORCE_COLOR, and what the terminal can. */
import type { OutputStream } from "./output.ts";

export function hasColors(
  stream: OutputStream,
  words: readonly string[],
  { NO_COLOR, FORCE_COLOR }: Readonly<NodeJS.ProcessEnv>,
): boolean {
  if (words.includes("--no-color") || NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0";
  return stream.isTTY === true && stream.hasColors?.() !== false;
}
