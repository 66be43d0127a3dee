/** Reading after ids: many streams at once, counts, pages and their ordinals. */
import type { StreamPage } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish, toRequest } from "./publish.ts";
import type { Suite } from "./suite.ts";

const atOnce = { count: 1000, blockMs: 0 };

function dataOf(page: StreamPage | undefined): number[] | undefined {
  return page?.entries.map((entry) => Number(entry.data));
}

export function streamsRead(suite: Suite): void {
  suite.concern("reading after ids", () => {
    suite.test("a read gives what follows each stream's own id", async ({ open }) => {
      const { streams } = await open();
      const types = numbers(0, 59).map((number) => `type-${number}`);
      const ids = new Map<string, string[]>();
      for (const eventType of types) {
        ids.set(eventType, await streams.append(numbers(1, 5).map((value) => toRequest(eventType, value))));
      }
      // From the beginning, after the first, after the second, …, after the last.
      const after = new Map(types.map((type, index) => [type, ["0-0", ...ids.get(type)!][index % 6]!]));
      const pages = new Map((await streams.read(after, atOnce)).map((page) => [page.eventType, page]));
      for (const [index, eventType] of types.entries()) {
        const passed = index % 6;
        expect(dataOf(pages.get(eventType)), eventType).toEqual(
          passed === 5 ? undefined : numbers(passed + 1, 5),
        );
      }
    });

    suite.test(
      "count limits each stream by itself, and the next read goes on from there",
      async ({ open }) => {
        const transport = await open();
        const busy = await publish(transport, "busy", numbers(1, 25));
        await publish(transport, "quiet", numbers(1, 3));
        const start = new Map([
          ["busy", "0-0"],
          ["quiet", "0-0"],
        ]);
        const first = await transport.streams.read(start, { count: 10, blockMs: 0 });
        expect(dataOf(first.find((page) => page.eventType === "busy"))).toEqual(numbers(1, 10));
        expect(dataOf(first.find((page) => page.eventType === "quiet"))).toEqual(numbers(1, 3));
        const rest = await transport.streams.read(new Map([["busy", busy[9]!]]), { count: 100, blockMs: 0 });
        expect(dataOf(rest[0])).toEqual(numbers(11, 25));
      },
    );

    suite.test("streams with nothing new, and streams that do not exist, are left out", async ({ open }) => {
      const transport = await open();
      const [last] = await publish(transport, "known", [1]);
      await publish(transport, "news", [1]);
      const after = new Map([
        ["known", last!],
        ["news", "0-0"],
        ["missing", "0-0"],
      ]);
      const pages = await transport.streams.read(after, atOnce);
      expect(pages.map((page) => page.eventType)).toEqual(["news"]);
      expect(await transport.streams.read(new Map([["missing", "5-5"]]), atOnce)).toEqual([]);
      expect(await transport.streams.read(new Map(), atOnce)).toEqual([]);
    });

    suite.test("the id to read after need not be that of an entry", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 3));
      const ms = Number(ids[0]!.slice(0, ids[0]!.indexOf("-")));
      const { streams } = transport;
      expect(dataOf((await streams.read(new Map([["a", `${ms - 1}-7`]]), atOnce))[0])).toEqual([1, 2, 3]);
      expect(await streams.read(new Map([["a", `${ms + 3_600_000}-0`]]), atOnce)).toEqual([]);
      expect(
        await streams.read(new Map([["a", "18446744073709551615-18446744073709551615"]]), atOnce),
      ).toEqual([]);
    });

    suite.test(
      "where ordinals are counted, a page tells that of its first entry, at least when something before it is gone",
      async ({ open }) => {
        const transport = await open();
        const ids = await publish(transport, "a", numbers(1, 30));
        const read = async (id: string, count: number) => {
          const [page] = await transport.streams.read(new Map([["a", id]]), { count, blockMs: 0 });
          return page!.firstOrdinal;
        };
        expect([1, null]).toContain(await read("0-0", 10));
        expect([11, null]).toContain(await read(ids[9]!, 10));
        expect([30, null]).toContain(await read(ids[28]!, 10));
        await transport.streams.trim("a", 12);
        expect(await read("0-0", 5)).toBe(19);
        expect(await read(ids[3]!, 1000)).toBe(19);
        expect([22, null]).toContain(await read(ids[20]!, 1000));
        await publish(transport, "a", [31]);
        expect([31, null]).toContain(await read(ids[29]!, 1000));
      },
      { where: (capabilities) => capabilities.exactGaps },
    );

    suite.test(
      "where ordinals are not counted, pages and states say null instead of guessing",
      async ({ open }) => {
        const transport = await open();
        await publish(transport, "a", numbers(1, 30));
        await transport.streams.trim("a", 12);
        const [page] = await transport.streams.read(new Map([["a", "0-0"]]), atOnce);
        expect(page!.firstOrdinal).toBeNull();
        // Without ordinals it is the oldest id that betrays trimming.
        expect(page!.oldestId).toBe(page!.entries[0]!.id);
        expect((await transport.streams.states(["a"]))[0]!.added).toBeNull();
      },
      { where: (capabilities) => !capabilities.exactGaps },
    );

    suite.test(
      "a page's oldest id, where it is told, is that of the oldest entry retained",
      async ({ open }) => {
        const transport = await open();
        const ids = await publish(transport, "a", numbers(1, 10));
        const oldestAfter = async (id: string) => {
          const [page] = await transport.streams.read(new Map([["a", id]]), atOnce);
          return page!.oldestId;
        };
        expect([ids[0], null]).toContain(await oldestAfter(ids[4]!));
        await transport.streams.trim("a", 4);
        expect([ids[6], null]).toContain(await oldestAfter(ids[7]!));
      },
    );

    suite.test("two and a half thousand entries come in pages without loss or overlap", async ({ open }) => {
      const transport = await open();
      for (const batch of numbers(0, 4))
        await publish(transport, "a", numbers(batch * 500 + 1, batch * 500 + 500));
      const got: number[] = [];
      for (let after = "0-0"; ; ) {
        const [page] = await transport.streams.read(new Map([["a", after]]), atOnce);
        if (!page) break;
        expect(page.entries.length).toBeLessThanOrEqual(1000);
        got.push(...dataOf(page)!);
        after = page.entries.at(-1)!.id;
      }
      expect(got).toEqual(numbers(1, 2500));
    });
  });
}
