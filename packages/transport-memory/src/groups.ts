/** Groups as maps of what is pending. */
import {
  beforeFirstId,
  type ClaimEntriesRequest,
  type Clock,
  type CreateGroupRequest,
  compareIds,
  type DeliveriesRequest,
  type Delivery,
  type GroupReading,
  type GroupState,
  type GroupStore,
  type HandBackRequest,
  idBefore,
  type PendingEntry,
  type PendingRequest,
  type ReadGroupRequest,
} from "@attune/transport";
import { entryOf, type MemoryStream, type MemoryStreams, ordinalUpTo } from "./streams.ts";

/** What the groups need from their store. */
interface GroupsHost {
  readonly clock: Clock;
  /** Throws while an outage is simulated. */
  assertAvailable(): void;
}

interface Pending {
  /** `null`: handed back. */
  consumer: string | null;
  token: string;
  deliveries: number;
  /** When it was delivered, extended or handed back. */
  since: number;
  /** Of one handed back: when somebody may have it. */
  dueAt: number;
}

interface Group {
  deliveredOrdinal: number;
  deliveredId: string;
  /** In the order of the stream: what is delivered again keeps its place. */
  readonly pending: Map<string, Pending>;
}

export class MemoryGroups implements GroupStore {
  readonly #host: GroupsHost;
  readonly #streams: MemoryStreams;
  /** They go away with their stream. */
  readonly #groups = new WeakMap<MemoryStream, Map<string, Group>>();
  #tokens = 0;

  constructor(host: GroupsHost, streams: MemoryStreams) {
    this.#host = host;
    this.#streams = streams;
  }

  async create({ eventType, group, from }: CreateGroupRequest): Promise<boolean> {
    this.#host.assertAvailable();
    const stream = this.#streams.made(eventType);
    const groups = this.#groups.get(stream) ?? new Map<string, Group>();
    this.#groups.set(stream, groups);
    if (groups.has(group)) return false;
    const trimmed = stream.added - (stream.entries.length - stream.start);
    const deliveredOrdinal =
      from === "beginning" ? trimmed : from === "now" ? stream.added : ordinalUpTo(stream, from.after);
    const deliveredId = from === "beginning" ? beforeFirstId : from === "now" ? stream.lastId : from.after;
    groups.set(group, { deliveredOrdinal, deliveredId, pending: new Map() });
    return true;
  }

  async read({ eventTypes, group, consumer, count }: ReadGroupRequest): Promise<GroupReading[]> {
    this.#host.assertAvailable();
    return eventTypes.map((eventType) => {
      const stream = this.#streams.find(eventType);
      const found = stream && this.#groups.get(stream)?.get(group);
      if (!found) return noGroup(eventType);
      const trimmed = stream.added - (stream.entries.length - stream.start);
      const missed = Math.max(0, trimmed - found.deliveredOrdinal);
      found.deliveredOrdinal += missed;
      const first = stream.entries.length - (stream.added - found.deliveredOrdinal);
      const deliveries = stream.entries.slice(first, first + count).map((entry): Delivery => {
        const token = this.#nextToken();
        found.pending.set(entry.id, { consumer, token, deliveries: 1, since: this.#now(), dueAt: 0 });
        found.deliveredOrdinal++;
        found.deliveredId = entry.id;
        return { entry, token, deliveries: 1 };
      });
      return { eventType, exists: true, deliveries, missed, lostIds: [], floorId: floorOf(found) };
    });
  }

  async claim({
    eventTypes,
    group,
    consumer,
    minIdleMs,
    count,
  }: ClaimEntriesRequest): Promise<GroupReading[]> {
    this.#host.assertAvailable();
    const now = this.#now();
    return eventTypes.map((eventType) => {
      const stream = this.#streams.find(eventType);
      const found = stream && this.#groups.get(stream)?.get(group);
      if (!found) return noGroup(eventType);
      const deliveries: Delivery[] = [];
      const lostIds: string[] = [];
      for (const [id, pending] of found.pending) {
        if (deliveries.length === count) break;
        const due = pending.consumer === null ? pending.dueAt <= now : now - pending.since >= minIdleMs;
        if (!due) continue;
        const entry = entryOf(stream, id);
        if (!entry) {
          found.pending.delete(id);
          lostIds.push(id);
          continue;
        }
        pending.consumer = consumer;
        pending.token = this.#nextToken();
        pending.deliveries++;
        pending.since = now;
        deliveries.push({ entry, token: pending.token, deliveries: pending.deliveries });
      }
      return { eventType, exists: true, deliveries, missed: 0, lostIds, floorId: floorOf(found) };
    });
  }

  async acknowledge(request: DeliveriesRequest): Promise<boolean[]> {
    return this.#each(request, (group, id) => group.pending.delete(id));
  }

  async extend(request: DeliveriesRequest): Promise<boolean[]> {
    const now = this.#now();
    return this.#each(request, (_group, _id, pending) => {
      pending.since = now;
    });
  }

