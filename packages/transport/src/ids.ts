/** Entry ids: `<milliseconds>-<sequence>`, both unsigned decimals, ordered by the first part and then the second. */

/** Before every entry. */
export const beforeFirstId = "0-0";

/** Both parts are unsigned 64-bit numbers. */
const maxPart = "18446744073709551615";

const pattern = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,19})$/;

export function isEntryId(value: unknown): value is string {
  if (typeof value !== "string" || !pattern.test(value)) return false;
  const dash = value.indexOf("-");
  return (
    compareDecimals(value.slice(0, dash), maxPart) <= 0 &&
    compareDecimals(value.slice(dash + 1), maxPart) <= 0
  );
}

/** Negative when `a` comes first, 0 when equal. Works on the text: the parts may exceed 2^53. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const dashA = a.indexOf("-");
  const dashB = b.indexOf("-");
  return (
    compareDecimals(a.slice(0, dashA), b.slice(0, dashB)) ||
    compareDecimals(a.slice(dashA + 1), b.slice(dashB + 1))
  );
}

function compareDecimals(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The greatest id smaller than this one. "0-0" has none before it, and stands for itself. */
export function idBefore(id: string): string {
  const dash = id.indexOf("-");
  const sequence = BigInt(id.slice(dash + 1));
  if (sequence > 0n) return `${id.slice(0, dash)}-${sequence - 1n}`;
  const ms = BigInt(id.slice(0, dash));
  return ms === 0n ? beforeFirstId : `${ms - 1n}-${maxPart}`;
}

/** The smallest id greater than this one. The greatest of all has none behind it, and stands for itself. */
export function idAfter(id: string): string {
  const dash = id.indexOf("-");
  const ms = id.slice(0, dash);
  const sequence = id.slice(dash + 1);
  if (sequence !== maxPart) return `${ms}-${BigInt(sequence) + 1n}`;
  return ms === maxPart ? id : `${BigInt(ms) + 1n}-0`;
}

/** The smallest id an entry of that millisecond can have. */
export function firstIdAt(time: Date): string {
  return `${Math.max(0, time.getTime())}-0`;
}

/** The largest id an entry of that millisecond can have. */
export function lastIdAt(time: Date): string {
  return `${Math.max(0, time.getTime())}-${maxPart}`;
}

/** When the store took an entry, from its id. */
export function timeOfId(id: string): Date {
  return new Date(Number(id.slice(0, id.indexOf("-"))));
}
