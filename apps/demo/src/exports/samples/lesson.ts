/** Lines for newcomers: each is shown with what it does. */

interface Line {
  readonly code: string;
  readonly does: string;
}

const lines: readonly Line[] = [
  { code: "export const a = 1", does: "a constant" },
  { code: "export function b() {}", does: "a function" },
  { code: "export class C {}", does: "a class" },
  { code: "export { d as e }", does: "the same value under another name" },
  { code: "export default f", does: "what an import without braces gives" },
];

// export const unfinished = lines.filter(({ does }) => does === "");

export type { Line };
export { lines as lesson };
