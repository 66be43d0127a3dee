/** Groups: where they begin, and that each new entry is delivered to one consumer. */
import { expect } from "vitest";
import {
  eventType,
  group,
  make,
  pendingIds,
  read,
  readOne,
  toDeliveries,
  toRead,
  valuesOf,
} from "./group.ts";
import { numbers, publish, toRequest } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function groupsRead(suite: Suite): void {
  suite.concern("reading for a group", () => {
    suite.test(
      "a group from the beginning is delivered what the stream retains, then what comes",
      async ({ open }) => {
        const transport = await open();
        const ids = await publish(transport, eventType, numbers(1, 5));
        await make(transport);
        const deliveries = await read(transport);
        expect(deliveries.map(({ entry }) => entry)).toMatchObject(
          ids.map((id, index) => ({
            id,
            eventType,
            timestamp: "2026-01-02T03:04:05.678Z",
            data: String(index + 1),
            source: "conformance",
          })),
        );
        expect(deliveries.map((delivery) => delivery.deliveries)).toEqual([1, 1, 1, 1, 1]);
        await publish(transport, eventType, [6]);
        expect(valuesOf(await read(transport))).toEqual([6]);
        expect(await read(transport)).toEqual([]);
      },
    );

    suite.test("a group from now on is delivered only what comes", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, numbers(1, 5));
      await make(transport, "now");
      expect(await readOne(transport)).toMatchObject({ exists: true, deliveries: [], missed: 0 });
      await publish(transport, eventType, [6, 7]);
      expect(valuesOf(await read(transport))).toEqual([6, 7]);
    });

    suite.test("a group after an id is delivered what follows it", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, eventType, numbers(1, 5));
      await make(transport, { after: ids[1]! });
      expect(valuesOf(await read(transport))).toEqual([3, 4, 5]);
      await make(transport, { after: ids[4]! }, "at the end");
      expect(await read(transport, { group: "at the end" })).toEqual([]);
      await make(transport, { after: "0-0" }, "at the beginning");
      expect(valuesOf(await read(transport, { group: "at the beginning" }))).toEqual([1, 2, 3, 4, 5]);
    });

    suite.test("making a group that is there changes nothing", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, [1, 2]);
      await make(transport);
      expect(valuesOf(await read(transport, { count: 1 }))).toEqual([1]);
      expect(await transport.groups.create({ eventType, group, from: "beginning" })).toBe(false);
      expect(await transport.groups.create({ eventType, group, from: "now" })).toBe(false);
      expect(valuesOf(await read(transport))).toEqual([2]);
    });

    suite.test("a group can be made before its stream, which is there then, and empty", async ({ open }) => {
      const transport = await open();
      await make(transport, "now");
      expect(await transport.streams.list({ thorough: true })).toEqual([eventType]);
      expect(await transport.streams.list({ thorough: false })).toEqual([eventType]);
      expect((await transport.streams.states([eventType]))[0]).toMatchObject({ length: 0, lastId: "0-0" });
      await publish(transport, eventType, [1]);
      expect(valuesOf(await read(transport))).toEqual([1]);
    });

    suite.test("reading for a group that is not there says so, and makes none", async ({ open }) => {
      const transport = await open();
      const absent = { exists: false, deliveries: [], missed: 0, lostIds: [], floorId: "0-0" };
      expect(await readOne(transport)).toEqual({ eventType, ...absent });
      expect(await transport.groups.claim({ ...toRead(), minIdleMs: 0 })).toEqual([{ eventType, ...absent }]);
      await publish(transport, eventType, [1]);
      expect(await readOne(transport)).toMatchObject({ exists: false });
      expect(await transport.groups.states(eventType)).toEqual([]);
      expect(await transport.groups.states("missing")).toEqual([]);
      expect(await pendingIds(transport)).toEqual([]);
      expect(await transport.streams.list({ thorough: true })).toEqual([eventType]);
    });

    suite.test(
      "several streams are read in one call, those without the group among them",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        await publish(transport, "a", [1, 2, 3]);
        await publish(transport, "b", [4]);
        await publish(transport, "no group", [5]);
        for (const type of ["a", "b", "empty"])
          await groups.create({ eventType: type, group, from: "beginning" });
        const readings = await groups.read(
          toRead({ eventTypes: ["b", "no group", "a", "empty", "missing"], count: 2 }),
        );
        expect(
          readings.map(({ eventType: type, exists, deliveries }) => [type, exists, valuesOf(deliveries)]),
        ).toEqual([
          ["b", true, [4]],
          ["no group", false, []],
          ["a", true, [1, 2]],
          ["empty", true, []],
          ["missing", false, []],
        ]);
        expect(await groups.read(toRead({ eventTypes: [] }))).toEqual([]);
      },
    );

    suite.test(
      "each entry goes to one of several consumers, and to each of several groups",
      async ({ open }) => {
        const [transport, other] = await Promise.all([open(), open()]);
        await publish(transport, eventType, numbers(1, 10));
        await make(transport);
        await make(other, "beginning", "h");
        expect(valuesOf(await read(transport, { consumer: "c", count: 3 }))).toEqual([1, 2, 3]);
        expect(valuesOf(await read(other, { consumer: "d", count: 3 }))).toEqual([4, 5, 6]);
        expect(valuesOf(await read(other, { consumer: "c", count: 100 }))).toEqual([7, 8, 9, 10]);
        expect(valuesOf(await read(other, { group: "h", consumer: "c" }))).toEqual(numbers(1, 10));
      },
    );

    suite.test("consumers that race share a stream without sharing an entry", async ({ open }) => {
      const transports = await Promise.all([open(), open(), open()]);
      await make(transports[0]!);
      const seen: unknown[] = [];
      const work = async (consumer: string, index: number) => {
        const transport = transports[index % transports.length]!;
        for (let empty = 0; empty < 20; ) {
          const deliveries = await read(transport, { consumer, count: 7 });
          seen.push(...valuesOf(deliveries));
          const done = await transport.groups.acknowledge(toDeliveries(deliveries));
          expect(done.every(Boolean)).toBe(true);
          empty = deliveries.length === 0 ? empty + 1 : 0;
        }
      };
      const publishing = (async () => {
        for (let n = 0; n < 20; n++)
          await publish(transports[0]!, eventType, numbers(n * 25 + 1, n * 25 + 25));
      })();
      await publishing;
      await Promise.all(numbers(0, 5).map((index) => work(`c${index}`, index)));
      expect(seen.map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 500));
      expect(await pendingIds(transports[1]!)).toEqual([]);
    });

    suite.test("the state of a group tells how far it is", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, eventType, numbers(1, 10));
      await make(transport);
      await make(transport, "now", "late");
      const deliveries = await read(transport, { count: 4 });
      await transport.groups.acknowledge(toDeliveries(deliveries.slice(0, 1)));
      const [first, late] = await transport.groups.states(eventType);
      expect(first).toMatchObject({ group, pending: 3, deliveredId: ids[3] });
      expect(late).toMatchObject({ group: "late", pending: 0, deliveredId: ids[9], floorId: ids[9] });
      expect([6, null]).toContain(first!.lag);
      expect([0, null]).toContain(late!.lag);
      await transport.groups.acknowledge(toDeliveries(deliveries.slice(1)));
      expect((await transport.groups.states(eventType))[0]).toMatchObject({ pending: 0, floorId: ids[3] });
    });

    suite.test("a group that was removed is gone, and can be made anew", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, numbers(1, 3));
      await make(transport);
      const deliveries = await read(transport);
      expect(await transport.groups.delete(eventType, group)).toBe(true);
      expect(await transport.groups.delete(eventType, group)).toBe(false);
      expect(await transport.groups.delete("missing", group)).toBe(false);
      expect(await readOne(transport)).toMatchObject({ exists: false });
      expect(await transport.groups.acknowledge(toDeliveries(deliveries))).toEqual([false, false, false]);
      await make(transport);
      expect(await pendingIds(transport)).toEqual([]);
      expect(valuesOf(await read(transport))).toEqual([1, 2, 3]);
    });

    suite.test("a stream's groups go with it", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, numbers(1, 3));
      await make(transport);
      const before = await read(transport, { count: 2 });
      await transport.groups.handBack({ ...toDeliveries(before.slice(0, 1)), delayMs: 0, counted: true });
      await transport.streams.delete(eventType);
      await transport.streams.append([toRequest(eventType, "new")]);
      expect(await readOne(transport)).toMatchObject({ exists: false });
      expect(await pendingIds(transport)).toEqual([]);
      await make(transport);
      expect(valuesOf(await read(transport))).toEqual(["new"]);
      expect(await transport.groups.claim({ ...toRead({ consumer: "d" }), minIdleMs: 60_000 })).toMatchObject(
        [{ deliveries: [], lostIds: [], missed: 0 }],
      );
    });

    suite.test("a consumer may leave, and come again", async ({ open }) => {
      const transport = await open();
      const { groups } = transport;
      await publish(transport, eventType, [1, 2]);
      await make(transport);
      const [first] = await read(transport, { count: 1 });
      const leaving = { eventTypes: [eventType, "missing"], group, consumer: "c" };
      await groups.leave(leaving);
      // What it has is still its own.
      expect(await groups.acknowledge(toDeliveries([first!]))).toEqual([true]);
      await groups.leave(leaving);
      await groups.leave(leaving);
      expect(valuesOf(await read(transport))).toEqual([2]);
    });
  });
}
