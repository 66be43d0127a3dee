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

export interface AgentSignalsOptions {
  /** Ends every wait. */
  readonly ending?: AbortSignal;
  /** Told of each signal that is taken, before the stage has it. */
  readonly onTaken?: (signal: CoordinationSignal) => void;
}

export class AgentSignals {
  readonly #source: SignalSource;
  readonly #onTaken: AgentSignalsOptions["onTaken"];
  /** Whoever would get an answer is gone: nothing is sent or taken any more, and what waits ends. */
  readonly #over = new AbortController();
  readonly #ending: AbortSignal | undefined;

  constructor(source: SignalSource, { ending, onTaken }: AgentSignalsOptions = {}) {
    this.#source = source;
    this.#ending = ending;
    this.#onTaken = onTaken;
  }

  async sendSignal(request: SignalToSend): Promise<string> {
    const signals = await this.#signals();
    return signals ? signals.signal<unknown>(request) : "";
  }

  async waitForSignal(options: WaitForSignalOptions = {}): Promise<CoordinationSignal | null> {
    const signals = await this.#signals();
    return signals ? this.#taken(await signals.waitForSignal(this.#ended(options))) : null;
  }

  async checkSignal(options: CheckOptions = {}): Promise<CoordinationSignal | null> {
    const signals = await this.#signals();
    if (!signals) return null;
    const signal = await signals.checkSignal(options);
    return options.consume === false ? signal : this.#taken(signal);
  }

  async waitForAny(
    selectors: readonly SignalSelector[],
    options: WaitOptions = {},
  ): Promise<CoordinationSignal | null> {
    const signals = await this.#signals();
    return signals ? this.#taken(await signals.waitForAny(selectors, this.#ended(options))) : null;
  }

  async waitForAll(barrier: Barrier): Promise<CoordinationSignal[] | null> {
    const signals = await this.#signals();
    const all = signals ? await signals.waitForAll(this.#ended(barrier)) : null;
    for (const signal of all ?? []) this.#taken(signal);
    return all;
  }

  end(): void {
    this.#over.abort();
  }

  async #signals(): Promise<CoordinationSignals | undefined> {
    const signals = this.#over.signal.aborted ? undefined : await this.#source();
    return this.#over.signal.aborted ? undefined : signals;
  }

  /** What nobody will look at must not be taken from those who come after. */
  #ended<Options extends WaitOptions>(options: Options): Options {
    const signals = [this.#over.signal, this.#ending, options?.signal].filter(
      (signal) => signal !== undefined,
    );
    return { ...options, signal: AbortSignal.any(signals) };
  }

  #taken(signal: CoordinationSignal | null): CoordinationSignal | null {
    if (signal) this.#onTaken?.(signal);
    return signal;
  }
}
