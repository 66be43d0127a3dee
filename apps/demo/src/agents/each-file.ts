/** The loop of an agent over its files: one after the other, with progress, over files that cannot be read. */
import { isFileError } from "../tree/file-error.ts";
import { type FileContent, readText } from "../tree/read-text.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import type { AgentContext } from "./agent.ts";

/** The progress goes from `start` to `end`. */
export interface ProgressSpan {
  readonly start: number;
  readonly end: number;
}

export async function eachFile(
  { publisher, signal, progress }: AgentContext,
  files: readonly TreeFile[],
  visit: (file: TreeFile) => Promise<void>,
  { start, end }: ProgressSpan = { start: 0, end: 1 },
): Promise<void> {
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    try {
      await visit(file);
    } catch (error) {
      if (!isFileError(error)) throw error;
      await publisher.fileFailed(file.path, error);
    }
    progress(start + ((index + 1) / files.length) * (end - start), file.path);
  }
}

/** The same over the text of files; what is no text, or too large, is left out. */
export function eachText(
  context: AgentContext,
  files: readonly TreeFile[],
  visit: (file: TreeFile, text: string) => void | Promise<void>,
): Promise<void> {
  return eachFile(context, files, async (file) => {
    const content: FileContent = await readText(file);
    if (content.kind === "text") await visit(file, content.text);
  });
}
