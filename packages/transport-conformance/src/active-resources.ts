/** What keeps this process alive: sockets, timers, file watchers. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";

/** Their kinds, sorted. Immediates are left out: the next turn of the event loop ends them. */
export function activeResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kind !== "Immediate")
    .sort();
}

/** What does so once everything that is just closing has gone: what a test compares with afterwards. */
export async function settledResources(): Promise<string[]> {
  const samples: string[] = [];
  while (samples.length < 10 || new Set(samples.slice(-10)).size > 1) {
    samples.push(activeResources().join());
    await pause(2);
  }
  return activeResources();
}

/** Resolves once nothing is left but what was there before; sockets take a few turns to go. */
export async function untilOnly(before: readonly string[]): Promise<void> {
  const endsAt = performance.now() + 2000;
  while (left(before).length > 0 && performance.now() < endsAt) await pause(5);
  expect(left(before)).toEqual([]);
}

function left(before: readonly string[]): string[] {
  const now = activeResources();
  for (const kind of before) {
    const index = now.indexOf(kind);
    if (index >= 0) now.splice(index, 1);
  }
  return now;
}
