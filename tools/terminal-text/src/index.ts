/** Texts for a terminal: made safe, cut to its cells, in tables. */
export { cellWidth } from "./cell-width.ts";
export { cleanJson } from "./clean-json.ts";
export { cleanText } from "./clean-text.ts";
export { clipped } from "./clipped.ts";
export { nearestName } from "./nearest-name.ts";
export { padded } from "./padded.ts";
export { percentText, progressBar } from "./progress-bar.ts";
export { type TableColumn, type TableOptions, textTable } from "./text-table.ts";
