/** Reads from a document which programs it shows, what they print, and what is wrong with how it says so. */

import { type Fence, findFences } from "./fences.ts";
import type { Document } from "./find-documents.ts";
import { type InfoWords, readInfoWords } from "./info-words.ts";

export interface Program {
  /** The document's path. */
  document: string;
  /** Where it begins in the document, from 1. */
  line: number;
  /** Its name from `file=`; undefined for a block that is a program of its own. */
  file: string | undefined;
  /** Line n of it is line n of the document, so that compilers and stack traces name the right one. */
  source: string;
  /** Programs of one document with the same word run at the same time. */
  together: string | undefined;
  /** Why it is compiled, but not run. */
  skip: string | undefined;
  /** Why it is neither compiled nor run. */
  fragment: string | undefined;
  /** The lines that it has to print; undefined when the document does not say. */
  output: string[] | undefined;
}

export interface DocumentPrograms {
  programs: Program[];
  /** One sentence each, beginning with the place: "README.md:19: …" */
  problems: string[];
}

const wordsOfTs = ["file", "together", "skip", "fragment"];
const reasons = ["skip", "fragment"];
const likeTs = /^(typescript|mts|cts|tsx|javascript|js|mjs|cjs|jsx)$/i;

export function readPrograms(document: Document): DocumentPrograms {
  const programs: Program[] = [];
  const problems: string[] = [];
  const problemAt = (line: number, message: string) => problems.push(`${document.path}:${line}: ${message}`);

  for (const [index, text] of document.text.split("\n").entries()) {
    if (/^\s*>[\s>]*(`{3,}|~{3,})\s*\S/.test(text))
      problemAt(index + 1, "a block inside a quotation is not seen, move it out");
  }
  let previous: { program: Program; endLine: number } | undefined;
  for (const fence of findFences(document.text)) {
    const info = readInfoWords(fence.info);
    const problem = (message: string) => problemAt(fence.line, message);
    if (!fence.closed) problem("this block is never closed");
    if (info.language === "ts") {
      checkWords(info, problem);
      const program = programFor(programs, document.path, fence.line, info.words);
      addLines(program, fence);
      previous = { program, endLine: fence.endLine };
      continue;
    }
    if (likeTs.test(info.language)) problem(`nobody runs a block of ${info.language}: write it as ts`);
    if (/^(text|console)$/.test(info.language) && info.words.has("output")) {
      if (previous && onlyBlankBetween(document.text, previous.endLine, fence.line)) {
        previous.program.output = [...(previous.program.output ?? []), ...fence.content];
      } else problem("this output follows no ts block directly");
    } else if (info.words.has("output")) problem("output is text or console");
    previous = undefined;
  }
  for (const program of programs) checkCompany(program, programs, problemAt);
  return { programs, problems };
}

function checkWords({ words, misread }: InfoWords, problem: (message: string) => void): void {
  if (misread) problem(`cannot be understood: ${misread}`);
  for (const [name, value] of words) {
    if (!wordsOfTs.includes(name))
      problem(`${name} is no word of a ts block; there are ${wordsOfTs.join(", ")}`);
    else if (value.trim() === "") problem(`${name} needs ${reasons.includes(name) ? "a reason" : "a name"}`);
  }
  const file = words.get("file");
  if (file && !/^[\w-][\w.-]*\.ts$/.test(file))
    problem(`file=${file} is no plain file name that ends with .ts`);
}

/** The program of that name, so far as the document has told it, or a new one. */
function programFor(
  programs: Program[],
  document: string,
  line: number,
  words: ReadonlyMap<string, string>,
): Program {
  const file = words.get("file");
  let program = file === undefined ? undefined : programs.find((known) => known.file === file);
  if (!program) {
    program = {
      document,
      line,
      file,
      source: "",
      together: undefined,
      skip: undefined,
      fragment: undefined,
      output: undefined,
    };
    programs.push(program);
  }
  // what one part of a program says holds for all of it
  program.together = words.get("together") ?? program.together;
  program.skip = words.get("skip") ?? program.skip;
  program.fragment = words.get("fragment") ?? program.fragment;
  return program;
}

function addLines(program: Program, { line, content }: Fence): void {
  const linesSoFar = program.source.split("\n").length - 1;
  program.source += "\n".repeat(line - linesSoFar) + content.map((text) => `${text}\n`).join("");
}

function onlyBlankBetween(text: string, endLine: number, nextLine: number): boolean {
  const between = text.split("\n").slice(endLine, nextLine - 1);
  return between.every((line) => line.trim() === "");
}

function checkCompany(
  { line, together }: Program,
  programs: readonly Program[],
  problemAt: (line: number, message: string) => void,
): void {
  if (together === undefined) return;
  const company = programs.filter((other) => other.together === together);
  if (company.length < 2) problemAt(line, `together=${together} stands at one program only`);
}
