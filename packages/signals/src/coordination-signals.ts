/** `CoordinationSignals`: one agent's signals: send, broadcast, wait, look, meet at a barrier. */
import {
  checkInteger,
  checkName,
  Degradation,
  encodeJson,
  type Logger,
  type Message,
  type MessageSelector,
  type PostOutcome,
  randomToken,
  type Transport,
  TransportUse,
  type Wanted,
} from "@attune/transport";
import { type CoordinationSignal, decodeSignal, encodeSignal } from "./coordination-signal.ts";
import { RepeatedWarnings } from "./repeated-warnings.ts";
import {
  type Barrier,
  type BroadcastRequest,
  type CheckOptions,
  checkAnyOf,
  checkBarrier,
  checkFlag,
  checkLimit,
  checkOptions,
  checkSelector,
  checkTtl,
  checkWait,
  type JsonPayload,
  type PendingOptions,
  type SignalRequest,
  type SignalSelector,
  type WaitForSignalOptions,
  type WaitOptions,
} from "./requests.ts";
import { SignalEvents } from "./signal-events.ts";
import { Waits } from "./waiting.ts";

export interface CoordinationSignalsOptions {
  /** Who sends, and whose mailbox is read: any non-empty text of at most 256 bytes in UTF-8. */
  readonly agentId: string;
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /** How long a signal is pending when it does not say so itself. Default 60,000, whole milliseconds, from 1 to 366 days. */
  readonly defaultTtlMs?: number;
  /** A mailbox that holds so many is full, and refuses what this agent sends to it. Default 10,000, from 1 to 100,000. */
  readonly maxPending?: number;
  /** Publishes every signal that was sent as `coordination_signal` on `@attune/streams`. Default `false`. */
  readonly enableStreaming?: boolean;
}

/** What there is once there is a transport. */
interface Opened {
  readonly transport: Transport;
  readonly degradation: Degradation;
  readonly warnings: RepeatedWarnings;
  /** Only with `enableStreaming`. */
  readonly events: SignalEvents | undefined;
}

/**
 * The signals of one agent. While the store is away sending gives `""`, waiting and checking `null`, lists are empty,
 * with one warning per outage (with `onUnavailable: "throw"`: `ATTUNE_TRANSPORT_UNAVAILABLE`). Every call rejects bad
 * arguments with `ATTUNE_ARGUMENT_INVALID` before anything is sent, and with `ATTUNE_TRANSPORT_CLOSED` after `close()`.
 */
export class CoordinationSignals implements AsyncDisposable {
  readonly agentId: string;
  readonly #logger: Logger | undefined;
  readonly #defaultTtlMs: number;
  readonly #maxPending: number;
  readonly #streaming: boolean;
  readonly #waits = new Waits();
  readonly #use: TransportUse<Opened>;
  #closing: Promise<void> | undefined;

