/** A fingerprint of what is to be approved, so that nobody approves one thing and another is done. */
import { createHash } from "node:crypto";
import type { JsonValue } from "@attune/transport";

/**
 * SHA-256 in hexadecimal, over `[approvalType, context]` as canonical JSON (RFC 8785): the same for equal values, whoever
 * wrote them, and in whichever language.
 */
export function digestOf(approvalType: string, context: JsonValue): string {
  return fingerprint([approvalType, context]);
}

export function fingerprint(value: JsonValue): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/** Keys in the order of their UTF-16 units. Not by sorting into an object: that puts "10" before "9" and before "a". */
function canonical(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonical).join(",")}]`;
  const object = value as { readonly [key: string]: JsonValue };
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key]!)}`);
  return `{${members.join(",")}}`;
}
