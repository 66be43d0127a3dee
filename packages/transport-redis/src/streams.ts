/** Streams on Redis streams. */
import {
  type AdapterHost,
  type AppendRequest,
  AttuneError,
  type RangeRequest,
  type ReadOptions,
  type StreamEntry,
  type StreamPage,
  type StreamState,
  type StreamStore,
  sleep,
} from "@attune/transport";
import type { Redis } from "ioredis";
import { sendAppend } from "./append-command.ts";
import type { Connections } from "./connections.ts";
import { cork, sendNow } from "./cork.ts";
import { type EntryReply, toEntries } from "./entries.ts";
import type { EventTypeIndex } from "./event-type-index.ts";
import type { Keys } from "./keys.ts";
import { replyCode, toAttuneError } from "./redis-errors.ts";
import { repeatUntilAnswered } from "./repeat-until-answered.ts";
import { runScript } from "./scripts.ts";
import { sendOnce } from "./send-once.ts";
import { toPage, toState } from "./stream-reply.ts";
import { WaitingReads } from "./waiting-reads.ts";
import { WrongKeys } from "./wrong-keys.ts";

/** How long an idempotency key is remembered. */
const dedupeMs = 120_000;
/** Up to so many streams, their states are asked for together with the entries; beyond, only of those that had some. */
const fewStreams = 8;
/** The longest wait after a deletion. */
const maxIdWaitMs = 10;
/** Timers count whole milliseconds, and not from the same instant as the server does. */
const timerSlackMs = 1;

type ReadReply = [key: Buffer, entries: EntryReply[]][] | null;

export class RedisStreams implements StreamStore {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;
  readonly #index: EventTypeIndex;
  readonly #wrongKeys: WrongKeys;
  readonly #waitingReads: WaitingReads;

