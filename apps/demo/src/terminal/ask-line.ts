/** Reads one line that somebody types. The terminal itself edits it, and takes Ctrl-C. */
import { createInterface } from "node:readline";

/** `null`: the input has ended, or `over` has aborted. */
export function askLine(input: NodeJS.ReadableStream, over: AbortSignal): Promise<string | null> {
  if (over.aborted) return Promise.resolve(null);
  const lines = createInterface({ input, terminal: false });
  return new Promise((resolve) => {
    const close = () => lines.close();
    over.addEventListener("abort", close, { once: true });
    lines.once("close", () => {
      over.removeEventListener("abort", close);
      resolve(null);
    });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
  });
}
