import { EventStreamer } from "@attune/streams";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, onTestFinished, test } from "vitest";
import { Feed } from "../src/live/feed.ts";
import { LiveEvents } from "../src/live/live-events.ts";
import type { Delta } from "../src/protocol/messages.ts";
import type { EventJson } from "../src/protocol/records.ts";

onEveryStore("the live events", (store) => {
  test("lack nothing, and hold nothing twice, of what is published while they look back", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const streamer = new EventStreamer({ transport });
    let n = 0;
    const publish = (eventType: string) => streamer.publishEvent(eventType, { n: n++ });
    for (const type of ["a", "b", "a", "b"]) await publish(type);
    const meanwhile = {
      consumeEvents: () => streamer.consumeEvents({ from: "now", signal: ending.signal }),
      async getRecentEvents(...args: Parameters<EventStreamer["getRecentEvents"]>) {
        // Of a type that there is, and of one that there was not.
        for (const type of ["a", "new", "b"]) await publish(type);
        const found = await streamer.getRecentEvents(...args);
        for (const type of ["b", "new", "a"]) await publish(type);
        return found;
      },
    } as unknown as EventStreamer;
    const ending = new AbortController();
    const feed = new Feed({ frameMs: 5, positions: (types) => live.toldPositions(types) });
    const shown: EventJson[] = [];
    feed.read((frame) => shown.push(...((JSON.parse(`{${frame}`) as Delta).events ?? [])));
    const { logger } = transport;
    const live = new LiveEvents({ transport, streamer: meanwhile, feed, logger, onEvent: () => {} });
    onTestFinished(async () => {
      ending.abort();
      await live.close();
      feed.close();
    });
    await live.ready;
    await until("all are shown", () => shown.length >= n);
    const numbers = (events: readonly EventJson[]) =>
      events.map(({ data }) => (data as { readonly n: number }).n).sort((one, other) => one - other);
    expect(n).toBe(16);
    expect(numbers(shown)).toEqual(Array.from({ length: n }, (_, each) => each));
    const kept = live.newest(100).map((text) => JSON.parse(text) as EventJson);
    expect(numbers(kept)).toEqual(numbers(shown));
    for (const type of ["a", "b", "new"]) {
      const ids = kept.filter(({ event_type }) => event_type === type);
      expect(live.positions.find(({ eventType }) => eventType === type)?.id).toBe(ids.at(-1)!.event_id);
    }
  });
});
