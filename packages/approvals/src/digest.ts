/** A fingerprint of what is to be approved, so that nobody approves one thing and another is done. */
import { createHash } from "node:crypto";
import type { JsonValue } from "@attune/transport";

/** SHA-256 in hexadecimal, over JSON whose keys are sorted: the same for equal values, whoever wrote them. */
export function digestOf(approvalType: string, context: JsonValue): string {
  return createHash("sha256")
    .update(JSON.stringify([approvalType, sorted(context)]))
    .digest("hex");
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  const entries = Object.entries(value as { readonly [key: string]: JsonValue });
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}
