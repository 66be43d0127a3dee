/** Records on Redis: a hash per bucket with the values, sorted sets with the leases, changed by scripts only. */
import {
  type AdapterHost,
  type ClaimRequest,
  type ListRecordsRequest,
  type PutCondition,
  type PutOutcome,
  type PutRequest,
  type RecordPage,
  type RecordStore,
  randomToken,
  type SettleRequest,
  type StoredRecord,
} from "@attune/transport";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import { cork, sendNow } from "./cork.ts";
import type { Keys } from "./keys.ts";
import { parseTimes, type StoreTimes, toRecord } from "./record-reply.ts";
import { replyCode } from "./redis-errors.ts";
import { repeatUntilAnswered } from "./repeat-until-answered.ts";
import { runScript } from "./scripts.ts";
import { sendOnce } from "./send-once.ts";

/** How long the answer of a put is remembered beyond the time in which it may be sent again. */
const writtenSlackMs = 10_000;

type PutReply = [stored: 1, version: string, incarnation: string] | [stored: 0, ...times: string[]];

export class RedisRecords implements RecordStore {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;

  /** Grows with each connection. */
  #generation = 0;
  /** The server refuses keys of two slots in one script. */
  #slots = false;

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
    connections.onCommandsReady(() => {
      this.#generation++;
      this.#slots = false;
    });
  }

  put({
    bucket,
    key,
    value,
    leaseMs,
    keepMs,
    condition,
    announce,
    visible,
  }: PutRequest): Promise<PutOutcome> {
    const keys = this.#keys.bucket(bucket);
    const scriptKeys = [keys.values, keys.leases, keys.kept, keys.claims, keys.clock];
    // By which it is known again when it is sent again; a holder is known by himself.
    scriptKeys.push(keys.written(condition && "holder" in condition ? "holder" : randomToken()));
    const args = [key, value, leaseMs === null ? "" : String(leaseMs), String(keepMs)];
    args.push(...conditionArguments(condition), String(this.#host.operationTimeoutMs + writtenSlackMs));
    args.push(announce ? this.#keys.bell(`records:${bucket}`) : "");
    args.push(visible ?? "");
    const shown = visible === undefined ? undefined : this.#keys.visible(bucket, key);
    return this.#repeat(async (client) => {
      const reply = (await this.#withVisible(client, "put-record", scriptKeys, shown, args)) as PutReply;
      if (reply[0] === 1) {
        if (shown !== undefined && this.#slots) await this.#show(client, shown, visible!, leaseMs ?? keepMs);
        return { stored: true, version: Number(reply[1]), incarnation: Number(reply[2]) };
      }
      const [, now, from, until, record] = reply as unknown as [0, string, string, string, string];
      const current = record === "" ? null : toRecord(key, record, parseTimes(now, from, until));
      return { stored: false, reason: "condition", current };
    });
  }

  get(bucket: string, keys: readonly string[]): Promise<(StoredRecord | null)[]> {
    const { values, clock } = this.#keys.bucket(bucket);
    return this.#repeat(async (client) => {
      const reply = await runScript(client, "get-records", [values, clock], keys);
      const [now, from, until, ...records] = reply as [string, string, string, ...(string | null)[]];
      const times = parseTimes(now, from, until);
      return keys.map((key, index) => {
        const record = records[index];
        return typeof record === "string" ? toRecord(key, record, times) : null;
      });
    });
  }

  list({ bucket, from, count }: ListRecordsRequest): Promise<RecordPage> {
    return this.#repeat(async (client) => {
      const { values } = this.#keys.bucket(bucket);
      // A cursor means nothing to another server, nor to the same one after a restart: from the beginning then.
      const [generation, cursor] = from?.split(":") ?? [];
      const known = generation === String(this.#generation) ? cursor! : "0";
      // Now, not at the end of this tick: the caller may be about to work on the page before.
      const [times, [next, flat]] = await sendNow(client, () =>
        Promise.all([this.#times(client, bucket), client.hscan(values, known, "COUNT", count)]),
      );
      const records: StoredRecord[] = [];
      for (let at = 0; at < flat.length; at += 2) {
        const record = toRecord(flat[at]!, flat[at + 1]!, times);
        if (record) records.push(record);
      }
      return { records, next: next === "0" ? null : `${this.#generation}:${next}` };
    });
  }

  count(bucket: string): Promise<number> {
    const { leases } = this.#keys.bucket(bucket);
    return this.#repeat((client) => runScript(client, "count-records", [leases], []) as Promise<number>);
  }

  delete(bucket: string, key: string): Promise<boolean> {
    const { values, leases, kept, claims } = this.#keys.bucket(bucket);
    const shown = this.#keys.visible(bucket, key);
    return sendOnce(this.#connections, async (client) => {
      const scriptKeys = [values, leases, kept, claims];
      const deleted = await this.#withVisible(client, "delete-record", scriptKeys, shown, [key]);
      if (this.#slots) await client.del(shown);
      return deleted === 1;
    });
  }

  claimExpired({ bucket, claimer, holdMs, count, gapMs }: ClaimRequest): Promise<StoredRecord[]> {
    const { values, leases, claims, clock } = this.#keys.bucket(bucket);
    const args = [claimer, String(holdMs), String(count), String(gapMs)];
    return this.#repeat(async (client) => {
      const reply = await runScript(client, "claim-expired", [values, leases, claims, clock], args);
      const [now, from, until, ...flat] = reply as [string, string, string, ...string[]];
      const times = parseTimes(now, from, until);
      const records: StoredRecord[] = [];
      for (let at = 0; at < flat.length; at += 2) {
        const record = toRecord(flat[at]!, flat[at + 1]!, times);
        if (record) records.push(record);
      }
      return records;
    });
  }

  settleExpired({ bucket, key, version, claimer }: SettleRequest): Promise<boolean> {
    const { values, leases, kept, claims } = this.#keys.bucket(bucket);
    const args = [key, String(version), claimer, this.#keys.bell(`records:${bucket}`)];
    return sendOnce(
      this.#connections,
      async (client) =>
        (await runScript(client, "settle-expired", [values, leases, kept, claims], args)) === 1,
    );
  }

  /** The visible record is changed by the same script, so that nothing comes between; but on a Cluster it is in another slot. */
  async #withVisible(
    client: Redis,
    name: "put-record" | "delete-record",
    keys: readonly string[],
    shown: string | undefined,
    args: readonly string[],
  ): Promise<unknown> {
    if (shown === undefined || this.#slots) return runScript(client, name, keys, args);
    try {
      return await runScript(client, name, [...keys, shown], args);
    } catch (error) {
      if (replyCode(error) !== "CROSSSLOT") throw error;
      this.#slots = true;
      return runScript(client, name, keys, args);
    }
  }

  async #times(client: Redis, bucket: string): Promise<StoreTimes> {
    const { values, clock } = this.#keys.bucket(bucket);
    const reply = await runScript(client, "get-records", [values, clock], []);
    return parseTimes(...(reply as [string, string, string]));
  }

  async #show(client: Redis, key: string, value: string, ms: number): Promise<void> {
    if (ms === 0) return;
    cork(client);
    await client.set(key, value, "PX", ms);
  }

  #repeat<T>(send: (client: Redis) => Promise<T>): Promise<T> {
    return repeatUntilAnswered(this.#host, this.#connections, (client) => {
      cork(client);
      return send(client);
    });
  }
}

/** Its kind, the version or the holder, and the incarnation. */
function conditionArguments(condition: PutCondition | undefined): [string, string, string] {
  if (!condition) return ["", "", ""];
  if ("absent" in condition) return ["absent", "", ""];
  if ("version" in condition) return ["version", String(condition.version), ""];
  return [
    "holder",
    condition.holder,
    condition.incarnation === undefined ? "" : String(condition.incarnation),
  ];
}
