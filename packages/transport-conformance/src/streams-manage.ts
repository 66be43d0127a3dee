/** Managing streams: where they stand, listing, exact trimming, deletion. */
import { compareIds } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";

const nothing = { length: 0, oldestId: null, lastId: "0-0" };

export function streamsManage(suite: Suite): void {
  suite.concern("managing streams", () => {
    suite.test(
      "states come in the order asked for, and tell length, oldest and newest id",
      async ({ open }) => {
        const transport = await open();
        const b = await publish(transport, "b", numbers(1, 3));
        const a = await publish(transport, "a", numbers(1, 5));
        const states = await transport.streams.states(["b", "missing", "a", "b"]);
        expect(states).toMatchObject([
          { eventType: "b", length: 3, oldestId: b[0], lastId: b[2] },
          { eventType: "missing", ...nothing },
          { eventType: "a", length: 5, oldestId: a[0], lastId: a[4] },
          { eventType: "b", length: 3, oldestId: b[0], lastId: b[2] },
        ]);
        for (const { bytes } of states) expect(bytes === null || bytes >= 0).toBe(true);
        expect(await transport.streams.states([])).toEqual([]);
      },
    );

    suite.test(
      "where ordinals are counted, a state tells how many entries its stream was ever given",
      async ({ open }) => {
        const transport = await open();
        await publish(transport, "a", numbers(1, 8));
        await transport.streams.trim("a", 2);
        await publish(transport, "a", [9]);
        const [a, missing] = await transport.streams.states(["a", "missing"]);
        expect(a).toMatchObject({ length: 3, added: 9 });
        expect(missing).toMatchObject({ ...nothing, added: 0 });
      },
      { where: (capabilities) => capabilities.exactGaps },
    );

    suite.test("the list holds every type with a stream once, thorough or not", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      expect(await transport.streams.list({ thorough: true })).toEqual([]);
      expect(await transport.streams.list({ thorough: false })).toEqual([]);
      const types = numbers(100, 149).map((number) => `type-${number}`);
      for (const eventType of types) await publish(transport, eventType, [1]);
      await publish(other, types[0]!, [2]);
      expect((await transport.streams.list({ thorough: true })).sort()).toEqual(types);
      expect((await transport.streams.list({ thorough: false })).sort()).toEqual(types);
      expect((await other.streams.list({ thorough: false })).sort()).toEqual(types);
    });

    suite.test("looking at a stream that does not exist does not make one", async ({ open }) => {
      const { streams } = await open();
      await streams.states(["a"]);
      await streams.read(new Map([["a", "0-0"]]), { count: 1, blockMs: 0 });
      expect(await streams.trim("a", 5)).toBe(0);
      expect(await streams.delete("a")).toBe(false);
      expect(await streams.list({ thorough: true })).toEqual([]);
    });

    suite.test("trimming is exact and tells how many entries went", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 250));
      expect(await transport.streams.trim("a", 133)).toBe(117);
      expect((await transport.streams.states(["a"]))[0]).toMatchObject({
        length: 133,
        oldestId: ids[117],
        lastId: ids[249],
      });
      expect(await transport.streams.trim("a", 132)).toBe(1);
      expect(await transport.streams.trim("a", 132)).toBe(0);
      expect(await transport.streams.trim("a", 500)).toBe(0);
      expect((await transport.streams.states(["a"]))[0]!.length).toBe(132);
    });

    suite.test("trimming before an id is exact, and keeps the entry of that id", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 250));
      const { streams } = transport;
      expect(await streams.trimBefore("a", ids[0]!)).toBe(0);
      expect(await streams.trimBefore("a", ids[117]!)).toBe(117);
      expect((await streams.states(["a"]))[0]).toMatchObject({ length: 133, oldestId: ids[117] });
      expect(await streams.trimBefore("a", ids[117]!)).toBe(0);
      expect(await streams.trimBefore("a", ids[3]!)).toBe(0);
      expect(await streams.trimBefore("a", "99999999999999-0")).toBe(133);
      expect((await streams.states(["a"]))[0]).toMatchObject({ length: 0, oldestId: null, lastId: ids[249] });
      expect(await streams.trimBefore("a", "99999999999999-0")).toBe(0);
      expect(await streams.trimBefore("missing", "1-1")).toBe(0);
      expect(await streams.list({ thorough: true })).toEqual(["a"]);
    });

    suite.test("a stream trimmed to nothing keeps its newest id and goes on from there", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 10));
      expect(await transport.streams.trim("a", 0)).toBe(10);
      expect((await transport.streams.states(["a"]))[0]).toMatchObject({
        length: 0,
        oldestId: null,
        lastId: ids[9],
      });
      expect(await transport.streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 0 })).toEqual([]);
      const [next] = await publish(transport, "a", [11]);
      expect(compareIds(next!, ids[9]!)).toBeGreaterThan(0);
      const [page] = await transport.streams.read(new Map([["a", ids[3]!]]), { count: 10, blockMs: 0 });
      expect(page!.entries).toMatchObject([{ id: next, data: "11" }]);
      expect(page!.firstOrdinal).toBe(transport.capabilities.exactGaps ? 11 : null);
    });

    suite.test("deleting tells whether there was a stream, and leaves nothing of it", async ({ open }) => {
      const transport = await open();
      const { streams } = transport;
      await publish(transport, "a", numbers(1, 10));
      await publish(transport, "b", [1]);
      expect(await streams.delete("a")).toBe(true);
      expect(await streams.delete("a")).toBe(false);
      expect((await streams.states(["a"]))[0]).toMatchObject(nothing);
      expect(await streams.range({ eventType: "a", count: 10, newestFirst: false })).toEqual([]);
      expect(await streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 0 })).toEqual([]);
      expect(await streams.list({ thorough: false })).toEqual(["b"]);
      expect(await streams.list({ thorough: true })).toEqual(["b"]);
    });

    suite.test("a stream trimmed to nothing can still be deleted", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1]);
      await transport.streams.trim("a", 0);
      expect(await transport.streams.delete("a")).toBe(true);
      expect(await transport.streams.delete("a")).toBe(false);
    });

    suite.test("what is appended after a deletion is a new stream, its ordinals from 1", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", numbers(1, 10));
      await transport.streams.delete("a");
      const ids = await publish(transport, "a", ["new", "newer"]);
      const [state] = await transport.streams.states(["a"]);
      const { exactGaps } = transport.capabilities;
      expect(state).toMatchObject({
        length: 2,
        added: exactGaps ? 2 : null,
        oldestId: ids[0],
        lastId: ids[1],
      });
      const [page] = await transport.streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 0 });
      expect(page).toMatchObject({
        firstOrdinal: exactGaps ? 1 : null,
        entries: [{ data: '"new"' }, { data: '"newer"' }],
      });
      expect(await transport.streams.list({ thorough: false })).toEqual(["a"]);
    });
  });
}
