/** Event types of any text: none collides with another, and each comes back unchanged. */
import { expect } from "vitest";
import { oddNames } from "./odd-names.ts";
import { publish, toRequest } from "./publish.ts";
import { RecordedFollower } from "./recorded-follower.ts";
import type { Suite } from "./suite.ts";

export function names(suite: Suite): void {
  suite.concern("names", () => {
    suite.test("event types of any text are listed unchanged", async ({ open }) => {
      const { streams } = await open();
      await streams.append(oddNames.map((name) => toRequest(name, 1)));
      expect((await streams.list({ thorough: true })).sort()).toEqual([...oddNames].sort());
      expect((await streams.list({ thorough: false })).sort()).toEqual([...oddNames].sort());
    });

    suite.test("each event type has its own stream, whatever the others are called", async ({ open }) => {
      const { streams } = await open();
      const ids = await streams.append(oddNames.map((name) => toRequest(name, name)));
      const pages = await streams.read(new Map(oddNames.map((name) => [name, "0-0"])), {
        count: 10,
        blockMs: 0,
      });
      expect(pages).toHaveLength(oddNames.length);
      for (const { eventType, entries } of pages) {
        expect(entries, JSON.stringify(eventType)).toMatchObject([
          { id: ids[oddNames.indexOf(eventType)], eventType, data: JSON.stringify(eventType) },
        ]);
      }
      const states = await streams.states(oddNames);
      expect(states.map((state) => [state.eventType, state.length])).toEqual(
        oddNames.map((name) => [name, 1]),
      );
    });

    suite.test("trimming and deleting one type leaves all others alone", async ({ open }) => {
      const { streams } = await open();
      await streams.append(oddNames.flatMap((name) => [toRequest(name, 1), toRequest(name, 2)]));
      const left = new Set(oddNames);
      for (const [index, name] of oddNames.entries()) {
        expect(await streams.trim(name, 1), JSON.stringify(name)).toBe(1);
        // All of them after every deletion would take long on a store across a network.
        expect(await streams.delete(name), JSON.stringify(name)).toBe(true);
        left.delete(name);
        if (index % 8 === 0) expect(new Set(await streams.list({ thorough: true }))).toEqual(left);
      }
      expect(await streams.list({ thorough: true })).toEqual([]);
    });

    suite.test("event types of any text can be followed", async ({ open }) => {
      const transport = await open();
      await using followed = new RecordedFollower(transport, { eventTypes: oddNames, from: "now" });
      await followed.ready;
      for (const name of oddNames) await publish(transport, name, [name]);
      await followed.untilCount(oddNames.length);
      expect(followed.events.map((event) => event.value).sort()).toEqual([...oddNames].sort());
      expect(followed.events.every((event) => event.value === event.eventType)).toBe(true);
    });
  });
}
