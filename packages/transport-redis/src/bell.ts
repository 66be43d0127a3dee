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

  watch(topics: readonly Topic[], ring: () => void): Watch {
    const channels = topics.map((topic) => this.#keys.bell(topic));
    const fresh = channels.filter((channel) => !this.#rings.has(channel) && !this.#idle.has(channel));
    for (const channel of channels) {
      this.#idle.delete(channel);
      const rings = this.#rings.get(channel);
      if (rings) rings.add(ring);
      else this.#rings.set(channel, new Set([ring]));
    }
    let open = true;
    return {
      ready: fresh.length > 0 ? this.#subscribe(fresh) : Promise.resolve(),
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
  }

  #unwatch(channels: readonly string[], ring: () => void): void {
    const silent = channels.filter((channel) => {
      const rings = this.#rings.get(channel);
      rings?.delete(ring);
      return rings?.size === 0 && this.#rings.delete(channel);
    });
    if (silent.length === 0 || !this.#connection?.ready) return;
    const now = this.#host.clock.monotonic();
    for (const channel of silent) this.#idle.set(channel, now);
    this.#sweeping ??= this.#host.clock.setTimer(() => this.#sweep(), lingerMs, { background: true });
  }

  /** Unsubscribes from what has been idle for long. Insertion order is age. */
  #sweep(): void {
    this.#sweeping = undefined;
    const latest = this.#host.clock.monotonic() - lingerMs;
    const gone: string[] = [];
    for (const [channel, since] of this.#idle) {
      if (since > latest) break;
      this.#idle.delete(channel);
      gone.push(channel);
    }
    if (this.#idle.size > 0) {
      this.#sweeping = this.#host.clock.setTimer(() => this.#sweep(), lingerMs, { background: true });
    }
    if (gone.length === 0 || !this.#connection?.ready) return;
    // Whoever is still subscribed by mistake after a failure here gets rings that nobody listens to.
    this.#connection.client.unsubscribe(...gone).catch(() => {});
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    const connection = this.#connect();
    const deadline = this.#host.clock.monotonic() + this.#host.operationTimeoutMs;
    const client = await connection.whenReady(deadline);
    // A connection that became ready meanwhile has subscribed to everything by itself.
    const wanted = channels.filter((channel) => this.#rings.has(channel));
    try {
      if (wanted.length > 0) await client.subscribe(...wanted);
    } catch (cause) {
      throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The bell could not be subscribed to.", {
        cause,
      });
    }
    // What changed between the call and here was not heard.
    for (const channel of wanted) this.#ring(channel);
  }

  #connect(): Connection {
    if (this.#connection) return this.#connection;
    const connection = this.#connections.subscriber(() => {
      this.#idle.clear();
      const channels = [...this.#rings.keys()];
      if (channels.length === 0) return;
      connection.client.subscribe(...channels).then(
        // What rang while there was no connection was not heard: look again, all of you.
        () => {
          for (const channel of channels) this.#ring(channel);
        },
        () => {}, // lost again: the next connection subscribes again
      );
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
