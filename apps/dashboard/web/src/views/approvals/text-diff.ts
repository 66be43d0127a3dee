/** What is another word, or another line, in a text than in another. */
import { diffLines, diffWordsWithSpace } from "diff";

export interface TextPiece {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

export type DiffLine =
  | TextPiece
  /** So many lines that are the same in both. */
  | { readonly kind: "folded"; readonly count: number };

/** Texts that have more in common than not are compared in this many steps; others are shown one below the other. */
const maxEditLength = 400;
/** Lines that are the same, before and behind those that are not. */
const aroundLines = 2;

/** Word by word; for texts of one line. */
export function wordDiff(before: string, after: string): readonly TextPiece[] {
  const pieces = diffWordsWithSpace(before, after, { maxEditLength });
  return pieces ? pieces.map(pieceOf) : wholly(before, after);
}

/** Line by line, those far from any change folded. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const pieces =
    diffLines(before, after, { maxEditLength, ignoreNewlineAtEof: true })?.map(pieceOf) ??
    wholly(before, after);
  return pieces.flatMap((piece, at) => {
    const lines = linesOf(piece.text).map((text) => ({ kind: piece.kind, text }));
    if (piece.kind !== "same") return lines;
    return folded(lines, at === 0 ? 0 : aroundLines, at === pieces.length - 1 ? 0 : aroundLines);
  });
}

/** The lines of a diff that somebody else has made. */
export function patchLines(patch: string): readonly (TextPiece | { kind: "place"; text: string })[] {
  return linesOf(patch).map((text) => {
    if (/^(@@|diff |index |--- |\+\+\+ )/.test(text)) return { kind: "place" as const, text };
    if (text.startsWith("+")) return { kind: "added" as const, text: text.slice(1) };
    if (text.startsWith("-")) return { kind: "removed" as const, text: text.slice(1) };
    return { kind: "same" as const, text: text.replace(/^ /, "") };
  });
}

function pieceOf({ value, added, removed }: { value: string; added: boolean; removed: boolean }): TextPiece {
  return { kind: added ? "added" : removed ? "removed" : "same", text: value };
}

function wholly(before: string, after: string): TextPiece[] {
  return [
    { kind: "removed", text: before },
    { kind: "added", text: after },
  ];
}

function folded(lines: readonly TextPiece[], first: number, last: number): DiffLine[] {
  const count = lines.length - first - last;
  if (count < 3) return [...lines];
  return [...lines.slice(0, first), { kind: "folded", count }, ...lines.slice(lines.length - last)];
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
