/** How the store, the streams, the groups and this server are: told every two seconds. */
import type { EventStreamer } from "@attune/streams";
import { compareIds, type StoreInfo, type Transport } from "@attune/transport";
import { inRounds } from "@attune-tools/reading-loop";
import type { EventPosition, Parts } from "../protocol/messages.ts";
import type { GroupHealthJson, HealthJson, StreamHealthJson } from "../protocol/records.ts";
import type { Clients } from "./clients.ts";
import type { EventRates } from "./event-rates.ts";
import type { Feed } from "./feed.ts";
import type { Latencies } from "./latencies.ts";
import { PacedReading } from "./paced-reading.ts";
import type { Section } from "./section.ts";
import { streamStateJson } from "./stream-state-json.ts";

export interface LiveHealthOptions {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  readonly feed: Feed;
  readonly clients: Clients;
  readonly rates: EventRates;
  readonly latencies: Latencies;
  /** Of all types that are known. */
  readonly positions: () => readonly EventPosition[];
  /** `null`: alerts are posted nowhere. */
  readonly webhook: () => HealthJson["webhook"];
  readonly onFailure: (error: unknown) => void;
  readonly pace?: number | undefined;
}

const tellMs = 2000;
const streamsMs = 5000;
/** However often it is hurried. */
const leastMs = 1000;
/** Those with the newest events. */
const mostTypes = 200;
const mostGroups = 200;
/** So many questions about groups are under way at once. */
const groupsAtOnce = 20;

export class LiveHealth implements Section {
  readonly #options: LiveHealthOptions;
  readonly #readings: readonly PacedReading[];
  readonly #ofStreams: PacedReading;
  /** Those that were asked for last. */
  #types: ReadonlySet<string> = new Set();
  readonly #startedAt = performance.now();
  #info: StoreInfo | undefined;
  #streams: readonly StreamHealthJson[] = [];
  #groups: readonly GroupHealthJson[] = [];
  #current: HealthJson | undefined;
  #closed = false;

  constructor(options: LiveHealthOptions) {
    this.#options = options;
    const { transport, feed, onFailure, pace = 1 } = options;
    const reading = (read: () => Promise<void>, intervalMs: number, onAway?: () => void) =>
      new PacedReading({
        leastMs: Math.min(intervalMs, leastMs),
        transport,
        read,
        onFailure,
        ...(onAway ? { onAway } : {}),
        intervalMs,
        idleIntervalMs: intervalMs,
        isWatched: () => feed.isRead,
        pace,
      });
    const ofStore = reading(
      () => this.#readInfo(),
      tellMs,
      () => this.#tell(),
    );
    this.#ofStreams = reading(() => this.#readStreams(), streamsMs);
    this.#readings = [ofStore, this.#ofStreams];
  }

  /** `undefined`: nothing is known yet. While the store is away, what was last known of it. */
  get current(): HealthJson | undefined {
    return this.#current;
  }

  /** A stream that is new, and what a group has given up, is told soon. */
  see(eventType: string): void {
    if (eventType === "dead_letter" || (!this.#types.has(eventType) && this.#types.size < mostTypes))
      this.#ofStreams.hurry();
  }

  snapshot(): Parts {
    return this.#current ? { health: this.#current } : {};
  }

  close(): void {
    this.#closed = true;
    for (const reading of this.#readings) reading.close();
  }

  async #readInfo(): Promise<void> {
    const { transport, latencies } = this.#options;
    this.#info = await latencies.measure(() => transport.info());
    this.#tell();
  }

  async #readStreams(): Promise<void> {
    const { transport, latencies } = this.#options;
    const types = [...this.#options.positions()]
      .sort((one, other) => compareIds(other.id, one.id))
      .slice(0, mostTypes)
      .map(({ eventType }) => eventType);
    this.#types = new Set(types);
    const states = types.length === 0 ? [] : await latencies.measure(() => transport.streams.states(types));
    const groups = await this.#groupsOf(types);
    this.#streams = states
      .flatMap(streamStateJson)
      .map(({ oldest_id: _oldest, newest_id: _newest, ...figures }) => figures);
    this.#groups = groups;
  }

  async #groupsOf(types: readonly string[]): Promise<GroupHealthJson[]> {
    const { streamer } = this.#options;
    const found = (await inRounds(types, (type) => streamer.listGroups(type), groupsAtOnce))
      .flat()
      .slice(0, mostGroups);
    const names = [...new Set(found.map(({ group }) => group))];
    const counts = await inRounds(names, (group) => streamer.countDeadLetters(group), groupsAtOnce);
    const letters = new Map(names.map((name, index) => [name, counts[index]!]));
    return found.map(({ group, eventType, pending, lag }) => ({
      group,
      event_type: eventType,
      pending,
      lag,
      dead_letters: letters.get(group) ?? 0,
    }));
  }

  #tell(): void {
    if (this.#closed) return;
    const { clients, rates, latencies, feed, webhook } = this.#options;
    this.#current = {
      at: new Date().toISOString(),
      store: {
        product: this.#info?.product ?? null,
        version: this.#info?.version ?? null,
        bytes: this.#info?.bytes ?? null,
        latency_ms: latencies.summary,
      },
      rates: {
        events_per_second: rates.perSecond,
        errors_per_minute: rates.errorsPerMinute,
        by_type: rates.byType(mostTypes),
      },
      streams: this.#streams,
      groups: this.#groups,
      clients: { connected: clients.connected, dropped: clients.dropped },
      server: {
        uptime_s: Math.round((performance.now() - this.#startedAt) / 1000),
        rss_bytes: process.memoryUsage.rss(),
      },
      webhook: webhook(),
    };
    feed.add({ health: this.#current });
  }
}
