/** What somebody threw, in words. Anything can be thrown, and some of it throws when it is looked at. */
export function wordsOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : `it threw ${String(thrown)}`;
    const { message } = thrown;
    return typeof message === "string" && message !== "" ? message : String(thrown.name);
  } catch {
    return "it threw something that cannot be shown";
  }
}

/** The name of its class, for programs: `TypeError`. */
export function nameOf(thrown: unknown, otherwise: string): string {
  try {
    const name: unknown = thrown instanceof Error ? thrown.name : undefined;
    return typeof name === "string" && name !== "" ? name : otherwise;
  } catch {
    return otherwise;
  }
}
