/** Below which average a stage is poor, as this browser's user wants it. */

const key = "attune.quality.threshold";
/** As in @attune/feedback. */
const byDefault = 0.7;

export function rememberedThreshold(): number {
  const stored = Number.parseFloat(localStorage.getItem(key) ?? "");
  return stored >= 0 && stored <= 1 ? stored : byDefault;
}

export function rememberThreshold(threshold: number): void {
  localStorage.setItem(key, String(threshold));
}
