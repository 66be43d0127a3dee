/** The client of a sink: the user's, or one of our own, which is made when it is first needed and closed with the sink. */
import { sinkRefused } from "../sink-errors.ts";

export interface LazyClientOptions<Client, Own extends Client> {
  /** The user's: never closed. */
  readonly given: Client | undefined;
  /** Makes one of our own. What it rejects with is passed on, and the next use tries again. */
  readonly make: () => Promise<Own>;
  /** Of our own. */
  readonly close: (client: Own) => Promise<void>;
}

export class LazyClient<Client, Own extends Client = Client> {
  readonly #options: LazyClientOptions<Client, Own>;
  #own: Promise<Own> | undefined;
  #isClosed = false;

  constructor(options: LazyClientOptions<Client, Own>) {
    this.#options = options;
  }

  /** Rejects with `ATTUNE_SINK_REFUSED` once it is closed. */
  async get(): Promise<Client> {
    if (this.#isClosed) throw sinkRefused("this sink is closed");
    const { given, make } = this.#options;
    if (given) return given;
    const own = this.#own ?? make();
    this.#own = own;
    try {
      return await own;
    } catch (error) {
      if (this.#own === own) this.#own = undefined; // the package may be installed by then
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const own = this.#own;
    this.#own = undefined;
    const client = await own?.catch(() => undefined); // whoever asked for it was told
    if (client) await this.#options.close(client);
  }
}