  constructor(options: CoordinationSignalsOptions) {
    const { agentId, transport, logger, defaultTtlMs, maxPending, enableStreaming } = checkOptions(options);
    this.agentId = checkName("agentId", agentId);
    this.#logger = logger;
    this.#defaultTtlMs = checkTtl("defaultTtlMs", defaultTtlMs ?? 60_000);
    this.#maxPending = checkInteger("maxPending", maxPending ?? 10_000, 1, 100_000);
    this.#streaming = checkFlag("enableStreaming", enableStreaming ?? false);
    this.#use = new TransportUse({
      who: `The CoordinationSignals of ${JSON.stringify(agentId)}`,
      transport,
      on: (given) => this.#on(given),
    });
  }

  /**
   * Sends a signal to an agent, or to all (`targetAgent` `null` or left out). Resolves with the signal's id: it is
   * stored, once. Resolves with `""` when it is not known to be stored, or when the mailbox is full; a warning says which.
   *
   * Rejects before anything is sent with `ATTUNE_ARGUMENT_INVALID`, `ATTUNE_PAYLOAD_NOT_JSON`,
   * `ATTUNE_PAYLOAD_TOO_LARGE` or `ATTUNE_PAYLOAD_TOO_DEEP`.
   */
  async signal<Payload = null>(request: SignalRequest<Payload> & JsonPayload<Payload>): Promise<string> {
    const { signalType, targetAgent = null, ttlMs = this.#defaultTtlMs } = checkOptions(request);
    const payload: unknown = request.payload === undefined ? null : request.payload;
    checkName("signalType", signalType);
    if (targetAgent !== null) checkName("targetAgent", targetAgent);
    checkTtl("ttlMs", ttlMs);
    return this.#use.run(async ({ transport, degradation, warnings, events }) => {
      const signalId = randomToken();
      const timestamp = new Date(transport.clock.now());
      const signal = { signalId, signalType, sourceAgent: this.agentId, targetAgent, timestamp, ttlMs };
      const body = encodeSignal(signal, encodeJson(payload, transport.limits));
      const outcome = await degradation.attempt<PostOutcome, "unknown">(
        () =>
          transport.mailboxes.post({
            id: signalId,
            target: targetAgent,
            type: signalType,
            source: this.agentId,
            body,
            ttlMs,
            maxPending: this.#maxPending,
          }),
        "unknown",
      );
      if (outcome === "full") this.#warnOfFull(warnings, targetAgent, signalType);
      if (outcome !== "posted") return "";
      events?.publish(body);
      return signalId;
    });
  }

  /** Sends a signal to every agent that looks within its time, this one included. Otherwise as `signal`. */
  async broadcast<Payload = null>(
    request: BroadcastRequest<Payload> & JsonPayload<Payload>,
  ): Promise<string> {
    const { signalType, payload, ttlMs } = checkOptions(request);
    return this.signal<unknown>({ signalType, payload, ttlMs, targetAgent: null });
  }

  /**
   * Takes the first pending signal that is selected, or waits for one. `null` after the timeout, an abort or `close()`:
   * then nothing was taken. Goes on waiting while the store is away.
   */
  async waitForSignal(options: WaitForSignalOptions = {}): Promise<CoordinationSignal | null> {
    const wanted = { anyOf: [checkSelector(options)], count: 1 };
    return first(await this.#wait(wanted, options));
  }

  /** The same for the first signal that any of 1 to 1000 selectors selects. The others stay pending. */
  async waitForAny(
    selectors: readonly SignalSelector[],
    options: WaitOptions = {},
  ): Promise<CoordinationSignal | null> {
    return first(await this.#wait(checkAnyOf(selectors), checkOptions(options)));
  }

  /**
   * A barrier: waits until all that it takes is pending, and takes it in one step: `count` signals in the order in which
   * they were sent, or one of each of `sourceAgents`, in that order. `null` after the timeout, an abort or `close()`:
   * then what had come so far stays pending. Mind that signals go when their time is over, also those that wait for others.
   */
  async waitForAll(barrier: Barrier): Promise<CoordinationSignal[] | null> {
    const signals = await this.#wait(checkBarrier(barrier), barrier);
    return signals.length > 0 ? signals : null;
  }

  /** Takes the first pending signal that is selected, or (`consume: false`) only looks at it. `null`: there is none. */
  async checkSignal(options: CheckOptions = {}): Promise<CoordinationSignal | null> {
    const selector = checkSelector(options);
    const consume = checkFlag("consume", options.consume ?? true);
    return this.#use.run(async (opened) => {
      const messages = consume
        ? await this.#take(opened, { anyOf: [selector], count: 1 })
        : await this.#list(opened, selector, 1);
      return first(this.#decode(opened, messages));
    });
  }

  /** The pending signals that are selected, oldest first, without taking them. */
  async getPendingSignals(options: PendingOptions = {}): Promise<CoordinationSignal[]> {
    const selector = checkSelector(options);
    const limit = checkLimit(options.limit ?? 1000);
    return this.#use.run(async (opened) => this.#decode(opened, await this.#list(opened, selector, limit)));
  }

  /** Removes the pending signals that are selected from this agent's mailbox, and nobody else's. Resolves with how many went. */
  async clearSignals(options: SignalSelector = {}): Promise<number> {
    const selector = checkSelector(options);
    return this.#use.run(({ transport, degradation }) =>
      degradation.attempt(() => transport.mailboxes.clear(this.agentId, selector), 0),
    );
  }

  /**
   * Ends what waits (with `null`, unless a signal is just arriving) and resolves once everything under way is done, the
   * publishing of events included. The transport stays open. Safe to call twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#use.end();
    this.#waits.endAll();
    await this.#use.settled();
    await this.#use.opened?.events?.settled();
  }

  #on(transport: Transport): Opened {
    const logger = this.#logger ?? transport.logger;
    const warnings = new RepeatedWarnings(transport.clock, logger);
    return {
      transport,
      warnings,
      degradation: new Degradation(transport, { component: "CoordinationSignals", logger }),
      events: this.#streaming
        ? new SignalEvents({ transport, logger, source: this.agentId, warnings })
        : undefined,
    };
  }

  #wait(wanted: Wanted, options: WaitOptions): Promise<CoordinationSignal[]> {
    const { timeoutMs, signal } = checkWait(options);
    return this.#use.run(async (opened) => {
      const messages = await this.#waits.wait({
        transport: opened.transport,
        agent: this.agentId,
        take: () => this.#take(opened, wanted),
        timeoutMs,
        signal,
      });
      return this.#decode(opened, messages);
    });
  }

  /** One look, under a receipt of its own: a take that failed is undone by the transport, and is never asked for again. */
  #take({ transport, degradation }: Opened, wanted: Wanted): Promise<Message[]> {
    return degradation.attempt(
      () => transport.mailboxes.take({ agent: this.agentId, wanted, receipt: randomToken() }),
      [],
    );
  }

  #list({ transport, degradation }: Opened, selector: MessageSelector, count: number): Promise<Message[]> {
    return degradation.attempt(() => transport.mailboxes.list({ agent: this.agentId, selector, count }), []);
  }

  #decode({ transport, warnings }: Opened, messages: readonly Message[]): CoordinationSignal[] {
    const readAt = new Date(transport.clock.now());
    return messages.map((message) => {
      const signal = decodeSignal(message, readAt);
      if (signal.invalidReason !== undefined) {
        const { sourceAgent, signalType, invalidReason } = signal;
        const what = `of type ${JSON.stringify(signalType)} from ${JSON.stringify(sourceAgent)}`;
        warnings.warn(`invalid ${what}`, `a message ${what} is not a proper signal: ${invalidReason}.`);
      }
      return signal;
    });
  }

  #warnOfFull(warnings: RepeatedWarnings, targetAgent: string | null, signalType: string): void {
    const mailbox =
      targetAgent === null
        ? `as many broadcasts as may be (${this.#maxPending}) are`
        : `the mailbox of ${JSON.stringify(targetAgent)} is full: ${this.#maxPending} signals are`;
    warnings.warn(
      targetAgent === null ? "broadcasts full" : `mailbox full ${targetAgent}`,
      `${mailbox} pending; a signal of type ${JSON.stringify(signalType)} was refused.`,
    );
  }
}

function first(signals: readonly CoordinationSignal[]): CoordinationSignal | null {
  return signals[0] ?? null;
}
