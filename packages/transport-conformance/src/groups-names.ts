/** Groups and consumers of any name: none collides with another, and each comes back unchanged. */
import { expect } from "vitest";
import { eventType, read, toDeliveries, valuesOf } from "./group.ts";
import { oddNames } from "./odd-names.ts";
import { publish } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function groupsNames(suite: Suite): void {
  suite.concern("names in groups", () => {
    suite.test("groups of any name do not see each other", async ({ open }) => {
      const transport = await open();
      await publish(transport, eventType, ["x"]);
      for (const group of oddNames) {
        expect(await transport.groups.create({ eventType, group, from: "beginning" })).toBe(true);
      }
      for (const group of oddNames) {
        const deliveries = await read(transport, { group });
        expect(valuesOf(deliveries)).toEqual(["x"]);
        expect(await transport.groups.acknowledge(toDeliveries(deliveries, { group }))).toEqual([true]);
      }
      const listed = (await transport.groups.states(eventType)).map(({ group }) => group);
      expect(listed.sort()).toEqual([...oddNames].sort());
    });

    suite.test("consumers of any name keep what is theirs", async ({ open }) => {
      const transport = await open();
      const group = "g";
      await publish(
        transport,
        eventType,
        oddNames.map((_, index) => index),
      );
      await transport.groups.create({ eventType, group, from: "beginning" });
      const held = [];
      for (const consumer of oddNames) held.push(...(await read(transport, { consumer, count: 1 })));
      const pending = await transport.groups.pending({ eventType, group, count: 1000 });
      expect(pending.map(({ consumer }) => consumer)).toEqual(oddNames);
      const done = await transport.groups.acknowledge(toDeliveries(held));
      expect(done).toEqual(oddNames.map(() => true));
    });

    suite.test("streams of any name have groups", async ({ open }) => {
      const transport = await open();
      for (const [index, name] of oddNames.entries()) await publish(transport, name, [index]);
      for (const name of oddNames)
        await transport.groups.create({ eventType: name, group: "g", from: "beginning" });
      const readings = await transport.groups.read({
        eventTypes: oddNames,
        group: "g",
        consumer: "c",
        count: 5,
      });
      expect(readings.map((reading) => [reading.eventType, valuesOf(reading.deliveries)])).toEqual(
        oddNames.map((name, index) => [name, [index]]),
      );
    });
  });
}
