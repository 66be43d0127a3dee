/** What is trimmed away before a group is done with it: told once, with its number. */
import type { GroupReading } from "@attune/transport";
import { expect } from "vitest";
import { claimOne, eventType, make, pendingIds, read, readOne, toDeliveries, valuesOf } from "./group.ts";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function groupsTrim(suite: Suite): void {
  /** What two reads say that was missed: one of them may be told later than the other jumped the gap. */
  const told = (...readings: readonly GroupReading[]) => readings.map(({ missed }) => missed);

  suite.concern("groups of trimmed streams", () => {
    suite.test(
      "what was trimmed before it was read is counted, and told once, to one consumer",
      async ({ open }) => {
        const [transport, other] = await Promise.all([open(), open()]);
        await publish(transport, eventType, numbers(1, 10));
        await make(transport);
        await read(transport, { count: 2 });
        await transport.streams.trim(eventType, 3);
        const first = await readOne(other, { consumer: "d" });
        expect(valuesOf(first.deliveries)).toEqual([8, 9, 10]);
        const second = await readOne(transport);
        const third = await readOne(other, { consumer: "d" });
        expect(told(first, second, third).filter((missed) => missed !== 0)).toEqual([5]);
        await publish(transport, eventType, numbers(11, 30));
        await transport.streams.trim(eventType, 0);
        const fourth = await readOne(transport);
        await publish(transport, eventType, [31]);
        const fifth = await readOne(transport);
        expect(valuesOf(fifth.deliveries)).toEqual([31]);
        expect(told(fourth, fifth, await readOne(transport)).filter((missed) => missed !== 0)).toEqual([20]);
      },
      { where: ({ exactGaps }) => exactGaps },
    );

    suite.test(
      "what was trimmed before the group was made, or after it was read, is not missed",
      async ({ open }) => {
        const transport = await open();
        await publish(transport, eventType, numbers(1, 10));
        await transport.streams.trim(eventType, 6);
        await make(transport);
        await make(transport, "now", "late");
        const first = await readOne(transport, { count: 4 });
        expect(valuesOf(first.deliveries)).toEqual([5, 6, 7, 8]);
        await transport.groups.acknowledge(toDeliveries(first.deliveries));
        await transport.streams.trim(eventType, 2);
        const second = await readOne(transport);
        expect(valuesOf(second.deliveries)).toEqual([9, 10]);
        await transport.streams.trim(eventType, 0);
        await publish(transport, eventType, [11]);
        const third = await readOne(transport);
        const late = await readOne(transport, { group: "late" });
        expect(valuesOf(late.deliveries)).toEqual([11]);
        expect(told(first, second, third, late, await readOne(transport))).toEqual([0, 0, 0, 0, 0]);
      },
      { where: ({ exactGaps }) => exactGaps },
    );

    suite.test("trimming while consumers read loses none from the count", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      await make(transport);
      let delivered = 0;
      let missed = 0;
      const look = async (reader: typeof transport, consumer: string) => {
        const reading = await readOne(reader, { consumer, count: 7 });
        delivered += reading.deliveries.length;
        missed += reading.missed ?? 0;
        await reader.groups.acknowledge(toDeliveries(reading.deliveries));
        return reading.deliveries.length;
      };
      for (let round = 0; round < 30; round++) {
        await Promise.all([
          publish(transport, eventType, numbers(1, 20)),
          other.streams.trim(eventType, 5),
          look(transport, "c"),
          look(other, "d"),
        ]);
      }
      for (let empty = 0; empty < 3; ) empty = (await look(transport, "c")) === 0 ? empty + 1 : 0;
      if (transport.capabilities.exactGaps) expect(delivered + missed).toBe(600);
      else expect(delivered).toBeLessThanOrEqual(600);
    });

    suite.test(
      "what was trimmed while it was pending is told when it would be claimed, once",
      async ({ open }) => {
        const transport = await open();
        const { groups } = transport;
        const ids = await publish(transport, eventType, numbers(1, 6));
        await make(transport);
        const held = await read(transport, { consumer: "dead" });
        await groups.handBack({ ...toDeliveries(held.slice(1, 2)), delayMs: 0, counted: true });
        await transport.streams.trim(eventType, 2);
        // Who has it may still be done with it.
        expect(await groups.acknowledge(toDeliveries(held.slice(0, 1)))).toEqual([true]);
        const claimed = await claimOne(transport, { minIdleMs: 0 });
        expect(valuesOf(claimed.deliveries).sort()).toEqual([5, 6]);
        expect([...claimed.lostIds].sort()).toEqual(ids.slice(1, 4).sort());
        expect(claimed.missed).toBe(0);
        expect(await pendingIds(transport)).toEqual(ids.slice(4));
        expect(await claimOne(transport, { minIdleMs: 0 })).toMatchObject({ lostIds: [] });
      },
    );
  });
}
