/** The bell on publish/subscribe: one subscriber connection, however many watches. */
import {
  type AdapterHost,
  AttuneError,
  type Bell,
  type Timer,
  type Topic,
  type Watch,
} from "@attune/transport";
import type { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import type { Keys } from "./keys.ts";

/**
 * A channel stays subscribed for so long after its last watch was closed: who waits again and again, as agents do, then
 * needs no round trip to be heard.
 */
const lingerMs = 5000;

/** A subscriber only listens, so nothing else would tell that its connection has died. */
const pingMs = 5000;

export class RedisBell implements Bell {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  readonly #keys: Keys;
  /** By channel. */
  readonly #rings = new Map<string, Set<() => void>>();
  /** What the present connection has subscribed to, or is about to: settles once the server has said so. */
  readonly #subscriptions = new Map<string, Promise<void>>();
  /** Subscribed channels that nobody watches now, and since when. */
  readonly #idle = new Map<string, number>();
  #sweeping: Timer | undefined;
  #connection: Connection | undefined;
  #pinging: Timer | undefined;

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#connections = connections;
    this.#keys = keys;
  }

  watch(topics: readonly Topic[], callback: () => void): Watch {
    // One of its own: two watches may have the same callback, and closing one must not silence the other.
    const ring = () => callback();
    const channels = topics.map((topic) => this.#keys.bell(topic));
    for (const channel of channels) {
      this.#idle.delete(channel);
      const rings = this.#rings.get(channel);
      if (rings) rings.add(ring);
      else this.#rings.set(channel, new Set([ring]));
    }
    const ready = this.#subscribed(channels);
    ready.catch(() => {}); // for whom it concerns; a watch may be closed without anybody having looked
    let open = true;
    return {
      ready,
      close: () => {
        if (!open) return;
        open = false;
        this.#unwatch(channels, ring);
      },
    };
  }

  close(): void {
    this.#pinging?.clear();
    this.#sweeping?.clear();
    this.#rings.clear();
    this.#idle.clear();
    this.#subscriptions.clear();
  }

  #unwatch(channels: readonly string[], ring: () => void): void {
    const now = this.#host.clock.monotonic();
    for (const channel of channels) {
      const rings = this.#rings.get(channel);
      rings?.delete(ring);
      if (rings?.size !== 0) continue;
      this.#rings.delete(channel);
      if (this.#subscriptions.has(channel)) this.#idle.set(channel, now);
    }
    if (this.#idle.size > 0) this.#sweepLater();
  }

  #sweepLater(): void {
    this.#sweeping ??= this.#host.clock.setTimer(
      () => {
        this.#sweeping = undefined;
        this.#sweep();
      },
      lingerMs,
      { background: true },
    );
  }

  /** Unsubscribes from what has been idle for long. Insertion order is age. */
  #sweep(): void {
    const latest = this.#host.clock.monotonic() - lingerMs;
    const gone: string[] = [];
    for (const [channel, since] of this.#idle) {
      if (since > latest) break;
      this.#idle.delete(channel);
      this.#subscriptions.delete(channel);
      gone.push(channel);
    }
    if (this.#idle.size > 0) this.#sweepLater();
    if (gone.length === 0 || !this.#connection?.ready) return;
    // Whoever is still subscribed by mistake after a failure here gets rings that nobody listens to.
    this.#connection.client.unsubscribe(...gone).catch(() => {});
  }

  /** Resolves once the server has said that it will ring for all of these. */
  async #subscribed(channels: readonly string[]): Promise<void> {
    const fresh = channels.filter((channel) => !this.#subscriptions.has(channel));
    if (fresh.length > 0) {
      const subscribing = this.#subscribe(fresh);
      for (const channel of fresh) this.#subscriptions.set(channel, subscribing);
      // The next watch tries again.
      subscribing.catch(() => {
        for (const channel of fresh) {
          if (this.#subscriptions.get(channel) === subscribing) this.#subscriptions.delete(channel);
        }
      });
    }
    await Promise.all(channels.map((channel) => this.#subscriptions.get(channel)));
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    const connection = this.#connect();
    const deadline = this.#host.clock.monotonic() + this.#host.operationTimeoutMs;
    const client = await connection.whenReady(deadline);
    try {
      // A connection that became ready meanwhile has subscribed to everything by itself; twice does no harm.
      await client.subscribe(...channels);
    } catch (cause) {
      throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The bell could not be subscribed to.", {
        cause,
      });
    }
    // What changed between the call and here was not heard.
    for (const channel of channels) this.#ring(channel);
  }

  #connect(): Connection {
    if (this.#connection) return this.#connection;
    const connection = this.#connections.subscriber({
      onReady: () => {
        // What rang while there was no connection was not heard: subscribing again makes all of them look again.
        const channels = [...this.#rings.keys()];
        if (channels.length > 0) this.#subscribed(channels).catch(() => {}); // lost again: as above
      },
      onLost: () => {
        this.#subscriptions.clear();
        this.#idle.clear();
      },
    });
    connection.client.on("message", (channel: string) => this.#ring(channel));
    this.#connection = connection;
    this.#ping(connection);
    return connection;
  }

  #ring(channel: string): void {
    const rings = this.#rings.get(channel);
    if (rings) for (const ring of [...rings]) ring();
  }

  #ping(connection: Connection): void {
    const { clock, operationTimeoutMs } = this.#host;
    this.#pinging = clock.setTimer(
      () => {
        const sentAt = clock.monotonic();
        if (connection.ready) connection.client.ping().catch(() => {}); // its failure shows as a lost connection
        this.#pinging = clock.setTimer(
          () => {
            connection.replaceIfSilentSince(sentAt);
            this.#ping(connection);
          },
          operationTimeoutMs,
          { background: true },
        );
      },
      pingMs,
      { background: true },
    );
  }
}
