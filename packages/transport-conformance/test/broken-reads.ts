/** Transports that read, count or wait wrongly. */
import { compareIds } from "@attune/transport";
import { type BrokenTransports, pages, streams } from "./broken-transport.ts";

export const brokenReads: BrokenTransports = {
  "reads the entry at the cursor again": {
    alter: streams((store, space) => ({
      read: async (after, options) => {
        const found = await store.read(after, options);
        return found.map((page) => {
          const again = space.streams
            .get(page.eventType)!
            .entries.find(({ id }) => id === after.get(page.eventType));
          return again ? { ...page, entries: [again, ...page.entries] } : page;
        });
      },
    })),
    failing: ["a read gives what follows each stream's own id"],
  },
  "gives one stream's count to all": {
    alter: streams((store) => ({
      read: async (after, options) => (await store.read(after, options)).slice(0, 1),
    })),
    failing: ["count limits each stream by itself, and the next read goes on from there"],
  },
  "loses entries that come while a read is answered": {
    alter: pages((page, after) =>
      page.entries.length > 1 && compareIds(after, "0-0") > 0
        ? { ...page, entries: page.entries.slice(1) }
        : page,
    ),
    failing: ["a read gives what follows each stream's own id"],
  },
  "loses ordinals": {
    alter: pages((page) => ({ ...page, firstOrdinal: null })),
    failing: [
      "where ordinals are counted, a page tells that of its first entry, at least when something before it is gone",
      "events trimmed before a resumed follower got them are told before the next event",
    ],
  },
  "counts ordinals from what is retained": {
    alter: pages((page) => ({ ...page, firstOrdinal: page.oldestId === page.entries[0]!.id ? 1 : null })),
    failing: [
      "where ordinals are counted, a page tells that of its first entry, at least when something before it is gone",
      "events trimmed before a resumed follower got them are told before the next event",
    ],
  },
  "begins the ids of a new stream at the same number": {
    alter: (adapter, _, space) => {
      // As a store does that makes ids of the clock, and finds the clock where it was when the stream was deleted.
      const retained = () =>
        [...space.streams.values()].reduce((sum, { entries }) => sum + entries.length, 0);
      space.nextId = () => `1700000000000-${retained()}`;
      return adapter;
    },
    failing: ["a live follower gets every event of streams that are deleted and made again"],
  },
  "ignores interrupts": {
    alter: streams((store) => ({
      read: (after, options) => store.read(after, { ...options, interrupt: undefined }),
    })),
    failing: ["an interrupt ends the waiting at once, without rejecting"],
  },
  "rejects an interrupted read": {
    alter: streams((store) => ({
      read: async (after, options) => {
        const found = await store.read(after, options);
        options.interrupt?.throwIfAborted();
        return found;
      },
    })),
    failing: ["an interrupt ends the waiting at once, without rejecting"],
  },
  "says that it waits and does not": {
    alter: streams((store) => ({ read: (after, options) => store.read(after, { ...options, blockMs: 0 }) })),
    failing: ["a read waits until blockMs is over, and no longer"],
  },
  "sleeps until blockMs is over": {
    alter: streams((store) => ({
      read: async (after, options) => {
        const there = await store.read(after, { ...options, blockMs: 0 });
        if (there.length > 0 || options.blockMs === 0) return there;
        await new Promise((resolve) => setTimeout(resolve, options.blockMs).unref());
        return store.read(after, { ...options, blockMs: 0 });
      },
    })),
    failing: ["a waiting read answers as soon as one of its streams gets an entry, from whoever"],
  },
  "waits for what comes after the call, not after the id": {
    alter: streams((store) => ({
      read: async (after, options) => {
        if (options.blockMs === 0) return store.read(after, options);
        const now = (await store.states([...after.keys()])).map(
          (state) => [state.eventType, state.lastId] as const,
        );
        return store.read(new Map(now), options);
      },
    })),
    failing: ["what is there already is given without waiting"],
  },
};
