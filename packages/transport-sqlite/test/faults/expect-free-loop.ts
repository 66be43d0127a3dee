/** What every process's event loop has to keep to. */
import { expect } from "vitest";
import type { LoopReport } from "./loop-watch.ts";

const boundMs = 50;
/** Whoever begins SQLite's log anew syncs its header within the call: on a busy disk that takes longer, at times several times longer. */
const syncs = 3;

/** `diskMs`: how long the disk took meanwhile to sync a few bytes, in the median. */
export function expectFreeLoop({ blockedMs }: LoopReport, diskMs: number): void {
  expect(blockedMs).toBeLessThan(boundMs + syncs * diskMs);
}
