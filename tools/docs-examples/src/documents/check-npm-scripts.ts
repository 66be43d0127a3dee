/** Checks that the npm scripts a document tells its readers to run are there. */

import { findFences } from "./fences.ts";
import type { Document } from "./find-documents.ts";
import { readInfoWords } from "./info-words.ts";

/** One sentence for each `npm run NAME` in prose, in a shell block or in one without a language that has no such script. */
export function checkNpmScripts(document: Document, scripts: readonly string[]): string[] {
  const lines = document.text.split("\n");
  for (const { info, line, endLine } of findFences(document.text)) {
    if (/^(|sh|bash|shell|zsh|console|text)$/.test(readInfoWords(info).language)) continue;
    for (let index = line; index < endLine - 1; index++) lines[index] = "";
  }
  return lines.flatMap((text, index) =>
    [...text.matchAll(/\bnpm (?:run(?:-script)?\s+((?:-\S+\s+)*)([a-z][\w:.-]*)|(test|start)\b)/g)]
      .filter((match) => !/-w|--workspace/.test(match[1] ?? "")) // another package's script
      .map((match) => (match[2] ?? match[3])!.replace(/[.:-]+$/, "")) // the end of a sentence is not part of the name
      .filter((name) => !scripts.includes(name))
      .map((name) => `${document.path}:${index + 1}: there is no npm script ${name}`),
  );
}
