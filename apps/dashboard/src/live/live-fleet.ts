/** All that the pages see, live: the sections, and the feed that they tell of changes. */
import { EventStreamer, type StreamEvent } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { type CheckedAlertRules, defaultAlertRules } from "../alerts/alert-rules.ts";
import { Webhook } from "../alerts/webhook.ts";
import type { EventPosition, Parts } from "../protocol/messages.ts";
import { Clients } from "./clients.ts";
import { EventRates } from "./event-rates.ts";
import { Feed } from "./feed.ts";
import { Latencies } from "./latencies.ts";
import { LiveAgents } from "./live-agents.ts";
import { LiveAlerts } from "./live-alerts.ts";
import { LiveApprovals } from "./live-approvals.ts";
import { LiveEvents } from "./live-events.ts";
import { LiveHealth } from "./live-health.ts";
import { LiveQuality } from "./live-quality.ts";
import type { Section } from "./section.ts";
import { StoreStatus } from "./store-status.ts";

export interface LiveFleetOptions {
  /** Default: `defaultAlertRules`. */
  readonly alerts?: CheckedAlertRules | undefined;
  /** Where changes of alerts are posted; left out: nowhere. */
  readonly webhook?: { readonly url: URL; readonly secret: string | undefined } | undefined;
  /** Of the package. */
  readonly version?: string;
  /** So many times as often is everything read, and looked at, that is so again and again. Default 1; more of it is for tests. */
  readonly pace?: number | undefined;
}

/** Short enough to be live, long enough that thousands of news a second go in few messages. */
const frameMs = 25;
/** The same failure again and again is told so often. */
const complainMs = 60_000;

export class LiveFleet {
  readonly transport: Transport;
  readonly feed: Feed;
  readonly streamer: EventStreamer;
  readonly clients = new Clients();
  readonly rates = new EventRates();
  readonly latencies = new Latencies();
  readonly store: StoreStatus;
  readonly agents: LiveAgents;
  readonly events: LiveEvents;
  readonly approvals: LiveApprovals;
  readonly quality: LiveQuality;
  readonly health: LiveHealth;
  readonly alerts: LiveAlerts;
  readonly #sections: readonly Section[];
  readonly #listeners = new Set<(event: StreamEvent) => void>();
  readonly #complaints = new Map<string, number>();

  constructor(
    transport: Transport,
    { alerts: rules = defaultAlertRules, webhook, version = "0.0.0", pace }: LiveFleetOptions = {},
  ) {
    const { logger, location } = transport;
    this.transport = transport;
    this.streamer = new EventStreamer({ transport });
    this.feed = new Feed({ frameMs, positions: (types) => this.events.toldPositions(types) });
    const { feed, streamer, clients, rates, latencies } = this;
    const onFailure = (error: unknown) => this.#complain(error);
    const posting = webhook && new Webhook({ ...webhook, version, location, logger });
    this.store = new StoreStatus(transport, feed);
    this.agents = new LiveAgents({ transport, feed, onFailure, pace });
    this.approvals = new LiveApprovals({ transport, feed, latencies, onFailure, pace });
    this.quality = new LiveQuality({ transport, feed, onFailure, pace });
    const onEvent = (event: StreamEvent) => this.#see(event);
    this.events = new LiveEvents({ transport, streamer, feed, logger, onEvent });
    this.health = new LiveHealth({
      transport,
      streamer,
      feed,
      clients,
      rates,
      latencies,
      positions: () => this.events.positions,
      webhook: () => posting?.counts ?? null,
      onFailure,
      pace,
    });
    this.alerts = new LiveAlerts({ rules, feed, webhook: posting, known: () => this.#known(), pace });
    this.#sections = [
      this.store,
      this.agents,
      this.events,
      this.approvals,
      this.quality,
      this.health,
      this.alerts,
    ];
  }

  /** Calls `listener` with each event that is published from now on. The result ends that. */
  onEvent(listener: (event: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where everything stands, but for the events. What was told before has gone out: deltas that follow fit to it. */
  snapshot(): Parts & { readonly positions: readonly EventPosition[] } {
    this.feed.flush();
    const parts = this.#sections.map((section) => section.snapshot());
    return { ...Object.assign({}, ...parts), positions: this.events.toldPositions() };
  }

  async close(): Promise<void> {
    this.feed.close();
    this.#listeners.clear();
    await Promise.all(this.#sections.map((section) => section.close()));
  }

  #see(event: StreamEvent): void {
    const { eventType } = event;
    this.rates.count(eventType);
    if (eventType === "approval_audit") this.approvals.hurry();
    this.quality.see(eventType);
    this.health.see(eventType);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // Whatever a listener does: the events go on.
        this.#complain(error);
      }
    }
  }

  #known() {
    const available = this.transport.status === "available";
    // Before the first look everything would seem to be as it should.
    if (available && !this.agents.isKnown) return undefined;
    return {
      agents: this.agents.all.values(),
      approvals: this.approvals.pending,
      groups: this.health.current?.groups ?? [],
      errorsPerMinute: this.rates.errorsPerMinute,
      store: { available, location: this.transport.location },
      now: Date.now(),
    };
  }

  #complain(error: unknown): void {
    const { message } = error as Error;
    const now = performance.now();
    if (now - (this.#complaints.get(message) ?? Number.NEGATIVE_INFINITY) < complainMs) return;
    if (this.#complaints.size > 100) this.#complaints.clear();
    this.#complaints.set(message, now);
    this.transport.logger.error(`attune: the dashboard cannot show all that there is: ${message}`);
  }
}
