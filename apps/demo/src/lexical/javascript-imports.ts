/** Finds what a JavaScript or TypeScript file imports: `import`, `export … from`, `import()` and `require()`. Lexical. */
import { scanJavaScript } from "./scan-javascript.ts";

// A string is a module's name if one of these stands before it; so a name in a comment or a string never counts.
const beforeModule = /(?<![\w$.])(?:from|import|(?:import|require)\s*\()\s*$/;

/** The modules' names as they are written, each as often as it is imported. */
export function javaScriptImports(source: string): string[] {
  const { code, strings } = scanJavaScript(source);
  return strings
    .filter(({ start }) => beforeModule.test(code.slice(Math.max(0, start - 31), start - 1)))
    .map(({ start, end }) => source.slice(start, end))
    .filter((name) => name !== "");
}
