/** What an event says, in one line. */

import type { EventJson } from "../../../../src/protocol/records.ts";
import { bytesText } from "../../ui/bytes-text.ts";

/** More is not seen in a line. */
const longest = 400;

export function dataBrief({ data, data_bytes, invalid_reason }: EventJson): string {
  if (invalid_reason !== undefined) return `not valid: ${invalid_reason}`;
  if (data === undefined) return data_bytes === undefined ? "" : `${bytesText(data_bytes)} of data`;
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
