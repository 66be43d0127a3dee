/** Below which average a stage is poor, as this browser's user wants it. */
import { remember, remembered } from "../../ui/remembered.ts";

const key = "attune.quality.threshold";
/** As in @attune/feedback. */
const byDefault = 0.7;

export function rememberedThreshold(): number {
  const stored = Number.parseFloat(remembered(key) ?? "");
  return stored >= 0 && stored <= 1 ? stored : byDefault;
}

export function rememberThreshold(threshold: number): void {
  remember(key, String(threshold));
}
