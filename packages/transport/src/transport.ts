/**
 * A transport as features see it: an adapter's facets with their arguments checked, every call settled in time, and
 * everything that is written once above all stores (following, status, closing).
 */
import { checkChoice, checkDuration, checkInteger, checkText } from "./arguments.ts";
import { checkedGroups } from "./checked-groups.ts";
import { checkedMailboxes } from "./checked-mailboxes.ts";
import { checkedRecords } from "./checked-records.ts";
import { checkedStreams } from "./checked-streams.ts";
import { type Clock, systemClock, type Timer } from "./clock.ts";
import type { AdapterHost, Capabilities, StoreInfo, TransportAdapter } from "./contract/adapter.ts";
import type { Bell, Topic, Watch } from "./contract/bell.ts";
import type { GroupStore } from "./contract/groups.ts";
import type { MailboxStore } from "./contract/mailboxes.ts";
import type { RecordStore } from "./contract/records.ts";
import type { StreamStore } from "./contract/streams.ts";
import { AttuneError } from "./errors.ts";
import { checkFollowRequest } from "./follow/check-follow-request.ts";
import { EventTypeDirectory } from "./follow/event-type-directory.ts";
import type { FollowHost } from "./follow/follow-host.ts";
import { Follower, type FollowRequest } from "./follow/follower.ts";
import { TailReader } from "./follow/tail-reader.ts";
import { defaultPayloadLimits, type PayloadLimits } from "./json.ts";
import { LateTakes } from "./late-takes.ts";
import { defaultLogger, type Logger } from "./logger.ts";
import { Operations } from "./operations.ts";
import { untilAvailable } from "./until-available.ts";

/** `connecting` until the first attempt has ended; after `closed` nothing changes any more. */
export type TransportStatus = "connecting" | "available" | "unavailable" | "closed";

export interface TransportOptions extends Partial<PayloadLimits> {
  /** In front of every key in the store. Default "empathy:". */
  readonly prefix?: string;
  /** Every call settles within so many milliseconds, whatever the network does. Default 2000, from 10 to 60,000. */
  readonly operationTimeoutMs?: number;
  /**
   * What features do while the store is away. `"degrade"` (default): neutral values (`""`, empty, `null`) and one
   * warning per outage. `"throw"`: `ATTUNE_TRANSPORT_UNAVAILABLE`.
   */
  readonly onUnavailable?: "degrade" | "throw";
  /** Default: warnings and errors to `console`. */
  readonly logger?: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** False: an idle transport does not keep the process alive; calls and waits under way still do. Default true. */
  readonly keepsProcessAlive?: boolean;
}

export interface Transport extends AsyncDisposable {
  /** The kind of store: "memory", "redis". */
  readonly name: string;
  /** Which store, for people: no passwords. */
  readonly location: string;
  readonly capabilities: Capabilities;
  readonly limits: PayloadLimits;
  readonly operationTimeoutMs: number;
  readonly onUnavailable: "degrade" | "throw";
  /**
   * On whose behalf it is used, where `transportWith` said so: outages are told once for all the features of it, in this
   * name. `undefined`: each component tells for itself.
   */
  readonly component?: string | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly status: TransportStatus;
  /** Calls `listener` after each change of `status`. The result ends that. */
  onStatus(listener: (status: TransportStatus) => void): () => void;
  /** The facets reject when the store cannot do its part; `withDegradation` makes neutral values of that. */
  readonly streams: StreamStore;
  readonly groups: GroupStore;
  readonly mailboxes: MailboxStore;
  readonly records: RecordStore;
  readonly bell: Bell;
  /**
   * Which product the store is, of which version, and how many bytes it takes. Rejects while the store is away, behind
   * `withDegradation` too: a neutral value would say that it is there.
   */
  info(): Promise<StoreInfo>;
  /** Follows streams from a position, over restarts of the store, sharing one reader with every other follower. */
  follow<T>(request: FollowRequest<T>): Follower<T>;
  /** Ends everything on this transport within a second. Safe to call twice. */
  close(): Promise<void>;
}

/** Makes a transport of an adapter, and waits until it is known whether the store can be reached. */
export async function createTransport(
  makeAdapter: (host: AdapterHost) => TransportAdapter,
  options: TransportOptions = {},
): Promise<Transport> {
  const transport = new AdapterTransport(makeAdapter, options);
  await transport.opened();
  return transport;
}

class AdapterTransport implements Transport {
  readonly name: string;
  readonly location: string;
  readonly capabilities: Capabilities;
  readonly limits: PayloadLimits;
  readonly operationTimeoutMs: number;
  readonly onUnavailable: "degrade" | "throw";
  readonly logger: Logger;
  readonly clock: Clock;
  readonly streams: StreamStore;
  readonly groups: GroupStore;
  readonly mailboxes: MailboxStore;
  readonly records: RecordStore;
  readonly bell: Bell;

  readonly #adapter: TransportAdapter;
  readonly #keepsProcessAlive: boolean;
  readonly #operations: Operations;
  readonly #listeners = new Set<(status: TransportStatus) => void>();
  readonly #tail: TailReader;
  readonly #directory: EventTypeDirectory;
  readonly #followHost: FollowHost;
  readonly #lateTakes: LateTakes;
  #status: TransportStatus = "connecting";
  #unavailableCause: unknown;
  #closing: Promise<void> | undefined;
  #holds = 0;
  #holdTimer: Timer | undefined;

