/** How much a JSON value takes in memory: not exact, but bounded by it things stay bounded. */
export function roughBytes(value: unknown): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 32;
  if (Array.isArray(value)) {
    for (const each of value) bytes += roughBytes(each);
    return bytes;
  }
  for (const name in value) bytes += 16 + roughBytes((value as Record<string, unknown>)[name]);
  return bytes;
}
