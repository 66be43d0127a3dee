/** A progress bar of block characters. */

export function progressBar(fraction: number, width: number): string {
  const full = Math.round(Math.max(0, Math.min(1, fraction)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

/** `  7 %`: rounded down, so that 100 % means done. */
export function percentText(fraction: number): string {
  return `${String(Math.floor(fraction * 100)).padStart(3)} %`;
}