  constructor(makeAdapter: (host: AdapterHost) => TransportAdapter, options: TransportOptions) {
    this.limits = {
      maxPayloadBytes: checkInteger(
        "maxPayloadBytes",
        options.maxPayloadBytes ?? defaultPayloadLimits.maxPayloadBytes,
        1,
        512 * 1024 * 1024,
      ),
      maxPayloadDepth: checkInteger(
        "maxPayloadDepth",
        options.maxPayloadDepth ?? defaultPayloadLimits.maxPayloadDepth,
        0,
        1000,
      ),
    };
    this.operationTimeoutMs = checkDuration(
      "operationTimeoutMs",
      options.operationTimeoutMs ?? 2000,
      10,
      60_000,
    );
    this.onUnavailable = checkChoice("onUnavailable", options.onUnavailable ?? "degrade", [
      "degrade",
      "throw",
    ]);
    this.logger = options.logger ?? defaultLogger;
    this.clock = options.clock ?? systemClock;
    this.#keepsProcessAlive = options.keepsProcessAlive ?? true;
    this.#operations = new Operations({
      clock: this.clock,
      operationTimeoutMs: this.operationTimeoutMs,
      refusal: () => {
        if (this.#status === "closed") return closedError(this.location);
        return this.#status === "unavailable" ? this.#unavailable("is away") : undefined;
      },
      timedOut: (what, ms) => this.#unavailable(`did not answer within ${ms} ms (${what})`),
      operationTimedOut: () => this.#adapter.operationTimedOut?.(),
      hold: () => (this.#keepsProcessAlive ? undefined : this.#hold()),
    });
    const { run } = this.#operations;
    this.#adapter = makeAdapter({
      prefix: checkText("prefix", options.prefix ?? "empathy:", { maxBytes: 256 }),
      operationTimeoutMs: this.operationTimeoutMs,
      logger: this.logger,
      clock: this.clock,
      keepsProcessAlive: this.#keepsProcessAlive,
      setAvailable: (available, cause) => this.#setAvailable(available, cause),
    });
    this.name = this.#adapter.name;
    this.location = this.#adapter.location;
    this.capabilities = this.#adapter.capabilities;
    this.streams = checkedStreams(this.#adapter.streams, run, this.limits, this.logger);
    this.groups = checkedGroups(this.#adapter.groups, run);
    this.mailboxes = checkedMailboxes(this.#adapter.mailboxes, {
      run,
      limits: this.limits,
      takeFailed: (agent, receipt) => this.#lateTakes.add(agent, receipt),
    });
    this.#lateTakes = new LateTakes(
      { clock: this.clock, untilAvailable: (signal) => untilAvailable(this, signal) },
      (agent, receipt) => run("restore", () => this.#adapter.mailboxes.restore(agent, receipt)),
    );
    this.records = checkedRecords(this.#adapter.records, run, this.limits);
    this.bell = { watch: (topics, ring) => this.#watch(topics, ring) };
    this.#followHost = {
      streams: this.streams,
      bell: this.bell,
      capabilities: this.capabilities,
      clock: this.clock,
      logger: this.logger,
      untilAvailable: (signal) => untilAvailable(this, signal),
      hold: () => this.#hold(),
    };
    this.#tail = new TailReader(this.#followHost);
    this.#directory = new EventTypeDirectory(this.#followHost);
  }

  get status(): TransportStatus {
    return this.#status;
  }

  onStatus(listener: (status: TransportStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  info(): Promise<StoreInfo> {
    return this.#operations.run("info", () => this.#adapter.info());
  }

  async opened(): Promise<void> {
    const release = this.#hold();
    try {
      await this.#adapter.opened();
    } finally {
      release();
    }
  }

  follow<T>(request: FollowRequest<T>): Follower<T> {
    if (this.#closing) throw closedError(this.location);
    checkFollowRequest(request);
    return new Follower(this.#followHost, this.#tail, this.#directory, request);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#setStatus("closed");
    this.#directory.close();
    this.#tail.close();
    this.#lateTakes.close();
    await this.#operations.close(() => closedError(this.location));
    await this.#adapter.close();
    this.#listeners.clear();
  }

  #watch(topics: readonly Topic[], ring: () => void): Watch {
    // A function of its own for each watch: adapters tell watches apart by it.
    if (!this.#closing) return this.#adapter.bell.watch(topics, () => ring());
    const ready = Promise.reject(closedError(this.location));
    ready.catch(() => {}); // looked at by whom it concerns
    return { ready, close: () => {} };
  }

  #unavailable(what: string): AttuneError {
    const cause = this.#unavailableCause;
    const reason =
      cause instanceof Error && cause.message !== "" ? `: ${cause.message.replace(/\.$/, "")}` : "";
    return new AttuneError(
      "ATTUNE_TRANSPORT_UNAVAILABLE",
      `The store at ${this.location} ${what}${reason}.`,
      {
        cause,
      },
    );
  }

  #setAvailable(available: boolean, cause: unknown): void {
    if (this.#status === "closed") return;
    this.#unavailableCause = available ? undefined : cause;
    this.#setStatus(available ? "available" : "unavailable");
  }

  #setStatus(status: TransportStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }

  /** Keeps the process alive while somebody waits. */
  #hold(): () => void {
    if (++this.#holds === 1) this.#startHolding();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holds === 0) this.#holdTimer?.clear();
    };
  }

  #startHolding(): void {
    this.#holdTimer = this.clock.setTimer(() => this.#startHolding(), 2 ** 30);
  }
}

function closedError(location: string): AttuneError {
  return new AttuneError("ATTUNE_TRANSPORT_CLOSED", `The transport to ${location} is closed.`);
}
