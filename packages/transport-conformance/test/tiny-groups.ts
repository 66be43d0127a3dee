/** The groups of the tiny transport: of each stream, by name, with what is pending in the order of the stream. */
import {
  compareIds,
  type DeliveriesRequest,
  type GroupReading,
  type GroupStore,
  idBefore,
} from "@attune/transport";
import type { TinySpace } from "./tiny-transport.ts";

export interface TinyPending {
  readonly id: string;
  consumer: string | null;
  token: string;
  deliveries: number;
  since: number;
  dueAt: number;
}

export interface TinyGroup {
  /** The ordinal of the last entry delivered, or missed. */
  ordinal: number;
  deliveredId: string;
  pending: TinyPending[];
}

export function tinyGroups(space: TinySpace): GroupStore {
  const { streams } = space;
  const find = (eventType: string, group: string) => streams.get(eventType)?.groups.get(group);
  const now = () => performance.now();

  const floorOf = ({ pending, deliveredId }: TinyGroup) =>
    pending[0] ? idBefore(pending[0].id) : deliveredId;
  const told = (
    eventType: string,
    found: TinyGroup | undefined,
    more: Partial<GroupReading>,
  ): GroupReading => ({
    eventType,
    exists: found !== undefined,
    deliveries: [],
    missed: 0,
    lostIds: [],
    floorId: found ? floorOf(found) : "0-0",
    ...more,
  });
  const each = (
    { eventType, group, entries }: DeliveriesRequest,
    work: (pending: TinyPending, of: TinyGroup) => void,
  ) => {
    space.check();
    const found = find(eventType, group);
    return entries.map(({ id, token }) => {
      const pending = found?.pending.find(
        (one) => one.id === id && one.token === token && one.consumer !== null,
      );
      if (pending) work(pending, found!);
      return pending !== undefined;
    });
  };

  return {
    async create({ eventType, group, from }) {
      space.check();
      const stream = space.stream(eventType);
      if (stream.groups.has(group)) return false;
      const trimmed = stream.added - stream.entries.length;
      const upTo = from === "beginning" ? "0-0" : from === "now" ? stream.lastId : from.after;
      const ordinal = trimmed + stream.entries.filter(({ id }) => compareIds(id, upTo) <= 0).length;
      stream.groups.set(group, { ordinal, deliveredId: upTo, pending: [] });
      return true;
    },

    async read({ eventTypes, group, consumer, count }) {
      space.check();
      return eventTypes.map((eventType) => {
        const found = find(eventType, group);
        if (!found) return told(eventType, found, {});
        const { entries, added } = streams.get(eventType)!;
        const trimmed = added - entries.length;
        const missed = Math.max(0, trimmed - found.ordinal);
        found.ordinal += missed;
        const deliveries = entries
          .slice(found.ordinal - trimmed)
          .slice(0, count)
          .map((entry) => {
            const token = space.nextToken();
            found.pending.push({ id: entry.id, consumer, token, deliveries: 1, since: now(), dueAt: 0 });
            found.ordinal++;
            found.deliveredId = entry.id;
            return { entry, token, deliveries: 1 };
          });
        return told(eventType, found, { deliveries, missed });
      });
    },

    async claim({ eventTypes, group, consumer, minIdleMs, count }) {
      space.check();
      return eventTypes.map((eventType) => {
        const found = find(eventType, group);
        if (!found) return told(eventType, found, {});
        const entries = new Map(streams.get(eventType)!.entries.map((entry) => [entry.id, entry]));
        const due = found.pending.filter(({ consumer: holder, since, dueAt }) =>
          holder === null ? dueAt <= now() : now() - since >= minIdleMs,
        );
        const lostIds = due.filter(({ id }) => !entries.has(id)).map(({ id }) => id);
        found.pending = found.pending.filter(({ id }) => !lostIds.includes(id));
        const claimed = due.filter(({ id }) => entries.has(id)).slice(0, count);
        const deliveries = claimed.map((pending) => {
          Object.assign(pending, { consumer, token: space.nextToken(), since: now() });
          pending.deliveries++;
          return { entry: entries.get(pending.id)!, token: pending.token, deliveries: pending.deliveries };
        });
        return told(eventType, found, { deliveries, lostIds });
      });
    },

    acknowledge: async (request) =>
      each(request, (pending, found) => {
        found.pending = found.pending.filter((one) => one !== pending);
      }),

    extend: async (request) =>
      each(request, (pending) => {
        pending.since = now();
      }),

    handBack: async ({ delayMs, counted, ...request }) =>
      each(request, (pending) => {
        Object.assign(pending, { consumer: null, since: now(), dueAt: now() + delayMs });
        if (!counted) pending.deliveries--;
      }),

    async pending({ eventType, group, count, afterId = "0-0" }) {
      space.check();
      return (find(eventType, group)?.pending ?? [])
        .filter(({ id }) => compareIds(id, afterId) > 0)
        .slice(0, count)
        .map(({ id, consumer, deliveries, since }) => ({ id, consumer, deliveries, idleMs: now() - since }));
    },

    async states(eventType) {
      space.check();
      const stream = streams.get(eventType);
      return [...(stream?.groups ?? [])].map(([group, found]) => ({
        group,
        pending: found.pending.length,
        lag: Math.min(stream!.entries.length, stream!.added - found.ordinal),
        deliveredId: found.deliveredId,
        floorId: floorOf(found),
      }));
    },

    async leave() {
      space.check();
    },

    async delete(eventType, group) {
      space.check();
      return streams.get(eventType)?.groups.delete(group) ?? false;
    },
  };
}
