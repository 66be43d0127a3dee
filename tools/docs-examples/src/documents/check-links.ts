/** Follows the relative links of a document to files, folders and headings of this repository. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { findFences, proseOf } from "./fences.ts";
import type { Document } from "./find-documents.ts";
import { anchorsOf } from "./headings.ts";

/** One sentence for each link that leads nowhere. */
export async function checkLinks(root: string, document: Document): Promise<string[]> {
  const prose = withoutInlineCode(proseOf(document.text, findFences(document.text)));
  const problems: string[] = [];
  for (const { target, line } of linksOf(prose)) {
    const problem = await whatIsWrongWith(root, document, target);
    if (problem) problems.push(`${document.path}:${line}: ${target} ${problem}`);
  }
  return problems;
}

const linkPatterns = [
  /\]\(\s*(?:<([^>\n]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g, // [text](target "title")
  /^ {0,3}\[[^\]^]+\]:\s*(?:<([^>\n]*)>|(\S+))/gm, // [name]: target
  /\b(?:href|src)=(?:"([^"]*)"|'([^']*)')/g,
];

function linksOf(prose: string): { target: string; line: number }[] {
  const links = linkPatterns.flatMap((pattern) =>
    [...prose.matchAll(pattern)].map((match) => ({
      target: (match[1] ?? match[2])!,
      line: prose.slice(0, match.index).split("\n").length,
    })),
  );
  return links.sort((a, b) => a.line - b.line);
}

async function whatIsWrongWith(
  root: string,
  document: Document,
  target: string,
): Promise<string | undefined> {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return undefined; // elsewhere
  const [, encodedPath = "", , anchor] = /^([^#?]*)(\?[^#]*)?(?:#(.*))?$/.exec(target)!;
  const path = decodeURIComponent(encodedPath);
  const from = path.startsWith("/") ? root : dirname(join(root, document.path));
  const file = path === "" ? join(root, document.path) : join(from, path);
  if (relative(root, file).startsWith("..")) return "leaves the repository";
  const kind = await kindOf(file);
  if (kind === undefined) return "does not exist";
  // line numbers of a source file (#L10) may move; they are not looked at
  if (anchor === undefined || (kind === "file" && !file.endsWith(".md"))) return undefined;
  const markdown = kind === "folder" ? join(file, "README.md") : file;
  if (!(await kindOf(markdown))) return "has an anchor, but no README.md";
  const anchors = anchorsOf(await readFile(markdown, "utf8"));
  return anchors.has(decodeURIComponent(anchor)) ? undefined : "names a heading that is not there";
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** With as many characters and lines as before. */
function withoutInlineCode(prose: string): string {
  return prose.replaceAll(/(?<!`)(`+)(?!`)([^`]|(?!\1(?!`))`)*?(?<!`)\1(?!`)/g, (code) =>
    code.replaceAll(/[^\n]/g, " "),
  );
}
