/** Conditions of puts: absent and version. Of those that race one wins, and the others learn what is there. */
import type { PutOutcome } from "@attune/transport";
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { bucket, get, put } from "./put.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";

/** The one outcome that was stored; each of the others has to tell of this record instead. */
function expectOneWinner(outcomes: readonly PutOutcome[], version: number): string {
  expect(outcomes.filter(({ stored }) => stored)).toEqual([{ stored: true, version, incarnation: 0 }]);
  const winner = `${outcomes.findIndex(({ stored }) => stored)}`;
  for (const outcome of outcomes) {
    if (outcome.stored) continue;
    expect(outcome).toMatchObject({ reason: "condition", current: { value: winner, version } });
  }
  return winner;
}

export function recordsConditions(suite: Suite): void {
  suite.concern("conditions of puts", () => {
    suite.test("a put for a record that must not be there is refused where it is", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const condition = { absent: true } as const;
      expect(await put(one, "k", "first", { condition })).toEqual({
        stored: true,
        version: 1,
        incarnation: 0,
      });
      const refused = await put(other, "k", "second", { condition, leaseMs: null });
      expect(refused).toMatchObject({
        stored: false,
        reason: "condition",
        current: { key: "k", value: "first", version: 1, incarnation: 0, excused: false },
      });
      // A refused put changes nothing, the lease included.
      expect(await get(one, "k")).toMatchObject({ value: "first", version: 1, leaseMs: expect.any(Number) });
    });

    suite.test(
      "of fifty that race to put a record first, from two transports, one wins",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const outcomes = await Promise.all(
          numbers(0, 49).map((n) => put(n % 2 ? one : other, "k", `${n}`, { condition: { absent: true } })),
        );
        const winner = expectOneWinner(outcomes, 1);
        expect(await get(one, "k")).toMatchObject({ value: winner, version: 1 });
      },
    );

    suite.test("a record is absent again once it was deleted, or its time is over", async ({ open }) => {
      const transport = await open();
      const condition = { absent: true } as const;
      await put(transport, "k", "first");
      await transport.records.delete(bucket, "k");
      expect(await put(transport, "k", "again", { condition, leaseMs: 20, keepMs: 20 })).toMatchObject({
        stored: true,
        version: 1,
      });
      const outcome = await until("it is forgotten", async () => {
        const attempt = await put(transport, "k", "anew", { condition });
        return attempt.stored && attempt;
      });
      expect(outcome).toMatchObject({ version: 1 });
      expect(await get(transport, "k")).toMatchObject({ value: "anew" });
    });

    suite.test("a record whose lease has run out is there for as long as it is kept", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "first", { leaseMs: 1 });
      await until("the lease runs out", async () => (await get(transport, "k"))!.leaseMs! <= 0);
      expect(await put(transport, "k", "second", { condition: { absent: true } })).toMatchObject({
        stored: false,
        current: { value: "first", version: 1 },
      });
    });

    suite.test("a put for a version is carried out on this version only", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "first");
      expect(await put(other, "k", "second", { condition: { version: 1 } })).toEqual({
        stored: true,
        version: 2,
        incarnation: 0,
      });
      for (const version of [1, 3, 2 ** 52]) {
        expect(await put(one, "k", "third", { condition: { version } })).toMatchObject({
          stored: false,
          reason: "condition",
          current: { value: "second", version: 2 },
        });
      }
      expect(await get(other, "k")).toMatchObject({ value: "second", version: 2 });
    });

    suite.test("a put for a version of a record that is not there says so", async ({ open }) => {
      const transport = await open();
      expect(await put(transport, "k", "x", { condition: { version: 1 } })).toEqual({
        stored: false,
        reason: "condition",
        current: null,
      });
      expect(await get(transport, "k")).toBe(null);
    });

    suite.test("of fifty that race for one version, from two transports, one wins", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "before");
      for (const version of numbers(1, 3)) {
        const outcomes = await Promise.all(
          numbers(0, 49).map((n) => put(n % 2 ? one : other, "k", `${n}`, { condition: { version } })),
        );
        const winner = expectOneWinner(outcomes, version + 1);
        expect(await get(other, "k")).toMatchObject({ value: winner, version: version + 1 });
      }
    });

    suite.test("twenty that count up together, by versions, lose no count", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "0");
      await Promise.all(
        numbers(1, 20).map(async (n) => {
          const transport = n % 2 ? one : other;
          let current = await get(transport, "k");
          for (let counted = 0; counted < 5; ) {
            const { value, version } = current!;
            const outcome = await put(transport, "k", `${Number(value) + 1}`, { condition: { version } });
            if (outcome.stored) counted++;
            current = outcome.stored ? await get(transport, "k") : outcome.current;
          }
        }),
      );
      expect(await get(one, "k")).toMatchObject({ value: "100", version: 101 });
    });
  });
}
