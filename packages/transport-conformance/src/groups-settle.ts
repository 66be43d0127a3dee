/** What becomes of deliveries: acknowledged, extended, handed back; and that only the newest delivery counts. */
import { expect } from "vitest";
import { claim, eventType, group, make, pendingIds, read, readOne, toDeliveries, valuesOf } from "./group.ts";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";

export function groupsSettle(suite: Suite): void {
  suite.concern("settling deliveries", () => {
    suite.test("what is delivered is pending until it is acknowledged, once", async ({ open }) => {
      const transport = await open();
      const { groups } = transport;
      const ids = await publish(transport, eventType, numbers(1, 4));
      await make(transport);
      const deliveries = await read(transport, { count: 3 });
      expect(await pendingIds(transport)).toEqual(ids.slice(0, 3));
      expect(await groups.acknowledge(toDeliveries(deliveries.slice(1)))).toEqual([true, true]);
      expect(await pendingIds(transport)).toEqual([ids[0]]);
      expect(await groups.acknowledge(toDeliveries(deliveries))).toEqual([true, false, false]);
      expect(await pendingIds(transport)).toEqual([]);
      expect(await groups.acknowledge(toDeliveries(deliveries))).toEqual([false, false, false]);
      expect(await groups.acknowledge(toDeliveries([]))).toEqual([]);
    });

    suite.test(
      "what is pending tells who has it, how often it was delivered, and since when",
      async ({ open }) => {
        const transport = await open();
        const ids = await publish(transport, eventType, numbers(1, 5));
        await make(transport);
        await read(transport, { consumer: "x", count: 2 });
        await read(transport, { consumer: "y", count: 3 });
        const [first] = await claim(transport, { consumer: "z", count: 1 });
        const pending = await transport.groups.pending({ eventType, group, count: 100 });
        expect(pending.map(({ id }) => id)).toEqual(ids);
        expect(pending.find(({ id }) => id === first!.entry.id)).toMatchObject({
          consumer: "z",
          deliveries: 2,
        });
        expect(pending.filter(({ id }) => id !== first!.entry.id)).toMatchObject([
          { deliveries: 1 },
          { deliveries: 1 },
          { deliveries: 1 },
          { deliveries: 1 },
        ]);
        for (const { idleMs } of pending) expect(idleMs).toBeGreaterThanOrEqual(0);
        expect((await transport.groups.pending({ eventType, group, count: 2 })).map(({ id }) => id)).toEqual(
          ids.slice(0, 2),
        );
        const rest = await transport.groups.pending({ eventType, group, count: 2, afterId: ids[2]! });
        expect(rest.map(({ id }) => id)).toEqual(ids.slice(3));
      },
    );

    suite.test("a late acknowledgement is refused once the entry was given to another", async ({ open }) => {
      const transport = await open();
      const { groups } = transport;
      await publish(transport, eventType, [1]);
      await make(transport);
      const late = await read(transport, { consumer: "slow" });
      const now = await claim(transport, { consumer: "other" });
      expect(valuesOf(now)).toEqual([1]);
      expect(now[0]).toMatchObject({ deliveries: 2 });
      expect(await groups.acknowledge(toDeliveries(late))).toEqual([false]);
      expect(await groups.extend(toDeliveries(late))).toEqual([false]);
      expect(await groups.handBack({ ...toDeliveries(late), delayMs: 0, counted: true })).toEqual([false]);
      expect(await pendingIds(transport)).toHaveLength(1);
      expect(await groups.acknowledge(toDeliveries(now))).toEqual([true]);
    });

    suite.test("a late acknowledgement of a namesake is refused as well", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      await publish(transport, eventType, [1]);
      await make(transport);
      const late = await read(transport, { consumer: "same" });
      const now = await claim(other, { consumer: "same" });
      expect(await transport.groups.acknowledge(toDeliveries(late))).toEqual([false]);
      expect(await other.groups.acknowledge(toDeliveries(now))).toEqual([true]);
    });

    suite.test("a token is for its entry and its group only", async ({ open }) => {
      const transport = await open();
      const { groups } = transport;
      await publish(transport, eventType, [1, 2]);
      await make(transport);
      await make(transport, "beginning", "h");
      const [a, b] = await read(transport, { consumer: "c" });
      await read(transport, { group: "h", consumer: "d" });
      expect(await groups.acknowledge(toDeliveries([a!], { group: "h" }))).toEqual([false]);
      expect(await groups.acknowledge(toDeliveries([a!], { eventType: "b" }))).toEqual([false]);
      expect(await groups.acknowledge(toDeliveries([a!], { group: "missing" }))).toEqual([false]);
      const made = { id: b!.entry.id, token: "made up" };
      expect(await groups.acknowledge(toDeliveries([], { entries: [made] }))).toEqual([false]);
      expect(await groups.acknowledge(toDeliveries([a!, b!]))).toEqual([true, true]);
    });

    suite.test(
      "what is handed back goes to whoever claims it, at once, however short it was idle",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        await publish(transport, eventType, [1, 2]);
        await make(transport);
        const held = await read(transport, { consumer: "c" });
        expect(await groups.handBack({ ...toDeliveries(held.slice(1)), delayMs: 0, counted: true })).toEqual([
          true,
        ]);
        const pending = await groups.pending({ eventType, group, count: 10 });
        expect(pending).toMatchObject([{ consumer: "c" }, { consumer: null, deliveries: 1 }]);
        expect(await groups.acknowledge(toDeliveries(held.slice(1)))).toEqual([false]);
        expect(await groups.extend(toDeliveries(held.slice(1)))).toEqual([false]);
        expect(await read(transport, { consumer: "d" })).toEqual([]);
        const again = await claim(transport, { consumer: "d", minIdleMs: 60_000 });
        expect(valuesOf(again)).toEqual([2]);
        expect(again[0]!.deliveries).toBe(2);
        expect(await groups.acknowledge(toDeliveries([...held, ...again]))).toEqual([true, false, true]);
      },
    );

    suite.test("what is handed back uncounted was not delivered that time", async ({ open }) => {
      const transport = await open();
      const { groups } = transport;
      await publish(transport, eventType, [1]);
      await make(transport);
      const first = await read(transport, { consumer: "c" });
      await groups.handBack({ ...toDeliveries(first), delayMs: 0, counted: false });
      const second = await claim(transport, { consumer: "d", minIdleMs: 60_000 });
      expect(second).toMatchObject([{ deliveries: 1 }]);
      expect(await groups.acknowledge(toDeliveries(first))).toEqual([false]);
      await groups.handBack({ ...toDeliveries(second), delayMs: 0, counted: true });
      const third = await claim(transport, { consumer: "c", minIdleMs: 60_000 });
      expect(third).toMatchObject([{ deliveries: 2 }]);
      expect(await groups.acknowledge(toDeliveries(second))).toEqual([false]);
      expect(await groups.acknowledge(toDeliveries(third))).toEqual([true]);
    });

    suite.test(
      "nobody gets what was handed back before its delay is over",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        await publish(transport, eventType, [1, 2]);
        await make(transport);
        const [a, b] = await read(transport);
        await groups.handBack({ ...toDeliveries([a!]), delayMs: 300, counted: true });
        await groups.handBack({ ...toDeliveries([b!]), delayMs: 3_600_000, counted: true });
        expect(await claim(transport, { minIdleMs: 0 })).toEqual([]);
        const due = await until("it is due", async () => {
          const deliveries = await claim(transport, { minIdleMs: 0 });
          return deliveries.length > 0 && deliveries;
        });
        expect(valuesOf(due)).toEqual([1]);
        expect(await groups.pending({ eventType, group, count: 10 })).toMatchObject([
          { id: a!.entry.id, consumer: "c" },
          { id: b!.entry.id, consumer: null },
        ]);
      },
      { waits: true },
    );

    suite.test(
      "the floor is below everything that is pending, and reaches what was delivered when nothing is",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        const ids = await publish(transport, eventType, numbers(1, 4));
        await make(transport);
        const first = await readOne(transport, { count: 3 });
        const [a, b, c] = first.deliveries;
        /** What a group that was made after the floor would be delivered. */
        const after = async (name: string) => {
          const [state] = await groups.states(eventType);
          const from = { after: state!.floorId };
          await groups.create({ eventType, group: name, from });
          const values = valuesOf(await read(transport, { group: name }));
          await groups.delete(eventType, name);
          return values;
        };
        expect(await after("z1")).toEqual([1, 2, 3, 4]);
        await groups.acknowledge(toDeliveries([b!]));
        expect(await after("z2")).toEqual([1, 2, 3, 4]);
        await groups.acknowledge(toDeliveries([a!]));
        expect(await after("z3")).toEqual([3, 4]);
        await groups.handBack({ ...toDeliveries([c!]), delayMs: 60_000, counted: true });
        expect(await after("z4")).toEqual([3, 4]);
        const rest = await read(transport);
        await groups.acknowledge(toDeliveries(rest));
        expect(await after("z5")).toEqual([3, 4]);
        expect((await readOne(transport)).floorId).toBe((await groups.states(eventType))[0]!.floorId);
        expect(ids).toHaveLength(4);
      },
    );
  });
}
