/** Rows that ClickHouse cannot hold, or not exactly as they are. NUL, huge numbers and deep JSON are just text to it. */
import type { ArchiveRow } from "../../sink.ts";
import { whyMalformed } from "../why-malformed.ts";
import { whyOver64Bits } from "../why-over-64-bits.ts";

export function whyRefused(row: ArchiveRow): string | undefined {
  return whyMalformed(row) ?? whyOver64Bits(row.eventId);
}
