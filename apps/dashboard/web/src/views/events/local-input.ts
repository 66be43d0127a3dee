/** Times as `<input type="datetime-local">` has them: local, without a zone. */

/** `2026-11-22T23:05:00` */
export function toInput(ms: number): string {
  const date = new Date(ms);
  const local = new Date(ms - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** In UTC; `undefined`: it is no time. */
export function isoOfInput(text: string): string | undefined {
  if (text === "") return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
