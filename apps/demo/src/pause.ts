/** Pauses that end early when everything does. */
import { setTimeout as delay } from "node:timers/promises";

export async function pause(ms: number, ending: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(0, ms), undefined, { signal: ending });
  } catch (error) {
    if (!ending.aborted) throw error;
  }
}

/** Until it is so. False when everything ends before. */
export async function until(isSo: () => boolean, ending: AbortSignal): Promise<boolean> {
  while (!isSo()) {
    if (ending.aborted) return false;
    await pause(10, ending);
  }
  return true;
}
