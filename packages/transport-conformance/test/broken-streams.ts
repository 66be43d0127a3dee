/** Transports that store, name or manage streams wrongly. */
import type { StreamState } from "@attune/transport";
import { type BrokenTransports, streams } from "./broken-transport.ts";
import { type Alter, TinySpace } from "./tiny-transport.ts";

/** Changes the event type on its way in, and leaves it so on its way out. */
function renamed(rename: (eventType: string) => string): Alter {
  return streams((store) => ({
    append: (requests) => store.append(requests.map((one) => ({ ...one, eventType: rename(one.eventType) }))),
    states: async (types) =>
      (await store.states(types.map(rename))).map(
        (state, index): StreamState => ({ ...state, eventType: types[index]! }),
      ),
    range: (request) => store.range({ ...request, eventType: rename(request.eventType) }),
  }));
}

export const brokenStreams: BrokenTransports = {
  "drops an append now and then": {
    alter: streams((store) => {
      let calls = 0;
      return {
        append: async (requests) => {
          const ids = await store.append(requests);
          const last = requests.at(-1)!;
          if (++calls % 7 === 0) await store.trim(last.eventType, 0);
          return ids;
        },
      };
    }),
    failing: [
      "entries lie in the stream in the order in which they were appended",
      "appends that run at once, from two transports, get different ids and lose nothing",
    ],
  },
  "gives an id twice": {
    alter: (adapter, _, space) => {
      let [id, given] = ["", 0];
      const nextId = () => TinySpace.prototype.nextId.call(space);
      space.nextId = () => {
        if (given++ % 5 < 4) id = nextId();
        return id;
      };
      return adapter;
    },
    failing: ["ids are well-formed and grow within a stream"],
  },
  "answers a batch in another order": {
    alter: streams((store) => ({ append: async (requests) => (await store.append(requests)).reverse() })),
    failing: ["a batch over several streams gives its ids in the order of the batch"],
  },
  "keeps fewer entries than maxLength": {
    alter: streams((store) => ({
      append: (requests) =>
        store.append(requests.map((one) => ({ ...one, maxLength: Math.ceil(one.maxLength / 2) }))),
    })),
    failing: ["maxLength keeps about so many entries, the newest, and never fewer"],
  },
  "ignores maxLength": {
    alter: streams((store) => ({
      append: (requests) => store.append(requests.map((one) => ({ ...one, maxLength: 1_000_000 }))),
    })),
    failing: ["maxLength keeps about so many entries, the newest, and never fewer"],
  },
  "forgets idempotency keys": {
    alter: streams((store) => ({
      append: (requests) => store.append(requests.map((one) => ({ ...one, idempotencyKey: undefined }))),
    })),
    failing: [
      "the same key again gives the first id and stores nothing",
      "fifty that race with one key, from two transports, store one entry and all get its id",
      "a key that occurs twice in a batch stores once, and what has none is always stored",
    ],
  },
  "joins event type and key with a colon": {
    alter: streams((store, space) => ({
      append: async (requests) => {
        const ids: string[] = [];
        for (const request of requests) {
          const joined = `${request.eventType}:${request.idempotencyKey}`;
          const known = request.idempotencyKey === undefined ? undefined : space.dedupe.get(joined);
          const [id] = known ? [known] : await store.append([request]);
          if (request.idempotencyKey !== undefined) space.dedupe.set(joined, id!);
          ids.push(id!);
        }
        return ids;
      },
    })),
    failing: ["a key counts for its own stream only"],
  },
  "takes upper and lower case for the same": {
    alter: renamed((eventType) => eventType.toLowerCase()),
    failing: ["each event type has its own stream, whatever the others are called"],
  },
  "decodes percent signs": {
    alter: renamed((eventType) => (eventType === "%41" ? "A" : eventType)),
    failing: ["event types of any text are listed unchanged"],
  },
  "parses payloads and writes them anew": {
    alter: streams((store) => ({
      append: (requests) =>
        store.append(
          requests.map((one) => {
            try {
              return { ...one, data: JSON.stringify(JSON.parse(one.data)) };
            } catch {
              return one;
            }
          }),
        ),
    })),
    failing: [
      "what JSON codecs of stores tend to alter comes back byte for byte",
      "texts that a store could take for a number or for nothing stay texts",
    ],
  },
  "takes the bounds of a range as exclusive": {
    alter: streams((store) => ({
      range: async (request) => {
        const inclusive = await store.range({ ...request, count: 100_000 });
        const { fromId, toId, count } = request;
        return inclusive.filter(({ id }) => id !== fromId && id !== toId).slice(0, count);
      },
    })),
    failing: ["both bounds are inclusive, in both directions"],
  },
  "counts a backward range from the wrong end": {
    alter: streams((store) => ({
      range: async (request) => {
        const found = await store.range({ ...request, newestFirst: false });
        return request.newestFirst ? found.reverse() : found;
      },
    })),
    failing: ["count takes the first of the direction asked for"],
  },
  "trims about": {
    alter: streams((store) => ({
      trim: (eventType, maxLength) => store.trim(eventType, Math.ceil(maxLength / 100) * 100),
    })),
    failing: ["trimming is exact and tells how many entries went"],
  },
  "deletes a stream by trimming it": {
    alter: streams((store) => ({ delete: async (eventType) => (await store.trim(eventType, 0)) > 0 })),
    failing: [
      "deleting tells whether there was a stream, and leaves nothing of it",
      "what is appended after a deletion is a new stream, its ordinals from 1",
    ],
  },
  "makes a stream by looking at it": {
    alter: streams((store, space) => ({
      states: async (types) => {
        for (const type of types) space.stream(type);
        return store.states(types);
      },
    })),
    failing: ["looking at a stream that does not exist does not make one"],
  },
  "mixes up spaces": {
    alter: streams((_, space) => ({ list: async () => [...space.streams.keys(), "of-another-space"] })),
    failing: ["transports with the same prefix share their streams, others do not"],
  },
};
