/** Everything that a store holds, through a transport's operations. */
import type { Message, StoredRecord, StreamEntry, StreamState, Transport } from "@attune/transport";

export interface Stored {
  readonly states: readonly StreamState[];
  readonly entries: Readonly<Record<string, readonly StreamEntry[]>>;
  readonly pending: Readonly<Record<string, readonly Message[]>>;
  readonly records: Readonly<Record<string, readonly StoredRecord[]>>;
}

export interface Names {
  readonly agents: readonly string[];
  readonly buckets: readonly string[];
}

/** Streams are found; agents and buckets have to be named. */
export async function storedIn(transport: Transport, { agents, buckets }: Names): Promise<Stored> {
  const { streams, mailboxes, records } = transport;
  const eventTypes = (await streams.list({ thorough: true })).sort();
  const each = async <T>(names: readonly string[], look: (name: string) => Promise<T>) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await look(name)] as const)));
  return {
    states: await streams.states(eventTypes),
    entries: await each(eventTypes, (eventType) =>
      streams.range({ eventType, count: 100_000, newestFirst: false }),
    ),
    pending: await each(agents, (agent) => mailboxes.list({ agent, selector: {}, count: 100_000 })),
    records: await each(buckets, async (bucket) => {
      const { records: found } = await records.list({ bucket, from: null, count: 10_000 });
      return [...found].sort((one, other) => (one.key < other.key ? -1 : 1));
    }),
  };
}
