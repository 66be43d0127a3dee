/** Many consumers of one stream in one process: @attune's share a reader, bare ones have a connection each. */
import type { Redis } from "ioredis";
import type { Setup } from "../harness/figure.ts";
import { openRedis, openStreamer } from "./open-clients.ts";
import { dataOf, type EntryReply, keyOf, type SampleData } from "./sample-event.ts";

interface FollowRequest<Data> {
  /** Of a stream that does not exist yet. */
  readonly eventType: string;
  /** After so many, each consumer is done. */
  readonly events: number;
  /** Called for each delivery, with the data parsed. */
  readonly look: (data: Data) => void;
}

interface Followers {
  /** Resolves once every consumer is sure to get what is published from now on. */
  follow<Data extends SampleData>(request: FollowRequest<Data>): Promise<{ readonly done: Promise<unknown> }>;
  close(): Promise<void>;
}

export type OpenFollowers = (setup: Setup, consumers: number) => Promise<Followers>;

export const attuneFollowers: OpenFollowers = async (setup, consumers) => {
  const { transport, streamer } = await openStreamer(setup);
  return {
    async follow({ eventType, events, look }) {
      const following = Array.from({ length: consumers }, () =>
        streamer.consumeEvents({
          eventTypes: [eventType],
          onGap(gap) {
            throw new Error(`events were lost: ${JSON.stringify(gap)}`);
          },
        }),
      );
      const consume = async (consumer: (typeof following)[number]) => {
        let seen = 0;
        for await (const event of consumer) {
          look(event.data as never);
          if (++seen === events) break;
        }
      };
      await Promise.all(following.map((consumer) => consumer.ready));
      return { done: Promise.all(following.map(consume)) };
    },
    close: () => transport.close(),
  };
};

export const ioredisFollowers: OpenFollowers = async (setup, consumers) => {
  const clients = await Promise.all(Array.from({ length: consumers }, () => openRedis(setup)));
  return {
    async follow({ eventType, events, look }) {
      const key = keyOf(setup, eventType);
      const consume = async (client: Redis) => {
        let lastId = "0-0";
        for (let seen = 0; seen < events; ) {
          const reply = await client.xread("COUNT", 1000, "BLOCK", 5000, "STREAMS", key, lastId);
          if (!reply) continue;
          const entries = reply[0]![1] as EntryReply[];
          for (const entry of entries) look(dataOf(entry) as never);
          lastId = entries.at(-1)![0];
          seen += entries.length;
        }
      };
      return { done: Promise.all(clients.map(consume)) };
    },
    async close() {
      for (const client of clients) client.disconnect();
    },
  };
};
