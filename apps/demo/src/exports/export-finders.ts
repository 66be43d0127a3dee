/** Three ways to find the names that a module exports in its text, for three tiers: the dearer, the less they are fooled. */
import type { ModelTier } from "@attune/workflow";
import { scanJavaScript } from "../lexical/scan-javascript.ts";

/** Values only: types are gone when it runs. */
export type ExportFinder = (source: string) => readonly string[];

export const exportFinders: Record<ModelTier, ExportFinder> = {
  cheap: findDeclared,
  capable: findListed,
  premium: (source) => findListed(scanJavaScript(source).code),
};

const plainDeclaration = /^export (?:async )?(?:function|class|const) (\w+)/gm;

/** One regular expression: lines that begin as declarations usually do. */
function findDeclared(source: string): readonly string[] {
  return distinct(Array.from(source.matchAll(plainDeclaration), ([, name = ""]) => name));
}

const declaration =
  /\bexport\s+(?:(?:abstract|async)\s+)*(?:function\b\s*\*?|class\b|const\b|let\b|var\b)\s*([\w$]+)/g;
const list = /\bexport\s*\{([^{}]*)\}/g;
const destructuring = /\bexport\s+(?:const|let|var)\s*[{[]([^{}[\]]*)[}\]]\s*=/g;
const namespace = /\bexport\s*\*\s*as\s+([\w$]+)/g;
const defaultExport = /\bexport\s+default\b/;

/** All the forms that there are, but wherever they stand: also in comments, strings and templates, if it is given these. */
function findListed(code: string): readonly string[] {
  const names = [declaration, namespace].flatMap((form) =>
    Array.from(code.matchAll(form), ([, name = ""]) => name),
  );
  for (const [, parts = ""] of code.matchAll(list)) names.push(...parts.split(",").map(listedName));
  for (const [, parts = ""] of code.matchAll(destructuring)) names.push(...parts.split(",").map(boundName));
  if (defaultExport.test(code)) names.push("default");
  return distinct(names);
}

/** Of `a`, `a as b` and `type a`. */
function listedName(part: string): string {
  const words = part.trim().split(/\s+/);
  return words[0] === "type" ? "" : words.at(-1)!;
}

/** Of `a`, `a: b`, `a = 1` and `...a`. */
function boundName(part: string): string {
  const [target = ""] = part.split("=");
  return target.replace(/^.*(?::|\.\.\.)/s, "").trim();
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== "");
}
