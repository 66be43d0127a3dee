/** What a command works with: where to print, on which store, and when to end. */

import type { Logger, Transport } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { type ChosenStore, chooseStore } from "../store/choose-store.ts";
import { openStore } from "../store/open-store.ts";
import { tellOutages } from "../store/tell-outages.ts";
import type { Interruption } from "./interruption.ts";
import type { Output } from "./output.ts";
import type { Surroundings } from "./surroundings.ts";

/** Understood by every command. */
export interface GlobalOptions {
  readonly url?: string;
  readonly prefix?: string;
  readonly json?: boolean;
  readonly utc?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
  readonly quiet?: boolean;
}

export interface SessionSetup {
  readonly surroundings: Surroundings;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly interruption: Interruption;
}

export class Session {
  readonly options: GlobalOptions;
  readonly surroundings: Surroundings;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly #interruption: Interruption;
  readonly #opened: Transport[] = [];
  #chosen: Promise<ChosenStore> | undefined;

  constructor(options: GlobalOptions, { surroundings, stdout, stderr, interruption }: SessionSetup) {
    this.options = options;
    this.surroundings = surroundings;
    this.stdout = stdout;
    this.stderr = stderr;
    this.#interruption = interruption;
  }

  /** Aborts when the command is to end: Ctrl-C, SIGTERM, or nobody reads its output any more. */
  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  get json(): boolean {
    return this.options.json === true;
  }

  get utc(): boolean {
    return this.options.utc === true;
  }

  /** Told by the library, on stderr. */
  get logger(): Logger {
    const tell = (message: string) => this.stderr.line(cleanText(message));
    const silent = () => {};
    return { debug: this.options.debug ? tell : silent, info: silent, warn: tell, error: tell };
  }

  /** Something beside the result, for people only. */
  note(text: string): void {
    if (!this.json && !this.options.quiet) this.stderr.line(this.stderr.style("dim", cleanText(text)));
  }

  /** Which store is meant, without opening it. */
  store(): Promise<ChosenStore> {
    this.#chosen ??= chooseStore(this.options, this.surroundings.env, this.surroundings.cwd);
    return this.#chosen;
  }

  /**
   * Opens the store, and says which; it is closed when the command ends. Throws a `CliError` for one that cannot be
   * reached. Its calls reject while it is away. A file that is not there is not made: the embedded one is empty then, another
   * one is an error.
   */
  openExisting(): Promise<Transport> {
    return this.#open({ make: false });
  }

  /** The same, but a file that is not there is made: for what is written, or waited for. */
  openOrMake(): Promise<Transport> {
    return this.#open({ make: true });
  }

  /** The same, for what goes on over outages: they are told. */
  async openToFollow(): Promise<Transport> {
    const transport = await this.openOrMake();
    tellOutages(transport, this.logger);
    return transport;
  }

  async #open(how: { readonly make: boolean }): Promise<Transport> {
    const transport = await openStore(this, await this.store(), how);
    this.#opened.push(transport);
    return transport;
  }

  /** Closes what was opened. */
  async close(): Promise<void> {
    for (const transport of this.#opened.splice(0)) await transport.close();
  }
}
