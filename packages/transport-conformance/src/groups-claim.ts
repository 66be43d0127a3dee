/** Claiming what was pending for too long: from consumers that died, hang, or lost the answer. */
import { expect } from "vitest";
import {
  claim,
  claimOne,
  eventType,
  group,
  make,
  pendingIds,
  read,
  toClaim,
  toDeliveries,
  valuesOf,
} from "./group.ts";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { untilPassed } from "./until.ts";

/** Long enough for a difference, whatever the machine does in between. */
const minIdleMs = 400;

export function groupsClaim(suite: Suite): void {
  suite.concern("claiming", () => {
    suite.test(
      "what was idle for long enough is claimed, with a new token and one delivery more",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        await publish(transport, eventType, numbers(1, 3));
        await make(transport);
        const dead = await read(transport, { consumer: "dead" });
        expect(await claim(transport, { consumer: "c", minIdleMs: 3_600_000 })).toEqual([]);
        await untilPassed(performance.now(), minIdleMs);
        const claimed = await claim(transport, { consumer: "c", minIdleMs });
        expect(valuesOf(claimed).sort()).toEqual([1, 2, 3]);
        expect(claimed).toMatchObject([{ deliveries: 2 }, { deliveries: 2 }, { deliveries: 2 }]);
        // Now it is idle as of now.
        expect(await claim(transport, { consumer: "d", minIdleMs: 3_600_000 })).toEqual([]);
        expect(await groups.acknowledge(toDeliveries(dead))).toEqual([false, false, false]);
        expect(await groups.acknowledge(toDeliveries(claimed))).toEqual([true, true, true]);
      },
      { waits: true },
    );

    suite.test(
      "what is extended is not idle, and keeps its token and its count",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        await publish(transport, eventType, [1, 2]);
        await make(transport);
        const held = await read(transport, { consumer: "long" });
        await untilPassed(performance.now(), minIdleMs);
        expect(await groups.extend(toDeliveries(held.slice(0, 1)))).toEqual([true]);
        const claimed = await claim(transport, { consumer: "c", minIdleMs });
        expect(valuesOf(claimed)).toEqual([2]);
        expect(await groups.pending({ eventType, group, count: 1 })).toMatchObject([
          { consumer: "long", deliveries: 1 },
        ]);
        expect(await groups.acknowledge(toDeliveries(held))).toEqual([true, false]);
      },
      { waits: true },
    );

    suite.test(
      "no more are claimed than asked for, and what is left can be claimed by others",
      async ({ open }) => {
        const transport = await open();
        await publish(transport, eventType, numbers(1, 10));
        await make(transport);
        await read(transport, { consumer: "x", count: 5 });
        const held = await read(transport, { consumer: "y", count: 5 });
        await transport.groups.handBack({ ...toDeliveries(held), delayMs: 0, counted: true });
        const seen: unknown[] = [];
        for (const consumer of ["c", "d", "e"]) {
          const claimed = await claim(transport, { consumer, minIdleMs: 0, count: 4 });
          expect(claimed.length).toBeLessThanOrEqual(4);
          await transport.groups.acknowledge(toDeliveries(claimed));
          seen.push(...valuesOf(claimed));
        }
        expect(seen.map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 10));
      },
    );

    suite.test("one that claims gets what it has itself as well, under a new token", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, [1]);
      await make(transport);
      const first = await read(transport);
      const second = await claim(transport);
      expect(second).toMatchObject([{ deliveries: 2 }]);
      expect(await transport.groups.acknowledge(toDeliveries(first))).toEqual([false]);
      expect(await transport.groups.acknowledge(toDeliveries(second))).toEqual([true]);
    });

    suite.test("of twenty that race to claim, each entry goes to one", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      await publish(transport, eventType, numbers(1, 100));
      await make(transport);
      const held = await read(transport, { consumer: "x" });
      await transport.groups.handBack({ ...toDeliveries(held), delayMs: 0, counted: true });
      const claims = await Promise.all(
        numbers(1, 20).map((n) =>
          claim(n % 2 ? transport : other, { consumer: `c${n}`, minIdleMs: 3_600_000, count: 9 }),
        ),
      );
      const values = claims.flatMap((deliveries) => valuesOf(deliveries));
      expect(values.map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 100));
      const done = await Promise.all(
        claims.map((claimed) => transport.groups.acknowledge(toDeliveries(claimed))),
      );
      expect(done.flat().every(Boolean)).toBe(true);
      expect(await pendingIds(transport)).toEqual([]);
    });

    suite.test("thousands that are pending are claimed page by page", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, numbers(1, 3000));
      await make(transport);
      await read(transport, { consumer: "dead", count: 3000 });
      const seen = new Set<unknown>();
      for (let page = 0; page < 5 && seen.size < 3000; page++) {
        const claimed = await claim(transport, { consumer: "c", minIdleMs: 0, count: 1000 });
        for (const value of valuesOf(claimed)) seen.add(value);
        expect((await transport.groups.acknowledge(toDeliveries(claimed))).every(Boolean)).toBe(true);
      }
      expect(seen.size).toBe(3000);
      expect(await pendingIds(transport)).toEqual([]);
    });

    suite.test("several streams are claimed from in one call", async ({ open }) => {
      const transport = await open();
      const { groups } = transport;
      for (const type of ["a", "b"]) {
        await publish(transport, type, [`of ${type}`]);
        await groups.create({ eventType: type, group, from: "beginning" });
      }
      await groups.read({ eventTypes: ["a", "b"], group, consumer: "x", count: 10 });
      const readings = await groups.claim(toClaim({ eventTypes: ["b", "missing", "a"] }));
      expect(
        readings.map((reading) => [reading.eventType, reading.exists, valuesOf(reading.deliveries)]),
      ).toEqual([
        ["b", true, ["of b"]],
        ["missing", false, []],
        ["a", true, ["of a"]],
      ]);
      expect(await claimOne(transport, { minIdleMs: 3_600_000 })).toMatchObject({
        exists: true,
        deliveries: [],
      });
    });
  });
}
