/**
 * Finds the functions of a JavaScript or TypeScript file with their lengths: functions, methods and arrow functions
 * with a body in braces. Lexical: it matches brackets and looks at what stands before a `{`, it does not parse.
 */
import { scanJavaScript } from "./scan-javascript.ts";

export interface FoundFunction {
  readonly name: string;
  /** Where it starts, counted from 1. */
  readonly line: number;
  readonly lines: number;
  /** Without the lines of the functions inside it: a test suite is one function of a thousand lines, and none is long. */
  readonly ownLines: number;
}

interface OpenFunction {
  readonly name: string;
  readonly line: number;
  innerLines: number;
}

/** Words that may stand before `(…) {` without making a function of it. */
const controlWords: ReadonlySet<string> = new Set(["if", "for", "while", "switch", "catch", "with", "await"]);

/** How much of the text before a bracket is looked at. */
const lookBack = 300;

export function javaScriptFunctions(source: string): FoundFunction[] {
  const { code } = scanJavaScript(source);
  const functions: FoundFunction[] = [];
  /** The functions and other blocks that are open: `undefined` for the others. */
  const open: (OpenFunction | undefined)[] = [];
  const openFunctions: OpenFunction[] = [];
  const brackets: number[] = [];
  /** For a closing bracket, where it was opened. */
  const opened = new Map<number, number>();
  let line = 1;
  for (const { 0: char, index } of code.matchAll(/[(){}\n]/g)) {
    if (char === "\n") line += 1;
    else if (char === "(") brackets.push(index);
    else if (char === ")") opened.set(index, brackets.pop() ?? index);
    else if (char === "{") {
      const started = openFunction(code, index, line, opened);
      open.push(started);
      if (started) openFunctions.push(started);
    } else {
      const closed = open.pop();
      if (!closed) continue;
      const { name, innerLines } = closed;
      const lines = line - closed.line + 1;
      openFunctions.pop();
      const outer = openFunctions.at(-1);
      if (outer) outer.innerLines += lines;
      functions.push({ name, line: closed.line, lines, ownLines: Math.max(1, lines - innerLines) });
    }
  }
  return functions.sort((a, b) => a.line - b.line);
}

function openFunction(
  code: string,
  brace: number,
  line: number,
  opened: ReadonlyMap<number, number>,
): OpenFunction | undefined {
  const head = headOf(code, brace, opened);
  // It starts where its head does, which may be lines above its brace.
  return head && { name: head.name, line: line - linesIn(code.slice(head.start, brace)), innerLines: 0 };
}

interface Head {
  readonly name: string;
  readonly start: number;
}

/** The head of the function whose body opens at `brace`; `undefined` when it is some other brace. */
function headOf(code: string, brace: number, opened: ReadonlyMap<number, number>): Head | undefined {
  const before = code.slice(Math.max(0, brace - lookBack), brace).trimEnd();
  const isArrow = before.endsWith("=>");
  const end = Math.max(0, brace - lookBack) + before.length - (isArrow ? 2 : 0);
  const close = closeBefore(code, end);
  if (close === undefined) return isArrow ? arrowWithoutBrackets(code, end) : undefined;
  const start = opened.get(close);
  if (start === undefined) return undefined;
  return isArrow ? { name: assignedName(code, start), start } : nameFunction(code, start);
}

/** The `)` of the parameters before `end`, a return type in between allowed; `a ? b(c) : {` has none. */
function closeBefore(code: string, end: number): number | undefined {
  const text = code.slice(Math.max(0, end - lookBack), end);
  const close = text.lastIndexOf(")");
  if (close < 0 || !/^\s*(?::\s*[^;{}()\s][^;{}()]*)?$/.test(text.slice(close + 1))) return undefined;
  return end - text.length + close;
}

function nameFunction(code: string, parameters: number): Head | undefined {
  const { text, from } = textBefore(code, parameters);
  const match = /(?:(?<![\w$])function\b\s*\*?\s*([\w$]*)|([\w$#]+))$/.exec(text);
  const word = match?.[1] ?? match?.[2];
  if (!match || word === undefined || controlWords.has(word)) return undefined;
  if (/\bextends\s*$/.test(text.slice(0, match.index))) return undefined; // class A extends mixin(B) {
  const start = from + match.index;
  return { name: word === "" ? assignedName(code, start) : word, start };
}

function arrowWithoutBrackets(code: string, end: number): Head | undefined {
  const text = code.slice(Math.max(0, end - lookBack), end).trimEnd();
  const parameter = /[\w$]+$/.exec(text);
  if (!parameter) return undefined;
  const start = Math.max(0, end - lookBack) + parameter.index;
  return { name: assignedName(code, start), start };
}

/** What a function without a name of its own is called by: `x = …`, `x: …`, or the call that it is passed to. */
function assignedName(code: string, start: number): string {
  const text = code
    .slice(Math.max(0, start - lookBack), start)
    .trimEnd()
    .replace(/\basync$/, "")
    .trimEnd();
  const assigned = /([\w$#]+)\s*[:=]$/.exec(text)?.[1];
  if (assigned !== undefined) return assigned;
  const typed = /(?<![\w$])(?:const|let|var)\s+([\w$]+)\s*:[^=;]*=$/.exec(text)?.[1];
  if (typed !== undefined) return typed;
  const call = /([\w$]+)\s*\([^(){};]*$/.exec(text)?.[1];
  return call === undefined || controlWords.has(call) ? "(anonymous)" : `callback of ${call}`;
}

/** The text before a function's parameters, its type parameters taken off. */
function textBefore(code: string, parameters: number): { text: string; from: number } {
  const from = Math.max(0, parameters - lookBack);
  const text = code.slice(from, parameters).trimEnd();
  return {
    text: text.endsWith(">")
      ? text.replace(/<[^<>(){};]*(?:<[^<>(){};]*>[^<>(){};]*)*>$/, "").trimEnd()
      : text,
    from,
  };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
