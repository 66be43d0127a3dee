/** Transports that ring, fail or close wrongly. */
import { type BrokenTransports, neverSayAway, parts } from "./broken-transport.ts";

export const brokenLifecycle: BrokenTransports = {
  "never rings for new types": {
    alter: parts(({ bell }) => ({
      bell: {
        watch: (topics, ring) =>
          bell.watch(
            topics.filter((topic) => topic !== "streams"),
            ring,
          ),
      },
    })),
    failing: ["it rings when a type gets its first entry, whoever appends it"],
  },
  "rings on after a watch was closed": {
    alter: parts(({ bell }) => ({
      bell: {
        watch: (topics, ring) => {
          bell.watch(topics, ring);
          return { ready: Promise.resolve(), close: () => {} };
        },
      },
    })),
    failing: ["closing a watch ends its ringing and nobody else's, and may be done twice"],
  },
  "stops everybody's ringing when one watch is closed": {
    alter: parts(({ bell }) => {
      const open = new Set<() => void>();
      return {
        bell: {
          watch: (topics, ring) => {
            const watch = bell.watch(topics, ring);
            open.add(watch.close);
            return { ready: watch.ready, close: () => open.forEach((close) => void close()) };
          },
        },
      };
    }),
    failing: ["closing a watch ends its ringing and nobody else's, and may be done twice"],
  },
  "pretends while the store is away": {
    alter: (adapter, host) => {
      const { streams } = adapter;
      neverSayAway(host);
      return {
        ...adapter,
        streams: { ...streams, list: (options) => streams.list(options).catch(() => []) },
      };
    },
    failing: ["every operation settles within operationTimeoutMs, and does not pretend"],
  },
  "does not say that the store is away": {
    alter: (adapter, host) => {
      neverSayAway(host);
      return adapter;
    },
    failing: ["the status tells of each outage and of its end, once"],
  },
  "loses what it stored in an outage": {
    alter: (adapter, _, space) => {
      space.store.onChange(() => space.streams.clear());
      return adapter;
    },
    failing: ["what was stored before is there afterwards, and new ids are larger"],
  },
  "keeps a timer after it was closed": {
    alter: parts(() => ({
      close: async () => {
        setTimeout(() => {}, 10_000);
      },
    })),
    failing: ["a closed transport leaves no socket, timer or watcher behind"],
  },
  "takes its time to close": {
    alter: parts(({ close }) => ({
      close: async () => {
        await new Promise((resolve) => setTimeout(resolve, 1800).unref());
        await close();
      },
    })),
    failing: ["closing twice, at once or later, is fine and quick"],
  },
  "keeps the process alive although it should not": {
    alter: parts((healthy) => {
      const timer = setInterval(() => {}, 10_000);
      return {
        close: async () => {
          clearInterval(timer);
          await healthy.close();
        },
      };
    }),
    failing: ["an idle transport that is not to keep the process alive holds nothing"],
  },
};
