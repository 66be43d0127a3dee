/** The streams facet as features get it: arguments checked once for every adapter, each call settled in time. */
import { checkEventType, checkInteger, checkText } from "./arguments.ts";
import { checkEntryId } from "./check-entry-id.ts";
import type {
  AppendRequest,
  RangeRequest,
  ReadOptions,
  StreamPage,
  StreamState,
  StreamStore,
} from "./contract/streams.ts";
import { AttuneError } from "./errors.ts";
import { ForeignNames } from "./foreign-names.ts";
import type { PayloadLimits } from "./json.ts";
import type { Logger } from "./logger.ts";
import type { RunOperation } from "./operations.ts";
import { isPublicType } from "./public-type.ts";

const maxCount = 100_000;
const maxBlockMs = 3_600_000;

export function checkedStreams(
  store: StreamStore,
  run: RunOperation,
  limits: PayloadLimits,
  logger: Logger,
): StreamStore {
  const foreignNames = new ForeignNames(logger);
  const checkAppend = (request: AppendRequest): void => {
    checkEventType(request.eventType);
    checkInteger("maxLength", request.maxLength, 1);
    if (request.idempotencyKey !== undefined) {
      checkText("idempotencyKey", request.idempotencyKey, { min: 1, maxBytes: 512 });
    }
    const { data } = request;
    if (data.length * 3 > limits.maxPayloadBytes && Buffer.byteLength(data) > limits.maxPayloadBytes) {
      throw new AttuneError(
        "ATTUNE_PAYLOAD_TOO_LARGE",
        `The data takes more than ${limits.maxPayloadBytes} bytes.`,
      );
    }
  };

  return {
    // Not an async function: this is the path of every published event, and each promise on it counts.
    append(requests: readonly AppendRequest[]): Promise<string[]> {
      try {
        for (const request of requests) checkAppend(request);
      } catch (error) {
        return Promise.reject(error);
      }
      if (requests.length === 0) return Promise.resolve([]);
      return run("append", () => store.append(requests));
    },

    async read(after: ReadonlyMap<string, string>, options: ReadOptions): Promise<StreamPage[]> {
      for (const [eventType, id] of after) {
        checkEventType(eventType);
        checkEntryId("id", id);
      }
      checkInteger("count", options.count, 1, maxCount);
      checkInteger("blockMs", options.blockMs, 0, maxBlockMs);
      if (after.size === 0) return [];
      return run("read", () => store.read(after, options), options.blockMs);
    },

    async range(request: RangeRequest) {
      checkEventType(request.eventType);
      checkInteger("count", request.count, 0, maxCount);
      if (request.fromId !== undefined) checkEntryId("fromId", request.fromId);
      if (request.toId !== undefined) checkEntryId("toId", request.toId);
      if (request.count === 0) return [];
      return run("range", () => store.range(request));
    },

    async states(eventTypes: readonly string[]): Promise<StreamState[]> {
      for (const eventType of eventTypes) checkEventType(eventType);
      if (eventTypes.length === 0) return [];
      return run("states", () => store.states(eventTypes));
    },

    async list(options: { readonly thorough: boolean }): Promise<string[]> {
      const eventTypes = await run("list", () => store.list(options));
      return eventTypes.filter((eventType) => isPublicType(eventType) && !foreignNames.has(eventType));
    },

    async trim(eventType: string, maxLength: number): Promise<number> {
      checkEventType(eventType);
      checkInteger("maxLength", maxLength, 0);
      return run("trim", () => store.trim(eventType, maxLength));
    },

    async trimBefore(eventType: string, id: string): Promise<number> {
      checkEventType(eventType);
      checkEntryId("id", id);
      return run("trimBefore", () => store.trimBefore(eventType, id));
    },

    async delete(eventType: string): Promise<boolean> {
      checkEventType(eventType);
      return run("delete", () => store.delete(eventType));
    },
  };
}
