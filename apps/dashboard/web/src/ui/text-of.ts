/** What somebody wrote into a field, as text. `undefined`: it is none, and turning it into one might fail. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
