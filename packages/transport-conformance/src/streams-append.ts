/** Appending: order, ids, batches, maxLength. */
import { compareIds, isEntryId } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish, toRequest } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function streamsAppend(suite: Suite): void {
  suite.concern("appending", () => {
    suite.test("an entry comes back with the fields it was appended with", async ({ open }) => {
      const { streams } = await open();
      const request = toRequest("a", { x: 1 }, { source: "writer", timestamp: "2026-05-06T07:08:09.010Z" });
      const [id] = await streams.append([request]);
      expect(await streams.range({ eventType: "a", count: 10, newestFirst: false })).toEqual([
        { id, eventType: "a", timestamp: request.timestamp, data: '{"x":1}', source: "writer" },
      ]);
    });

    suite.test("entries lie in the stream in the order in which they were appended", async ({ open }) => {
      const transport = await open();
      for (const value of numbers(1, 20)) await publish(transport, "a", [value]);
      const entries = await transport.streams.range({ eventType: "a", count: 100, newestFirst: false });
      expect(entries.map((entry) => entry.data)).toEqual(numbers(1, 20).map(String));
    });

    suite.test("ids are well-formed and grow within a stream", async ({ open }) => {
      const transport = await open();
      const ids: string[] = [];
      for (const value of numbers(1, 30)) ids.push(...(await publish(transport, "a", [value, value])));
      expect(ids.every(isEntryId)).toBe(true);
      expect(ids).toEqual([...new Set(ids)].sort(compareIds));
      expect(ids).toHaveLength(60);
    });

    suite.test("ids carry the store's time of appending", async ({ open }) => {
      const transport = await open();
      const [id] = await publish(transport, "a", [1]);
      const ms = Number(id!.slice(0, id!.indexOf("-")));
      // A minute: stores on the network have clocks of their own.
      expect(Math.abs(ms - Date.now())).toBeLessThan(60_000);
    });

    suite.test(
      "appends that run at once, from two transports, get different ids and lose nothing",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const ids = await Promise.all(
          numbers(1, 200).map((value) => publish(value % 2 === 0 ? one : other, "a", [value])),
        );
        expect(new Set(ids.flat()).size).toBe(200);
        const entries = await one.streams.range({ eventType: "a", count: 1000, newestFirst: false });
        expect(entries.map((entry) => Number(entry.data)).sort((a, b) => a - b)).toEqual(numbers(1, 200));
        expect(entries.map((entry) => entry.id)).toEqual(ids.flat().sort(compareIds));
      },
    );

    suite.test("appends of one caller that run at once keep their order", async ({ open }) => {
      const transport = await open();
      const ids = (
        await Promise.all(numbers(1, 100).map((value) => publish(transport, "a", [value])))
      ).flat();
      expect(ids).toEqual([...ids].sort(compareIds));
      const entries = await transport.streams.range({ eventType: "a", count: 1000, newestFirst: false });
      expect(entries.map((entry) => Number(entry.data))).toEqual(numbers(1, 100));
    });

    suite.test("a batch over several streams gives its ids in the order of the batch", async ({ open }) => {
      const { streams } = await open();
      const types = ["a", "b", "c"];
      const requests = numbers(0, 299).map((value) => toRequest(types[value % 3]!, value));
      const ids = await streams.append(requests);
      expect(ids).toHaveLength(300);
      for (const [index, eventType] of types.entries()) {
        const entries = await streams.range({ eventType, count: 1000, newestFirst: false });
        expect(entries.map((entry) => Number(entry.data))).toEqual(numbers(0, 99).map((n) => n * 3 + index));
        expect(entries.map((entry) => entry.id)).toEqual(ids.filter((_, place) => place % 3 === index));
        expect(entries.every((entry) => entry.eventType === eventType)).toBe(true);
      }
    });

    suite.test("an empty batch stores nothing and gives no ids", async ({ open }) => {
      const { streams } = await open();
      expect(await streams.append([])).toEqual([]);
      expect(await streams.list({ thorough: true })).toEqual([]);
    });

    suite.test("maxLength keeps about so many entries, the newest, and never fewer", async ({ open }) => {
      const transport = await open();
      for (const batch of numbers(0, 11)) {
        await publish(transport, "a", numbers(batch * 125, batch * 125 + 124), { maxLength: 100 });
        const [state] = await transport.streams.states(["a"]);
        expect(state!.length).toBeGreaterThanOrEqual(100);
      }
      const entries = await transport.streams.range({ eventType: "a", count: 2000, newestFirst: false });
      // "About": stores may drop entries by blocks.
      expect(entries.length).toBeLessThanOrEqual(400);
      expect(entries.map((entry) => Number(entry.data))).toEqual(numbers(1500 - entries.length, 1499));
    });

    suite.test("maxLength 1 keeps the entry that was just appended", async ({ open }) => {
      const transport = await open();
      for (const value of numbers(1, 5)) {
        const [id] = await publish(transport, "a", [value], { maxLength: 1 });
        const [newest] = await transport.streams.range({ eventType: "a", count: 1, newestFirst: true });
        expect(newest).toMatchObject({ id, data: String(value) });
      }
    });

    suite.test(
      "transports with the same prefix share their streams, others do not",
      async ({ open, prefix }) => {
        const [one, same, other] = await Promise.all([
          open(),
          open(),
          open({ prefix: `${prefix}*[other]{x}:` }),
        ]);
        const [id] = await publish(one, "a", ["shared"]);
        const request = { eventType: "a", count: 10, newestFirst: false };
        expect((await same.streams.range(request)).map((entry) => entry.id)).toEqual([id]);
        expect(await other.streams.range(request)).toEqual([]);
        await publish(other, "b", ["elsewhere"]);
        expect(await other.streams.list({ thorough: true })).toEqual(["b"]);
        expect(await one.streams.list({ thorough: true })).toEqual(["a"]);
      },
    );
  });
}
