/** Archivers that are killed at any moment while they write to a server. */
import { expect, it } from "vitest";
import { killArchivers } from "../../support/killed-archivers.ts";
import { numbersIn, type RealStore } from "./real-store.ts";

const kills = 6;
const events = 5000;

export function killed(store: RealStore): void {
  it(`keeps each of ${events} events once while its archivers are killed ${kills} times`, async () => {
    await killArchivers({ to: store.url, kills, events, batchMs: 30, afterKill: () => store.idle() });
    expect(numbersIn(await store.rows())).toEqual(Array.from({ length: events }, (_, n) => n));
    expect(await store.countPlainly()).toBe(events);
  });
}
