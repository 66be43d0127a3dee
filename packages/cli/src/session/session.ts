/** What a command works with: where to print, on which store, and when to end. */

import type { Logger, Transport } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { type ChosenStore, chooseStore } from "../store/choose-store.ts";
import { openStore, type StoreUse } from "../store/open-store.ts";
import type { Interruption } from "./interruption.ts";
import { Output, type OutputStream } from "./output.ts";
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

export class Session {
  readonly options: GlobalOptions;
  readonly surroundings: Surroundings;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly #interruption: Interruption;
  readonly #opened: Transport[] = [];
  #chosen: Promise<ChosenStore> | undefined;

  constructor(options: GlobalOptions, surroundings: Surroundings, interruption: Interruption) {
    this.options = options;
    this.surroundings = surroundings;
    this.#interruption = interruption;
    const { pipeClosed } = interruption;
    const { stdout, stderr } = surroundings;
    const color = (stream: OutputStream) => hasColors(stream, options, surroundings.env);
    this.stdout = new Output(stdout, { color: color(stdout), onClosed: pipeClosed });
    this.stderr = new Output(stderr, { color: color(stderr), onClosed: () => {} });
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
   * reached. Its calls reject while it is away.
   */
  async open(use: StoreUse): Promise<Transport> {
    const transport = await openStore(this, await this.store(), use);
    this.#opened.push(transport);
    return transport;
  }

  async close(): Promise<void> {
    for (const transport of this.#opened.splice(0)) await transport.close();
    this.stderr.flush();
    await this.stdout.end();
  }
}

function hasColors(
  stream: OutputStream,
  { color }: GlobalOptions,
  { NO_COLOR, FORCE_COLOR }: Readonly<NodeJS.ProcessEnv>,
): boolean {
  if (color === false || NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0";
  return stream.isTTY === true && stream.hasColors?.() !== false;
}
