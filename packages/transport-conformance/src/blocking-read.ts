/** Reads that wait in the store, where a transport says that it can; and answers at once where it cannot. */
import type { StreamPage, Transport } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { durationOf, within } from "./within.ts";

const where = (capabilities: { blockingRead: boolean }) => capabilities.blockingRead;

/** Starts a read of what follows the end of each type, and lets it reach the store as far as that can be seen. */
async function startWaiting(
  transport: Transport,
  eventTypes: readonly string[],
  blockMs: number,
  interrupt?: AbortSignal,
): Promise<{ readonly pages: Promise<StreamPage[]> }> {
  const states = await transport.streams.states(eventTypes);
  const after = new Map(states.map((state) => [state.eventType, state.lastId]));
  const pages = transport.streams.read(after, { count: 1000, blockMs, interrupt });
  pages.catch(() => {}); // the test looks at it later
  for (const _ of numbers(1, 3)) await transport.streams.states(eventTypes);
  return { pages };
}

const dataOf = (pages: readonly StreamPage[]) =>
  pages.flatMap((page) => page.entries.map((entry) => entry.data));

export function blockingRead(suite: Suite): void {
  suite.concern("reads that wait", () => {
    suite.test(
      "where reads cannot wait, a read answers at once whatever blockMs says",
      async ({ open }) => {
        const { streams } = await open();
        const read = streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 5000 });
        expect(await within(1000, "the read answers", read)).toEqual([]);
      },
      { where: (capabilities) => !capabilities.blockingRead },
    );

    suite.test("blockMs 0 answers at once", async ({ open }) => {
      const { streams } = await open();
      expect(await durationOf(streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 0 }))).toBeLessThan(
        500,
      );
    });

    suite.test("what is there already is given without waiting", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", ["there"]);
      const after = new Map([
        ["missing", "0-0"],
        ["a", "0-0"],
      ]);
      const read = transport.streams.read(after, { count: 10, blockMs: 10_000 });
      expect(dataOf(await within(1000, "the read answers", read))).toEqual(['"there"']);
    });

    suite.test(
      "a read waits until blockMs is over, and no longer",
      async ({ open }) => {
        const { streams } = await open();
        const read = streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 250 });
        const duration = await durationOf(read);
        expect(await read).toEqual([]);
        expect(duration).toBeGreaterThan(200);
        expect(duration).toBeLessThan(1250);
      },
      { where },
    );

    suite.test(
      "a waiting read answers as soon as one of its streams gets an entry, from whoever",
      async ({ open }) => {
        const [transport, other] = await Promise.all([open(), open()]);
        await publish(transport, "a", ["before"]);
        for (const eventType of ["a", "new"]) {
          const { pages } = await startWaiting(transport, ["a", "b", "new"], 10_000);
          await publish(other, eventType, [eventType]);
          const [page, ...rest] = await within(1000, "the read answers", pages);
          expect(rest).toEqual([]);
          expect(page).toMatchObject({ eventType, entries: [{ data: JSON.stringify(eventType) }] });
          const ordinal = eventType === "a" ? 2 : 1;
          expect(transport.capabilities.exactGaps ? [ordinal, null] : [null]).toContain(page!.firstOrdinal);
        }
      },
      { where },
    );

    suite.test(
      "an interrupt ends the waiting at once, without rejecting",
      async ({ open }) => {
        const transport = await open();
        const interrupt = new AbortController();
        const { pages } = await startWaiting(transport, ["a"], 10_000, interrupt.signal);
        interrupt.abort();
        expect(await within(1000, "the read ends", pages)).toEqual([]);
      },
      { where },
    );

    suite.test(
      "a read whose interrupt came before it began does not wait",
      async ({ open }) => {
        const transport = await open();
        const options = { count: 10, blockMs: 10_000, interrupt: AbortSignal.abort() };
        const read = transport.streams.read(new Map([["a", "0-0"]]), options);
        expect(await within(1000, "the read ends", read)).toEqual([]);
      },
      { where },
    );

    suite.test(
      "after an interrupt the next read waits and wakes as the first did, many times over",
      async ({ open }) => {
        const transport = await open();
        for (const number of numbers(1, 20)) {
          const interrupt = new AbortController();
          const { pages } = await startWaiting(transport, ["a"], 10_000, interrupt.signal);
          // An entry and an interrupt at the same moment: the entry comes now or with the next read, never not at all.
          const appended = publish(transport, "a", [number]);
          interrupt.abort();
          const first = dataOf(await within(1000, "the read ends", pages));
          await appended;
          const all = await transport.streams.range({ eventType: "a", count: 100, newestFirst: false });
          expect(all).toHaveLength(number);
          expect([[], [String(number)]]).toContainEqual(first);
        }
        const { pages } = await startWaiting(transport, ["a"], 10_000);
        await publish(transport, "a", ["last"]);
        expect(dataOf(await within(1000, "the read answers", pages))).toEqual(['"last"']);
      },
      { where },
    );

    suite.test(
      "a waiting read holds up no other operation",
      async ({ open }) => {
        const transport = await open();
        const interrupt = new AbortController();
        const { pages } = await startWaiting(transport, ["a"], 10_000, interrupt.signal);
        const others = Promise.all([
          publish(transport, "b", [1]),
          transport.streams.range({ eventType: "b", count: 1, newestFirst: true }),
          transport.streams.list({ thorough: true }),
          transport.streams.read(new Map([["b", "0-0"]]), { count: 1, blockMs: 0 }),
          transport.streams.delete("b"),
        ]);
        await within(1000, "the other operations answer", others);
        interrupt.abort();
        await within(1000, "the read ends", pages);
      },
      { where },
    );

    suite.test(
      "a read may wait longer than operationTimeoutMs",
      async ({ open }) => {
        // So long may the answer take on a busy machine once blockMs is over.
        const transport = await open({ operationTimeoutMs: 500 });
        const read = transport.streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 600 });
        expect(await within(2500, "the read answers", read)).toEqual([]);
        expect(transport.status).toBe("available");
      },
      { where },
    );

    suite.test(
      "closing the transport ends a waiting read within a second",
      async ({ open }) => {
        const transport = await open();
        const { pages } = await startWaiting(transport, ["a"], 10_000);
        await within(1500, "the transport closes", transport.close());
        // Rejected, or answered with nothing; but not left hanging.
        await within(
          1000,
          "the read settles",
          pages.catch((error) =>
            expectCode("ATTUNE_TRANSPORT_CLOSED", () => {
              throw error;
            }),
          ),
        );
      },
      { where },
    );
  });
}