  async handBack({ delayMs, counted, ...request }: HandBackRequest): Promise<boolean[]> {
    const now = this.#now();
    return this.#each(request, (_group, _id, pending) => {
      pending.consumer = null;
      pending.since = now;
      pending.dueAt = now + delayMs;
      if (!counted) pending.deliveries--;
    });
  }

  async pending({ eventType, group, count, afterId }: PendingRequest): Promise<PendingEntry[]> {
    this.#host.assertAvailable();
    const found = this.#find(eventType, group);
    const now = this.#now();
    return [...(found?.pending ?? [])]
      .filter(([id]) => afterId === undefined || compareIds(id, afterId) > 0)
      .slice(0, count)
      .map(([id, { consumer, deliveries, since }]) => ({ id, consumer, deliveries, idleMs: now - since }));
  }

  async states(eventType: string): Promise<GroupState[]> {
    this.#host.assertAvailable();
    const stream = this.#streams.find(eventType);
    const groups = stream && this.#groups.get(stream);
    if (!groups) return [];
    return [...groups]
      .map(([group, found]) => ({
        group,
        pending: found.pending.size,
        lag: Math.min(stream.added - found.deliveredOrdinal, stream.entries.length - stream.start),
        deliveredId: found.deliveredId,
        floorId: floorOf(found),
      }))
      .sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  async leave(): Promise<void> {
    this.#host.assertAvailable(); // consumers are but names on what is pending
  }

  async delete(eventType: string, group: string): Promise<boolean> {
    this.#host.assertAvailable();
    const stream = this.#streams.find(eventType);
    return (stream && this.#groups.get(stream)?.delete(group)) ?? false;
  }

  #find(eventType: string, group: string): Group | undefined {
    const stream = this.#streams.find(eventType);
    return stream && this.#groups.get(stream)?.get(group);
  }

  /** Does it for those that are still these deliveries. */
  #each(
    { eventType, group, entries }: DeliveriesRequest,
    work: (group: Group, id: string, pending: Pending) => void,
  ): boolean[] {
    this.#host.assertAvailable();
    const found = this.#find(eventType, group);
    return entries.map(({ id, token }) => {
      const pending = found?.pending.get(id);
      if (!pending || pending.consumer === null || pending.token !== token) return false;
      work(found!, id, pending);
      return true;
    });
  }

  #now(): number {
    return this.#host.clock.monotonic();
  }

  #nextToken(): string {
    return String(++this.#tokens);
  }
}

function floorOf({ pending, deliveredId }: Group): string {
  const first = pending.keys().next();
  return first.done ? deliveredId : idBefore(first.value);
}

function noGroup(eventType: string): GroupReading {
  return { eventType, exists: false, deliveries: [], missed: 0, lostIds: [], floorId: beforeFirstId };
}
