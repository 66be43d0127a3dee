/** A progress bar of block characters. */

export function progressBar(fraction: number, width: number): string {
  const cells = Math.max(0, Math.floor(width));
  const full = Math.round(share(fraction) * cells);
  return "█".repeat(full) + "░".repeat(cells - full);
}

/** `  7 %`: rounded down, so that 100 % means done. */
export function percentText(fraction: number): string {
  return `${String(Math.floor(share(fraction) * 100)).padStart(3)} %`;
}

/** Agents say how far they are: it may be anything. */
function share(fraction: number): number {
  return Number.isNaN(fraction) ? 0 : Math.max(0, Math.min(1, fraction));
}
