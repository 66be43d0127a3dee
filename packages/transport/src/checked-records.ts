/** The records facet as features get it: arguments checked once for every adapter, each call settled in time. */
import { checkInteger, checkName, checkText, checkToken, describe, maxTtlMs } from "./arguments.ts";
import { checkOpaqueText } from "./check-opaque-text.ts";
import type {
  ClaimRequest,
  ListRecordsRequest,
  PutCondition,
  PutRequest,
  RecordStore,
  SettleRequest,
} from "./contract/records.ts";
import { AttuneError } from "./errors.ts";
import type { PayloadLimits } from "./json.ts";
import type { RunOperation } from "./operations.ts";

const maxCount = 10_000;
const bucketPattern = /^[a-z][a-z0-9-]{0,63}$/;
/** Visible records would lie where other things do. */
const reserved = new Set(["bell", "dedupe", "event-types", "events", "mailbox", "records"]);

export function checkedRecords(store: RecordStore, run: RunOperation, limits: PayloadLimits): RecordStore {
  return {
    async put(request: PutRequest) {
      checkBucket(request.bucket);
      checkName("key", request.key);
      checkOpaqueText("value", request.value, limits);
      if (request.visible !== undefined) checkOpaqueText("visible", request.visible, limits);
      if (request.leaseMs !== null) checkInteger("leaseMs", request.leaseMs, 1, maxTtlMs);
      checkInteger("keepMs", request.keepMs, 0, maxTtlMs);
      if (request.condition !== undefined) checkCondition(request.condition);
      return run("put", () => store.put(request));
    },

    async get(bucket: string, keys: readonly string[]) {
      checkBucket(bucket);
      if (!Array.isArray(keys)) {
        throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `keys must be an array, not ${describe(keys)}.`, {
          details: { argument: "keys" },
        });
      }
      for (const key of keys) checkName("key", key);
      if (keys.length === 0) return [];
      return run("get", () => store.get(bucket, keys));
    },

    async list(request: ListRecordsRequest) {
      checkBucket(request.bucket);
      checkInteger("count", request.count, 1, maxCount);
      if (request.from !== null) checkText("from", request.from, { min: 1, maxBytes: 1024 });
      return run("list", () => store.list(request));
    },

    async count(bucket: string) {
      checkBucket(bucket);
      return run("count", () => store.count(bucket));
    },

    async delete(bucket: string, key: string) {
      checkBucket(bucket);
      checkName("key", key);
      return run("delete", () => store.delete(bucket, key));
    },

    async claimExpired(request: ClaimRequest) {
      checkBucket(request.bucket);
      checkToken("claimer", request.claimer);
      checkInteger("holdMs", request.holdMs, 1, maxTtlMs);
      checkInteger("count", request.count, 1, maxCount);
      checkInteger("gapMs", request.gapMs, 1, maxTtlMs);
      return run("claimExpired", () => store.claimExpired(request));
    },

    async settleExpired(request: SettleRequest) {
      checkBucket(request.bucket);
      checkName("key", request.key);
      checkInteger("version", request.version, 1);
      checkToken("claimer", request.claimer);
      return run("settleExpired", () => store.settleExpired(request));
    },
  };
}

function checkBucket(value: unknown): void {
  if (typeof value === "string" && bucketPattern.test(value) && !reserved.has(value)) return;
  throw new AttuneError(
    "ATTUNE_ARGUMENT_INVALID",
    `bucket must be 1 to 64 of a-z, 0-9 and -, beginning with a letter, and none of ${[...reserved].join(", ")}; not ${describe(value)}.`,
    { details: { argument: "bucket" } },
  );
}

function checkCondition(condition: PutCondition): void {
  const kinds =
    typeof condition === "object" && condition !== null
      ? (["absent", "version", "holder"] as const).filter((kind) => kind in condition)
      : [];
  if (kinds.length !== 1 || ("absent" in condition && condition.absent !== true)) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      "condition must be one of { absent: true }, { version } and { holder, incarnation }.",
      { details: { argument: "condition" } },
    );
  }
  if ("holder" in condition) {
    checkToken("holder", condition.holder);
    if (condition.incarnation !== undefined) checkInteger("incarnation", condition.incarnation, 1);
  } else if ("version" in condition) {
    checkInteger("version", condition.version, 1);
  }
}
