/** Finds what a TypeScript file imports, types too, without a compiler: TypeScript 7 has no API to ask. */
import { withoutCommentsAndTemplates } from "./without-comments.ts";

const patterns = [
  // import x from "y", import type { x } from "y", export * from "y"; over several lines
  /(?:^|[;}])[ \t]*(?:import|export)\b[^"';=()]*?\bfrom\s*(["'])(.+?)\1/gm,
  // import "y"
  /(?:^|[;}])[ \t]*import\s*(["'])(.+?)\1/gm,
  // import("y"), in code and in types
  /\bimport\s*\(\s*(["'])(.+?)\1/g,
  /\bimport\.meta\.resolve\s*\(\s*(["'])(.+?)\1/g,
  /\brequire(?:\.resolve)?\s*\(\s*(["'])(.+?)\1/g,
];

/** Each specifier once, sorted. Comments and template strings do not count: examples and generated code live there. */
export function importedSpecifiers(source: string): string[] {
  const code = withoutCommentsAndTemplates(source);
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2]!));
  return [...new Set(found)].sort();
}
