/** How a feature uses its transport: a default one is opened on first use, and closing waits for what is under way. */
import { defaultTransport } from "./default-transport.ts";
import { AttuneError } from "./errors.ts";
import type { Transport } from "./transport.ts";

export interface TransportUseSetup<Opened> {
  /** Who is speaking, in errors: "This FeedbackLoop". */
  readonly who: string;
  /** Left out: the default one. */
  readonly transport: Transport | undefined;
  /** What the feature makes of a transport once it is there. */
  readonly on: (transport: Transport) => Opened;
}

export class TransportUse<Opened> {
  readonly #setup: TransportUseSetup<Opened>;
  readonly #underWay = new Set<Promise<unknown>>();
  #opened: Opened | undefined;
  #closed = false;

  constructor(setup: TransportUseSetup<Opened>) {
    this.#setup = setup;
    if (setup.transport) this.#opened = setup.on(setup.transport);
  }

  /** Once the transport is there. */
  get opened(): Opened | undefined {
    return this.#opened;
  }

  /** Runs a call on the transport. Rejects with `ATTUNE_TRANSPORT_CLOSED` once this is closed. */
  async run<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    if (this.#closed) throw new AttuneError("ATTUNE_TRANSPORT_CLOSED", `${this.#setup.who} is closed.`);
    const running = this.#opened === undefined ? this.#open().then(work) : work(this.#opened);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** From now on nothing is run. */
  end(): void {
    this.#closed = true;
  }

  /** Resolves once nothing is under way any more, however it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #open(): Promise<Opened> {
    const transport = await defaultTransport();
    this.#opened ??= this.#setup.on(transport);
    return this.#opened;
  }
}
