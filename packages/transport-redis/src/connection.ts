/**
 * One connection to Redis under supervision: it reconnects for ever, never resends, and is replaced when it goes silent.
 */
import type { AdapterHost, Timer } from "@attune/transport";
import type { Redis } from "ioredis";
import { forgetCommand, toAttuneError } from "./redis-errors.ts";

/** Makes a client with the given options on top of the user's. It must not connect by itself. */
export type MakeClient = (options: Readonly<Record<string, unknown>>) => Redis;

export interface ConnectionEvents {
  /** After each (re)connection, once commands can be sent. */
  onReady?(client: Redis): void;
  /** After each loss, and after each attempt that failed. */
  onLost?(cause: unknown): void;
}

const maxReconnectMs = 1000;

export class Connection {
  readonly client: Redis;
  readonly #host: AdapterHost;
  readonly #location: string;
  readonly #events: ConnectionEvents;
  #handshake: Timer | undefined;
  #lastDataAt = 0;
  #lastError: unknown;
  #closed = false;
  readonly #waiters = new Set<() => void>();

  constructor(host: AdapterHost, makeClient: MakeClient, location: string, events: ConnectionEvents = {}) {
    this.#host = host;
    this.#location = location;
    this.#events = events;
    this.client = makeClient({
      lazyConnect: true,
      // Never resend a command whose reply was lost: the server may have run it.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      // Fail at once while disconnected: callers have a neutral answer, and waiting would break their deadlines.
      enableOfflineQueue: false,
      enableAutoPipelining: false,
      commandTimeout: undefined,
      // It would cut off a read that waits for longer.
      socketTimeout: undefined,
      // A server that is loading is asked again this often; ioredis keeps the timer beyond a disconnect.
      maxLoadingRetryTime: 200,
      // We destroy the socket ourselves; ioredis's wait for its end would outlast the transport.
      disconnectTimeout: 20,
      connectTimeout: host.operationTimeoutMs,
      retryStrategy: (attempt: number) =>
        Math.min(maxReconnectMs, 25 * 2 ** Math.min(attempt, 6)) * (0.75 + Math.random() / 2),
      // After a failover the old primary answers READONLY: look for the new one.
      reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
      // The bell subscribes again by itself; ioredis's own attempt is nobody's to catch.
      autoResubscribe: false,
      stringNumbers: false,
      // Our keys carry our own prefix.
      keyPrefix: "",
      // ioredis 6 only: the same shapes of replies as ioredis 5 gives.
      protocol: 2,
    });
    this.client.on("error", (error: unknown) => {
      forgetCommand(error);
      this.#lastError = error;
    });
    this.client.on("connect", () => this.#connected());
    this.client.on("ready", () => {
      this.#handshake?.clear();
      this.#lastError = undefined;
      events.onReady?.(this.client);
      this.#wake();
    });
    this.client.on("close", () => {
      this.#handshake?.clear();
      events.onLost?.(this.#lastError ?? new Error("the connection was closed"));
      this.#wake();
    });
    this.client.on("reconnecting", () => {
      if (!host.keepsProcessAlive) {
        (this.client as unknown as { reconnectTimeout?: NodeJS.Timeout }).reconnectTimeout?.unref();
      }
    });
  }

  /** Why the last attempt or connection ended. */
  get lastError(): unknown {
    return this.#lastError;
  }

  get ready(): boolean {
    // A stream that was given up is still called ready until its end has got around.
    return this.client.status === "ready" && this.client.stream?.destroyed !== true;
  }

  /** Starts connecting, if that has not been done. Failures show as events. */
  connect(): void {
    if (this.client.status !== "wait") return;
    this.client.connect().catch((error: unknown) => {
      this.#lastError ??= error;
    });
  }

  /** The client if commands can be sent now; throws `ATTUNE_TRANSPORT_UNAVAILABLE` otherwise. */
  get readyClient(): Redis {
    if (this.ready) return this.client;
    throw toAttuneError(this.#lastError ?? new Error("not connected"), this.#location);
  }

  /** Waits until commands can be sent, at most until `deadline` (monotonic); throws after that. */
  async whenReady(deadline: number): Promise<Redis> {
    this.connect();
    while (!this.ready && !this.#closed) {
      const left = deadline - this.#host.clock.monotonic();
      if (left <= 0) break;
      await this.#change(left);
    }
    return this.readyClient;
  }

  /** Waits for the first outcome, at most `ms`: connected or failed. */
  async firstOutcome(ms: number): Promise<void> {
    this.connect();
    if (!this.ready) await this.#change(ms);
  }

  /** Drops the connection if nothing has been received since then; ioredis makes a new one. */
  replaceIfSilentSince(time: number): void {
    if (this.ready && this.#lastDataAt <= time) this.replace(new Error("the connection went silent"));
  }

  replace(cause: Error): void {
    this.#lastError = cause;
    this.client.stream?.destroy();
    this.#events.onLost?.(cause);
  }

  close(): void {
    this.#closed = true;
    this.#handshake?.clear();
    this.client.disconnect();
    this.client.stream?.destroy();
    this.#wake();
  }

  #connected(): void {
    const { stream } = this.client;
    if (!stream) return;
    if (!this.#host.keepsProcessAlive && "unref" in stream) stream.unref();
    stream.on("data", () => {
      this.#lastDataAt = this.#host.clock.monotonic();
    });
    // A server that accepts and then says nothing would hold the handshake for ever.
    this.#handshake = this.#host.clock.setTimer(
      () => this.replace(new Error("the server accepted the connection but does not answer")),
      this.#host.operationTimeoutMs,
      { background: true },
    );
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.clear();
        this.#waiters.delete(done);
        resolve();
      };
      const timer = this.#host.clock.setTimer(done, ms, { background: !this.#host.keepsProcessAlive });
      this.#waiters.add(done);
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}
