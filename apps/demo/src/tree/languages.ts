/** Which language a file is in, by its name. */
import { extname } from "node:path/posix";

const languageOfExtension: Readonly<Record<string, string>> = {
  ".c": "C",
  ".cc": "C++",
  ".cjs": "JavaScript",
  ".cpp": "C++",
  ".cs": "C#",
  ".css": "CSS",
  ".cts": "TypeScript",
  ".go": "Go",
  ".h": "C",
  ".hpp": "C++",
  ".html": "HTML",
  ".java": "Java",
  ".js": "JavaScript",
  ".json": "JSON",
  ".jsonl": "JSON",
  ".jsx": "JavaScript",
  ".kt": "Kotlin",
  ".lua": "Lua",
  ".md": "Markdown",
  ".mjs": "JavaScript",
  ".mts": "TypeScript",
  ".php": "PHP",
  ".py": "Python",
  ".pyi": "Python",
  ".rb": "Ruby",
  ".rs": "Rust",
  ".scss": "CSS",
  ".sh": "Shell",
  ".sql": "SQL",
  ".svelte": "Svelte",
  ".swift": "Swift",
  ".toml": "TOML",
  ".ts": "TypeScript",
  ".tsx": "TypeScript",
  ".txt": "Text",
  ".vue": "Vue",
  ".yaml": "YAML",
  ".yml": "YAML",
};

const programming: ReadonlySet<string> = new Set([
  "C",
  "C#",
  "C++",
  "Go",
  "Java",
  "JavaScript",
  "Kotlin",
  "Lua",
  "PHP",
  "Python",
  "Ruby",
  "Rust",
  "Shell",
  "Svelte",
  "Swift",
  "TypeScript",
  "Vue",
]);

/** `"Other"` where the name does not tell. */
export function languageOf(path: string): string {
  return languageOfExtension[extname(path).toLowerCase()] ?? "Other";
}

/** Whether it is code that runs, as opposed to documents, data and styles. */
export function isProgram(path: string): boolean {
  return programming.has(languageOf(path));
}

/** Whether the lexical scans for JavaScript can read it. */
export function isJavaScript(path: string): boolean {
  const language = languageOf(path);
  return language === "JavaScript" || language === "TypeScript";
}

export function isPython(path: string): boolean {
  return languageOf(path) === "Python";
}
