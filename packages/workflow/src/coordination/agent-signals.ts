/** The signals of a workflow's agent as stages use them; without coordination there are none. */
import type {
  Barrier,
  CheckOptions,
  CoordinationSignal,
  CoordinationSignals,
  SignalSelector,
  WaitForSignalOptions,
  WaitOptions,
} from "@attune/signals";

export interface SignalToSend {
  /** Any non-empty text of at most 256 bytes in UTF-8. */
  readonly signalType: string;
  /** The agent to get it; `null` or left out: all. */
  readonly targetAgent?: string | null;
  /** Any JSON value. Default `null`. */
  readonly payload?: unknown;
  /** After so many whole milliseconds nobody gets it any more. Default: the workflow's `signals.defaultTtlMs`. */
  readonly ttlMs?: number;
}

/** `undefined`: coordination is off, or the store could not be opened. */
export type SignalSource = () => CoordinationSignals | undefined | Promise<CoordinationSignals | undefined>;

export class AgentSignals {
  readonly #source: SignalSource;
  /** Ends every wait. */
  readonly #ending: AbortSignal | undefined;
  /** Nothing is sent or taken any more: whoever would get an answer is gone. */
  #over = false;

  constructor(source: SignalSource, ending?: AbortSignal) {
    this.#source = source;
    this.#ending = ending;
  }

  async sendSignal({ signalType, targetAgent, payload, ttlMs }: SignalToSend): Promise<string> {
    const signals = await this.#signals();
    return signals ? signals.signal<unknown>({ signalType, targetAgent, payload, ttlMs }) : "";
  }

  async waitForSignal(options: WaitForSignalOptions = {}): Promise<CoordinationSignal | null> {
    const signals = await this.#signals();
    return signals ? signals.waitForSignal({ ...options, ...this.#endings(options) }) : null;
  }

  async checkSignal(options: CheckOptions = {}): Promise<CoordinationSignal | null> {
    const signals = await this.#signals();
    return signals ? signals.checkSignal(options) : null;
  }

  async waitForAny(
    selectors: readonly SignalSelector[],
    options: WaitOptions = {},
  ): Promise<CoordinationSignal | null> {
    const signals = await this.#signals();
    return signals ? signals.waitForAny(selectors, { ...options, ...this.#endings(options) }) : null;
  }

  async waitForAll(barrier: Barrier): Promise<CoordinationSignal[] | null> {
    const signals = await this.#signals();
    return signals ? signals.waitForAll({ ...barrier, ...this.#endings(barrier) }) : null;
  }

  end(): void {
    this.#over = true;
  }

  async #signals(): Promise<CoordinationSignals | undefined> {
    const signals = this.#over ? undefined : await this.#source();
    return this.#over ? undefined : signals;
  }

  #endings({ signal }: WaitOptions): Pick<WaitOptions, "signal"> {
    const ending = this.#ending;
    if (!ending) return signal ? { signal } : {};
    return { signal: signal ? AbortSignal.any([ending, signal]) : ending };
  }
}
