/** Metadata in one line: `run_id: 7 · stages: 3 items`. */

import type { AgentJson } from "../../../../src/protocol/records.ts";
import { bytesText } from "../../ui/bytes-text.ts";

const mostShown = 4;
const longestValue = 40;

/** `left out`: what is shown elsewhere already. */
export function metadataBrief(
  { metadata, metadata_bytes }: AgentJson,
  leftOut: readonly string[] = [],
): string {
  if (typeof metadata_bytes === "number") return bytesText(metadata_bytes);
  const parts: string[] = [];
  for (const name in metadata) {
    if (leftOut.includes(name)) continue;
    if (parts.length === mostShown) return `${parts.join(" · ")} · …`;
    parts.push(`${cut(name)}: ${cut(valueBrief(metadata[name]))}`);
  }
  return parts.join(" · ");
}

function valueBrief(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? "1 item" : `${value.length} items`;
  if (typeof value === "object" && value !== null) return "{…}";
  return String(value);
}

function cut(text: string): string {
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
}
