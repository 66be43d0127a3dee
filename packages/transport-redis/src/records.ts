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
import { cork } from "./cork.ts";
import type { Keys } from "./keys.ts";
import { parseTimes, type StoreTimes, toRecord } from "./record-reply.ts";
import { repeatUntilAnswered } from "./repeat-until-answered.ts";
import { runScript } from "./scripts.ts";
import { sendOnce } from "./send-once.ts";

/** How long the answer of a conditional put is remembered beyond the time in which it may be sent again. */
const writtenSlackMs = 10_000;

type PutReply = [stored: 1, version: string, incarnation: string] | [stored: 0, ...times: string[]];

export class RedisRecords implements RecordStore {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
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
    scriptKeys.push(keys.written(randomToken()));
    const args = [key, value, leaseMs === null ? "" : String(leaseMs), String(keepMs)];
    args.push(...conditionArguments(condition), String(this.#host.operationTimeoutMs + writtenSlackMs));
    args.push(announce ? this.#keys.bell(`records:${bucket}`) : "");
    return this.#repeat(async (client) => {
      const reply = (await runScript(client, "put-record", scriptKeys, args)) as PutReply;
      if (reply[0] === 1) {
        // In a slot of its own, so only once it is known that this put counts.
        if (visible) await this.#show(client, this.#keys.visible(bucket, key), value, leaseMs ?? keepMs);
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
      const [times, [next, flat]] = await Promise.all([
        this.#times(client, bucket),
        client.hscan(values, from ?? "0", "COUNT", count),
      ]);
      const records: StoredRecord[] = [];
      for (let at = 0; at < flat.length; at += 2) {
        const record = toRecord(flat[at]!, flat[at + 1]!, times);
        if (record) records.push(record);
      }
      return { records, next: next === "0" ? null : next };
    });
  }

  count(bucket: string): Promise<number> {
    const { leases } = this.#keys.bucket(bucket);
    return this.#repeat((client) => runScript(client, "count-records", [leases], []) as Promise<number>);
  }

  delete(bucket: string, key: string): Promise<boolean> {
    const { values, leases, kept, claims } = this.#keys.bucket(bucket);
    return sendOnce(this.#connections, async (client) => {
      const [deleted] = await Promise.all([
        runScript(client, "delete-record", [values, leases, kept, claims], [key]),
        client.del(this.#keys.visible(bucket, key)),
      ]);
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
