/** The groups facet as features get it: arguments checked once for every adapter, each call settled in time. */
import {
  checkDuration,
  checkEventType,
  checkInteger,
  checkName,
  checkText,
  describe,
  maxTtlMs,
} from "./arguments.ts";
import { checkEntryId } from "./check-entry-id.ts";
import type {
  ClaimEntriesRequest,
  CreateGroupRequest,
  DeliveriesRequest,
  GroupStore,
  HandBackRequest,
  PendingRequest,
  ReadGroupRequest,
} from "./contract/groups.ts";
import { AttuneError } from "./errors.ts";
import type { RunOperation } from "./operations.ts";

const maxCount = 10_000;
/** Consumer names beginning so are the stores' own. */
const reservedConsumers = "attune:";

export function checkedGroups(store: GroupStore, run: RunOperation): GroupStore {
  return {
    async create(request: CreateGroupRequest) {
      checkEventType(request.eventType);
      checkName("group", request.group);
      const { from } = request;
      if (typeof from === "object" && from !== null) checkEntryId("from.after", from.after);
      else if (from !== "beginning" && from !== "now") {
        throw new AttuneError(
          "ATTUNE_ARGUMENT_INVALID",
          `from must be "beginning", "now" or { after: an entry id }, not ${describe(from)}.`,
          { details: { argument: "from" } },
        );
      }
      return run("create", () => store.create(request));
    },

    async read(request: ReadGroupRequest) {
      checkRead(request);
      if (request.eventTypes.length === 0) return [];
      return run("readGroup", () => store.read(request));
    },

    async claim(request: ClaimEntriesRequest) {
      checkRead(request);
      checkDuration("minIdleMs", request.minIdleMs, 0, maxTtlMs);
      if (request.eventTypes.length === 0) return [];
      return run("claim", () => store.claim(request));
    },

    async acknowledge(request: DeliveriesRequest) {
      checkDeliveries(request);
      if (request.entries.length === 0) return [];
      return run("acknowledge", () => store.acknowledge(request));
    },

    async extend(request: DeliveriesRequest) {
      checkDeliveries(request);
      if (request.entries.length === 0) return [];
      return run("extend", () => store.extend(request));
    },

    async handBack(request: HandBackRequest) {
      checkDeliveries(request);
      checkInteger("delayMs", request.delayMs, 0, maxTtlMs);
      if (request.entries.length === 0) return [];
      return run("handBack", () => store.handBack(request));
    },

    async pending(request: PendingRequest) {
      checkEventType(request.eventType);
      checkName("group", request.group);
      checkInteger("count", request.count, 1, maxCount);
      if (request.afterId !== undefined) checkEntryId("afterId", request.afterId);
      return run("pending", () => store.pending(request));
    },

    async states(eventType: string) {
      checkEventType(eventType);
      return run("groupStates", () => store.states(eventType));
    },

    async leave(request) {
      checkMember(request);
      if (request.eventTypes.length === 0) return;
      return run("leave", () => store.leave(request));
    },

    async delete(eventType: string, group: string) {
      checkEventType(eventType);
      checkName("group", group);
      return run("deleteGroup", () => store.delete(eventType, group));
    },
  };
}

function checkRead(request: ReadGroupRequest): void {
  checkMember(request);
  checkInteger("count", request.count, 1, maxCount);
}

function checkMember({ eventTypes, group, consumer }: Omit<ReadGroupRequest, "count">): void {
  for (const eventType of eventTypes) checkEventType(eventType);
  checkName("group", group);
  checkName("consumer", consumer);
  if (!consumer.startsWith(reservedConsumers)) return;
  throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `consumer must not begin with "${reservedConsumers}".`, {
    details: { argument: "consumer" },
  });
}

function checkDeliveries({ eventType, group, entries }: DeliveriesRequest): void {
  checkEventType(eventType);
  checkName("group", group);
  checkInteger("entries.length", entries.length, 0, maxCount);
  for (const { id, token } of entries) {
    checkEntryId("id", id);
    checkText("token", token, { min: 1, maxBytes: 1024 });
  }
}
