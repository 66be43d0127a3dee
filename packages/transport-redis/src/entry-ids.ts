/** The ids next to an entry id. Their parts may exceed 2^53. */

const maxPart = 2n ** 64n - 1n;

/** "0-0" has none before it, and stands for itself. */
export function idBefore(id: string): string {
  const [ms, sequence] = partsOf(id);
  if (sequence > 0n) return `${ms}-${sequence - 1n}`;
  return ms === 0n ? id : `${ms - 1n}-${maxPart}`;
}

/** The largest id has none behind it, and stands for itself. */
export function idBehind(id: string): string {
  const [ms, sequence] = partsOf(id);
  if (sequence < maxPart) return `${ms}-${sequence + 1n}`;
  return ms === maxPart ? id : `${ms + 1n}-0`;
}

function partsOf(id: string): [ms: bigint, sequence: bigint] {
  const dash = id.indexOf("-");
  return [BigInt(id.slice(0, dash)), BigInt(id.slice(dash + 1))];
}
