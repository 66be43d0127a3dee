/** Sizes as texts, with as many digits as anybody reads. */

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1.5 MiB`; `null`: unknown. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return "?";
  let value = bytes;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