  constructor(host: AdapterHost, connections: Connections, keys: Keys, index: EventTypeIndex) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
    this.#index = index;
    this.#wrongKeys = new WrongKeys(host);
    this.#waitingReads = new WaitingReads(host, connections);
  }

  append(requests: readonly AppendRequest[]): Promise<string[]> {
    // One event is the common case, and needs no bookkeeping.
    if (requests.length === 1) return this.#appendOne(requests[0]!);
    return this.#appendAll(requests);
  }

  read(after: ReadonlyMap<string, string>, options: ReadOptions): Promise<StreamPage[]> {
    if (options.blockMs === 0) return this.#readOn(this.#connections.commands.readyClient, after, options);
    return this.#waitingReads.wait(options, (client, blockMs) =>
      this.#readOn(client, after, { ...options, blockMs }),
    );
  }

  range({ eventType, fromId, toId, count, newestFirst }: RangeRequest): Promise<StreamEntry[]> {
    const key = this.#keys.stream(eventType);
    const [first, last] = [fromId ?? "-", toId ?? "+"];
    return this.#run(async (client) => {
      const replies = newestFirst
        ? await client.xrevrangeBuffer(key, last, first, "COUNT", count)
        : await client.xrangeBuffer(key, first, last, "COUNT", count);
      return toEntries(replies as unknown as EntryReply[]);
    });
  }

  states(eventTypes: readonly string[]): Promise<StreamState[]> {
    return this.#run((client) =>
      Promise.all(eventTypes.map((eventType) => this.#state(client, eventType, { bytes: true }))),
    );
  }

  list({ thorough }: { readonly thorough: boolean }): Promise<string[]> {
    return this.#run((client) => (thorough ? this.#index.scan(client) : this.#index.members(client)));
  }

  trim(eventType: string, maxLength: number): Promise<number> {
    return this.#run(
      (client) => client.xtrim(this.#keys.stream(eventType), "MAXLEN", "=", maxLength) as Promise<number>,
    );
  }

  trimBefore(eventType: string, id: string): Promise<number> {
    const key = this.#keys.stream(eventType);
    return this.#run(async (client) => {
      try {
        return (await client.xtrim(key, "MINID", "=", id)) as number;
      } catch (error) {
        // Before 6.2 the server does not know MINID.
        if (replyCode(error) !== "ERR") throw error;
        return (await runScript(client, "trim-before", [key], [id])) as number;
      }
    });
  }

  delete(eventType: string): Promise<boolean> {
    const { handedBack, uncounted } = this.#keys.besideGroups(eventType);
    return this.#run(async (client) => {
      const [reply] = await Promise.all([
        runScript(client, "delete-stream", [this.#keys.stream(eventType)], [handedBack, uncounted]),
        this.#index.forget(client, eventType),
      ]);
      const [deleted, waitMs] = reply as [number, number];
      // A stream made again within the same millisecond would repeat ids, and followers would take its events for old.
      // An id of the far future (somebody chose it by hand) is not waited for.
      if (waitMs > 0) await sleep(this.#host.clock, Math.min(waitMs, maxIdWaitMs) + timerSlackMs);
      return deleted > 0;
    });
  }

  #run<T>(operation: (client: Redis) => Promise<T>): Promise<T> {
    return sendOnce(this.#connections, operation);
  }

  #appendOne(request: AppendRequest): Promise<string[]> {
    const { commands, location } = this.#connections;
    return this.#append(commands.readyClient, request).then(
      (id) => [id],
      (error: unknown) => {
        throw toAttuneError(error, location);
      },
    );
  }

  async #appendAll(requests: readonly AppendRequest[]): Promise<string[]> {
    const client = this.#connections.commands.readyClient;
    const settled = await Promise.allSettled(requests.map((request) => this.#append(client, request)));
    const failed = settled.find((result) => result.status === "rejected");
    const ids = settled.map((result) => (result.status === "fulfilled" ? result.value : ""));
    if (!failed) return ids;
    const { code, message, cause } = toAttuneError(failed.reason, this.#connections.location);
    throw new AttuneError(code, message, { cause, details: { ids } });
  }

  #append(client: Redis, request: AppendRequest): Promise<string> {
    cork(client);
    this.#index.register(client, request.eventType);
    return request.idempotencyKey === undefined
      ? sendAppend(client, this.#keys.stream(request.eventType), request)
      : this.#appendOnce(request, request.idempotencyKey);
  }

  /** The dedupe key makes it safe to send again after a lost reply. */
  #appendOnce(request: AppendRequest, idempotencyKey: string): Promise<string> {
    const { eventType, timestamp, data, source, maxLength } = request;
    const keys = [this.#keys.stream(eventType), this.#keys.dedupe(eventType, idempotencyKey)];
    const args = [String(maxLength), String(dedupeMs), eventType, timestamp, data, source];
    return repeatUntilAnswered(
      this.#host,
      this.#connections,
      (client) => runScript(client, "append-once", keys, args) as Promise<string>,
    );
  }

  #readOn(client: Redis, after: ReadonlyMap<string, string>, options: ReadOptions): Promise<StreamPage[]> {
    return this.#readExisting(client, after, options).catch((error: unknown) => {
      throw toAttuneError(error, this.#connections.location);
    });
  }

  async #readExisting(
    client: Redis,
    after: ReadonlyMap<string, string>,
    { count, blockMs, interrupt }: ReadOptions,
  ): Promise<StreamPage[]> {
    const eventTypes = new Map<string, string>();
    for (const eventType of after.keys()) eventTypes.set(this.#keys.stream(eventType), eventType);
    for (;;) {
      const keys = this.#wrongKeys.without([...eventTypes.keys()]);
      if (keys.length === 0) {
        await this.#wrongKeys.pause(blockMs, interrupt);
        return [];
      }
      const ids = keys.map((key) => after.get(eventTypes.get(key)!)!);
      const block = blockMs > 0 ? ["BLOCK", String(blockMs)] : [];
      const { reading, early } = sendNow(client, () => ({
        reading: client.callBuffer(
          "XREAD",
          "COUNT",
          count,
          ...block,
          "STREAMS",
          ...keys,
          ...ids,
        ) as Promise<ReadReply>,
        // Behind a blocking read on the same connection, so that they are answered right after it.
        early: keys.length <= fewStreams ? keys.map((key) => this.#state(client, eventTypes.get(key)!)) : [],
      }));
      for (const state of early) state.catch(() => {}); // awaited below, unless the read itself fails
      let reply: ReadReply;
      try {
        reply = await reading;
      } catch (error) {
        if (replyCode(error) === "UNBLOCKED") return [];
        if (replyCode(error) !== "WRONGTYPE") throw error;
        await this.#wrongKeys.find(client, keys);
        continue;
      }
      return Promise.all(
        (reply ?? []).map(async ([keyBytes, entries]) => {
          const key = keyBytes.toString();
          const eventType = eventTypes.get(key)!;
          const state = await (early[keys.indexOf(key)] ?? this.#state(client, eventType));
          return toPage(eventType, toEntries(entries), state);
        }),
      );
    }
  }

  async #state(client: Redis, eventType: string, { bytes = false } = {}): Promise<StreamState> {
    const keys = [this.#keys.stream(eventType)];
    return toState(eventType, await runScript(client, "stream-state", keys, [bytes ? "1" : "0"]));
  }
}
