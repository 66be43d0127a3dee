/** What became of numbered jobs: what was published, what workers noted, and what the store tells. */
import { readFileSync } from "node:fs";
import type { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { expect } from "vitest";
import { eventType, group, maxDeliveries, type Note, poisonText } from "./work.ts";

/** By number, how often it was noted. */
export type Noted = Readonly<Record<Note, ReadonlyMap<number, number>>>;

export function readLedger(ledger: string): Noted {
  const noted = {
    processed: new Map<number, number>(),
    acknowledged: new Map<number, number>(),
    refused: new Map<number, number>(),
  };
  // The last piece is no line. One that a kill cut off would run into the next: `writeSync` of a line is not cut off.
  for (const line of readFileSync(ledger, "utf8").split("\n").slice(0, -1)) {
    const [what, n] = line.split(" ") as [Note, string];
    noted[what].set(Number(n), (noted[what].get(Number(n)) ?? 0) + 1);
  }
  return noted;
}

export interface Reckoning {
  /** Acknowledged to the publisher. */
  readonly published: number;
  readonly poisonous: number;
  /** Of those that are not poisonous. */
  readonly processed: number;
  readonly processedAgain: number;
  /** Neither processed nor a dead letter. */
  readonly lost: number;
  /** Processed once more after a worker was told that it is acknowledged. */
  readonly acknowledgedTwice: number;
  readonly refused: number;
  readonly deadLetters: number;
  /** Poisonous, and not among them. */
  readonly poisonousLeft: number;
  /** Not poisonous, and among them. */
  readonly wronglyDead: number;
  /** With the handler's own error. */
  readonly withError: number;
  /** Those of them that were published when the faults were over. */
  readonly calmWithError: number;
  /** With a count that is not `maxDeliveries`, or neither with the handler's error nor as never acknowledged. */
  readonly unexplained: number;
  readonly pending: number;
}

export interface Reckoned {
  readonly published: number;
  /** The first number that was published when nobody was killed any more. */
  readonly calmFrom: number;
  readonly poisonEvery: number;
  readonly noted: Noted;
}

/** Compares the numbers 1 to `published` with what is noted and kept. */
export async function reckon(
  transport: Transport,
  streamer: EventStreamer,
  { published, calmFrom, poisonEvery, noted }: Reckoned,
): Promise<Reckoning> {
  const letters = await streamer.listDeadLetters({ group, count: 100_000 });
  const dead = new Map(letters.map((letter) => [(letter.data as { n: number }).n, letter]));
  const isPoison = (n: number) => poisonEvery > 0 && n % poisonEvery === 0;
  let poisonous = 0;
  let lost = 0;
  let poisonousLeft = 0;
  for (let n = 1; n <= published; n++) {
    if (isPoison(n)) {
      poisonous++;
      if (!dead.has(n)) poisonousLeft++;
    } else if (!noted.processed.has(n) && !dead.has(n)) lost++;
  }
  const withError = [...dead].filter(([n, { error }]) => error === `Error: ${poisonText(n)}`);
  const explained = [...dead].filter(
    ([n, { error, deliveryCount }]) =>
      deliveryCount === maxDeliveries &&
      (error === `Error: ${poisonText(n)}` || error.includes("never acknowledged")),
  ).length;
  const [state] = await transport.groups.states(eventType);
  return {
    published,
    poisonous,
    processed: noted.processed.size,
    processedAgain: [...noted.processed.values()].filter((times) => times > 1).length,
    lost,
    acknowledgedTwice: [...noted.acknowledged.values()].filter((times) => times > 1).length,
    refused: [...noted.refused.values()].reduce((sum, times) => sum + times, 0),
    deadLetters: letters.length,
    poisonousLeft,
    wronglyDead: [...dead.keys()].filter((n) => !isPoison(n)).length,
    withError: withError.length,
    calmWithError: withError.filter(([n]) => n >= calmFrom).length,
    unexplained: letters.length - explained,
    pending: state!.pending,
  };
}

/**
 * Dead letters tell why the handler failed. Not all of them can: of a process that was killed with the last delivery in its hands, only
 * that is known. Of those that were published after the faults nobody was killed; but the machine may have let one process stand still
 * for `minIdleMs`, with one of them. So at least one is there.
 */
export function expectErrors({ calmWithError }: Reckoning): void {
  expect(calmWithError).toBeGreaterThanOrEqual(1);
}
