/** Transports that deliver, acknowledge, hand back or count entries of groups wrongly. */
import { type BrokenTransports, groups, othersFirst } from "./broken-transport.ts";

export const brokenGroups: BrokenTransports = {
  "delivers an entry to everybody": {
    alter: groups((_, { streams }) => ({
      read: async ({ eventTypes, count }) =>
        eventTypes.map((eventType) => ({
          eventType,
          exists: true,
          deliveries: (streams.get(eventType)?.entries ?? [])
            .slice(0, count)
            .map((entry) => ({ entry, token: "t", deliveries: 1 })),
          missed: 0,
          lostIds: [],
          floorId: "0-0",
        })),
    })),
    failing: [
      "each entry goes to one of several consumers, and to each of several groups",
      "reading for a group that is not there says so, and makes none",
    ],
  },
  "looks what is due, and then claims it": {
    alter: groups((store, { streams }) => ({
      claim: async (request) => {
        const found = streams.get(request.eventTypes[0]!)?.groups.get(request.group);
        if (!found) return store.claim(request);
        const before = structuredClone(found.pending);
        const claiming = store.claim(request); // acts at once
        const after = found.pending;
        found.pending = before;
        await othersFirst();
        found.pending = after;
        return claiming;
      },
    })),
    failing: ["of twenty that race to claim, each entry goes to one"],
  },
  "takes any token": {
    alter: groups((store, { streams }) => ({
      acknowledge: async (request) => {
        const pending = streams.get(request.eventType)?.groups.get(request.group)?.pending ?? [];
        const entries = request.entries.map(({ id, token }) => ({
          id,
          token: pending.find((one) => one.id === id)?.token ?? token,
        }));
        return store.acknowledge({ ...request, entries });
      },
    })),
    failing: [
      "a late acknowledgement is refused once the entry was given to another",
      "a late acknowledgement of a namesake is refused as well",
      "a token is for its entry and its group only",
      "what is handed back uncounted was not delivered that time",
    ],
  },
  "claims what is not idle": {
    alter: groups((store) => ({ claim: (request) => store.claim({ ...request, minIdleMs: 0 }) })),
    failing: [
      "what was idle for long enough is claimed, with a new token and one delivery more",
      "what is extended is not idle, and keeps its token and its count",
    ],
  },
  "does not extend": {
    alter: groups((store) => ({
      extend: async (request) =>
        store.extend({ ...request, entries: [] }).then(() => request.entries.map(() => true)),
    })),
    failing: ["what is extended is not idle, and keeps its token and its count"],
  },
  "does not wait with what was handed back": {
    alter: groups((store) => ({ handBack: (request) => store.handBack({ ...request, delayMs: 0 }) })),
    failing: ["nobody gets what was handed back before its delay is over"],
  },
  "counts every delivery": {
    alter: groups((store) => ({ handBack: (request) => store.handBack({ ...request, counted: true }) })),
    failing: ["what is handed back uncounted was not delivered that time"],
  },
  "claims more than it was asked for": {
    alter: groups((store) => ({ claim: (request) => store.claim({ ...request, count: 100 }) })),
    failing: ["no more are claimed than asked for, and what is left can be claimed by others"],
  },
  "says nothing of what was trimmed": {
    alter: groups((store) => ({
      read: async (request) => (await store.read(request)).map((reading) => ({ ...reading, missed: 0 })),
      claim: async (request) => (await store.claim(request)).map((reading) => ({ ...reading, lostIds: [] })),
    })),
    failing: [
      "what was trimmed before it was read is counted, and told once, to one consumer",
      "trimming while consumers read loses none from the count",
      "what was trimmed while it was pending is told when it would be claimed, once",
    ],
  },
  "counts what was trimmed before the group was made": {
    alter: groups((store, { streams }) => ({
      create: async (request) => {
        const made = await store.create(request);
        const found = streams.get(request.eventType)?.groups.get(request.group);
        if (made && found && request.from === "beginning") found.ordinal = 0;
        return made;
      },
    })),
    failing: ["what was trimmed before the group was made, or after it was read, is not missed"],
  },
  "gives a floor above what is pending": {
    alter: groups((store) => ({
      states: async (eventType) =>
        (await store.states(eventType)).map((state) => ({ ...state, floorId: state.deliveredId })),
    })),
    failing: [
      "the floor is below everything that is pending, and reaches what was delivered when nothing is",
    ],
  },
  "makes a group anew each time": {
    alter: groups((store) => ({
      create: async (request) => {
        await store.delete(request.eventType, request.group);
        return store.create(request);
      },
    })),
    failing: ["making a group that is there changes nothing"],
  },
  "forgets what a consumer has when it leaves": {
    alter: groups((_, { streams }) => ({
      leave: async ({ eventTypes, group }) => {
        for (const eventType of eventTypes) {
          const found = streams.get(eventType)?.groups.get(group);
          if (found) found.pending = [];
        }
      },
    })),
    failing: ["a consumer may leave, and come again"],
  },
};
