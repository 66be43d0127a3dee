/** Cuts a text to so many cells of a terminal. */
import { cellWidth, isPlain } from "./cell-width.ts";
import { cleanText } from "./clean-text.ts";

/** Made when it is first needed: that takes longer than a small command does otherwise. */
let graphemes: Intl.Segmenter | undefined;

/** Cleaned, and if it has to be cut, in front of a whole character, with an ellipsis. */
export function clipped(text: string, width: number): string {
  if (!(width > 0)) return "";
  // Far more than any line holds: cutting a long text first keeps the work small.
  const most = 1000 + 20 * width;
  const clean = cleanText(text.length > most ? text.slice(0, most) : text);
  const cut = text.length > most;
  if (isPlain(clean)) return clean.length <= width && !cut ? clean : `${clean.slice(0, width - 1)}…`;
  let used = 0;
  let end = 0; // where the ellipsis would stand
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment, index } of graphemes.segment(clean)) {
    used += cellWidth(segment);
    if (used > width) return `${clean.slice(0, end)}…`;
    if (used < width) end = index + segment.length;
  }
  return cut ? `${clean.slice(0, end)}…` : clean;
}
